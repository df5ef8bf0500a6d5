"""New versions made from old ones."""

from __future__ import annotations

import typer

from hanok.cli.options import Json, Promote, Reference, Seed, Threads
from hanok.cli.session import session
from hanok.cli.train import published


def learn(
    ctx: typer.Context,
    reference: Reference,
    seed: Seed = 0,
    threads: Threads = None,
    promote: Promote = False,
    as_json: Json = False,
) -> None:
    """Learn from the feedback gathered; publish the result."""
    from hanok.cli.progress import running
    from hanok.lifecycle.improve import learn

    with session(ctx).workspace() as workspace:
        with running(f"learn {reference}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run:
            trained = learn(workspace, reference, run)
        published(workspace, trained, promote, as_json)


def optimize(
    ctx: typer.Context,
    reference: Reference,
    seed: Seed = 0,
    threads: Threads = None,
    promote: Promote = False,
    as_json: Json = False,
) -> None:
    """Make a smaller or faster version; publish it.

    Its price is measured on the test items of its parent.
    """
    from hanok.cli.progress import running
    from hanok.lifecycle.improve import optimize

    with session(ctx).workspace() as workspace:
        with running(f"optimize {reference}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run:
            trained = optimize(workspace, reference, run)
        published(workspace, trained, promote, as_json)
