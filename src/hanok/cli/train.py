"""From the user's files to a model: train one configuration, or search for the best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.options import Columns, Json, Promote, Seed, Set, Skip, Threads, Where, WithSources
from hanok.cli.output import emit, say, table
from hanok.cli.session import session

if TYPE_CHECKING:
    from hanok.lifecycle.train import Trained
    from hanok.lifecycle.tune import Tuned
    from hanok.lifecycle.workspace import Workspace


def train(
    ctx: typer.Context,
    name: WithSources,
    set_: Set = None,
    columns: Columns = None,
    where: Where = None,
    skip: Skip = False,
    seed: Seed = 0,
    threads: Threads = None,
    promote: Promote = False,
    as_json: Json = False,
) -> None:
    """Train a system on your files; publish the model."""
    from hanok.cli import arguments
    from hanok.cli.progress import running
    from hanok.core import registry
    from hanok.lifecycle.train import train

    cls = registry.find(name)
    given = arguments.slots(cls, ctx.args, columns, where, skip)
    config = arguments.config(cls, set_)
    with session(ctx).workspace() as workspace:
        with running(f"train {name}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run:
            trained = train(workspace, name, given, config, run)
        published(workspace, trained, promote, as_json)


def tune(
    ctx: typer.Context,
    name: WithSources,
    trials: Annotated[int, typer.Option(metavar="N", min=1, help="How many fits in all, earlier ones included.")] = 20,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes that fit side by side.")] = 1,
    objective: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="What to follow: an objective of the system, latency or size. Repeatable."),
    ] = None,
    set_: Set = None,
    columns: Columns = None,
    where: Where = None,
    skip: Skip = False,
    seed: Seed = 0,
    threads: Threads = None,
    promote: Promote = False,
    as_json: Json = False,
) -> None:
    """Search hyper-parameters; publish the best model.

    Run again with the same files it takes up where it was stopped. With --set a hyper-parameter is held fixed.
    """
    from hanok.cli import arguments
    from hanok.cli.progress import running
    from hanok.core import registry
    from hanok.lifecycle.tune import tune

    cls = registry.find(name)
    given = arguments.slots(cls, ctx.args, columns, where, skip)
    fixed = arguments.config(cls, set_)
    with session(ctx).workspace() as workspace:
        with running(f"tune {name}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run:
            tuned = tune(
                workspace,
                name,
                given,
                run,
                trials=trials,
                objectives=objective or (),
                workers=workers,
                fixed=fixed,
            )
        if not as_json:
            _print_trials(tuned)
        published(workspace, tuned.best, promote, as_json, more={"tuning": _as_dict(tuned)})


BEST = 10
"""How many trials are shown."""


def _print_trials(tuned: Tuned) -> None:
    """The Pareto front where there are several objectives, else the best trials."""
    from hanok.core.numbers import number

    found = tuned.front if len(tuned.objectives) > 1 else _best(tuned)
    names = list(dict.fromkeys(name for outcome in found for name in outcome.params))
    rows = [[o.number, *map(number, o.values), *(_short(o.params.get(name)) for name in names)] for o in found[:BEST]]
    say(
        f"{len(tuned.trials)} trials; "
        + ("none is better in every respect than:" if tuned.objectives[1:] else "the best:")
    )
    table(["trial", *tuned.objectives, *names], rows, right=range(len(tuned.objectives) + 1))


def _best(tuned: Tuned) -> list[Any]:
    """All trials, the best first: the front of a single objective says which way is better."""
    top = tuned.front[0].values[0]
    return sorted(tuned.trials, key=lambda outcome: abs(outcome.values[0] - top))


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value


def _as_dict(tuned: Tuned) -> dict[str, Any]:
    return {
        "objectives": tuned.objectives,
        "trials": [{**o._asdict(), "front": o in tuned.front} for o in tuned.trials],
    }


def published(
    workspace: Workspace, trained: Trained, promote: bool, as_json: bool, more: dict[str, Any] | None = None
) -> None:
    """Say what a new version can do, where it lies and what to do with it."""
    about = trained.manifest
    reference = f"{about.system}@{about.version}"
    if promote:
        workspace.promote(reference)
    held = workspace.store.versions.aliases(about.system)
    aliases = sorted(alias for alias, version in held.items() if version == about.version)
    path = workspace.folder(about.system, about.version)
    if as_json:
        data = {"model": reference, "aliases": aliases, "path": str(path), **about.model_dump(mode="json")}
        emit({**data, "report": trained.summary.model_dump(mode="json"), **(more or {})})
        return
    from hanok.cli.output import console
    from hanok.core.render import to_text

    to_text(trained.summary, console())
    say(f"published as {reference} ({', '.join(aliases) or 'no alias'}) in {path}", "bold")
    if "champion" not in aliases:
        say(f"make it the champion: hanok promote {reference}", "dim")
    say(f"try it: hanok predict {reference}", "dim")
    say(f"see it: {path / 'report' / 'report.html'}", "dim")
