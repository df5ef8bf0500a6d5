"""How good a model is: on new data, or when it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hanok.cli.options import Columns, Json, Reference, ReferenceWithSources, Seed, Skip, Where
from hanok.cli.output import emit, say
from hanok.cli.session import session

Out = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Write report.html, report.json and the figures there, too.")
]


def evaluate(
    ctx: typer.Context,
    reference: ReferenceWithSources,
    out: Out = None,
    columns: Columns = None,
    where: Where = None,
    skip: Skip = False,
    seed: Seed = 0,
    as_json: Json = False,
) -> None:
    """Judge a model on other data.

    Side by side with the champion, on the same items. The report is also kept in the home.
    """
    from hanok.cli import arguments
    from hanok.core import registry
    from hanok.lifecycle.evaluate import evaluate

    cls = registry.find(reference.partition("@")[0])
    given = arguments.slots(cls, ctx.args, columns, where, skip)
    with session(ctx).workspace() as workspace:
        summary = evaluate(workspace, reference, given, seed=seed)
        system, version = workspace.resolve(reference)
        folder = workspace.home.reports / system / str(version)
    _show(summary, folder, out, as_json)


def report(ctx: typer.Context, reference: Reference, out: Out = None, as_json: Json = False) -> None:
    """Show the report a model was published with."""
    with session(ctx).workspace() as workspace:
        summary = workspace.summary(reference)
        folder = workspace.folder(*workspace.resolve(reference)) / "report"
    _show(summary, folder, out, as_json)


def _show(summary: object, folder: Path, out: Path | None, as_json: bool) -> None:
    from hanok.cli.output import console
    from hanok.core.render import to_text, write
    from hanok.core.summary import Summary

    assert isinstance(summary, Summary)
    if out:
        write(summary, out)
    if as_json:
        emit(summary.model_dump(mode="json"))
        return
    to_text(summary, console())
    say(f"report: {(out or folder) / 'report.html'}", "dim")
