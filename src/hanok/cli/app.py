"""The command ``hanok``: its commands in the order a person meets them.

Everything heavy is imported inside the commands, so that ``hanok --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from hanok.cli import evaluate, feedback, improve, jobs, keys, models, predict, prepare, serve, systems, train, version
from hanok.cli.failure import INTERRUPTED, OK, report
from hanok.cli.session import Session

GLOBAL = {"--home": True, "--debug": False}
"""Options of every command, and whether a value follows."""


class Root(TyperGroup):
    """Takes global options wherever they stand, and ends every failure the same way."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run one call; ends the process with its exit code."""
        given = hoisted(sys.argv[1:] if args is None else args)
        session = Session(json="--json" in given)
        try:
            code = super().main(
                given or ["--help"], prog_name or "hanok", complete_var, standalone_mode=False, obj=session, **extra
            )
            if code == INTERRUPTED:
                typer.echo("stopped", err=True)
        except Exception as error:
            code = report(error, session)
        sys.exit(code or OK)


def hoisted(args: Sequence[str]) -> list[str]:
    """The arguments with the global options first; what follows ``--`` stays where it is.

    Example
    -------
    >>> hoisted(["train", "faq", "--home", "here", "--", "--debug"])
    ['--home', 'here', 'train', 'faq', '--', '--debug']
    """
    front: list[str] = []
    rest = list(args)
    end = rest.index("--") if "--" in rest else len(rest)
    options, rest = rest[:end], rest[end:]
    kept: list[str] = []
    while options:
        token = options.pop(0)
        takes = GLOBAL.get(token.partition("=")[0])
        if takes is None:
            kept.append(token)
            continue
        front.append(token)
        if takes and "=" not in token:
            front += options[:1]
            options = options[1:]
    return front + kept + rest


EPILOG = (
    "--home and --debug may stand anywhere in the line. Exit codes: 0 it went well, 1 a problem with data or input, "
    "2 called wrongly, 3 not found, 4 a setting or an extra is missing, 130 interrupted."
)

app = typer.Typer(name="hanok", cls=Root, add_completion=False, rich_markup_mode=None)


@app.callback(epilog=EPILOG)
def hanok(
    ctx: typer.Context,
    home: Annotated[
        Path | None, typer.Option(help="Folder everything lives under. Default: HANOK_HOME, else ~/.hanok.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
) -> None:
    """Train, judge and serve applied-AI systems on your own data."""
    ctx.obj.home, ctx.obj.debug = home, debug


class TakesSources(TyperCommand):
    """A command that takes the slots of a system as options."""

    allow_extra_args = ignore_unknown_options = True
    more = "[FILE] [--SLOT FILE]..."

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The usage line."""
        return [*super().collect_usage_pieces(ctx), self.more]


class TakesFields(TakesSources):
    """A command that takes the fields of an item, or of feedback, as options."""

    more = "[VALUE] [--FIELD VALUE]..."


app.command()(serve.up)
app.command()(systems.systems)
app.command(cls=TakesSources)(prepare.check)
app.command(cls=TakesSources)(prepare.prepare)
app.command()(prepare.examples)
app.command(cls=TakesSources)(train.train)
app.command(cls=TakesSources)(train.tune)
app.command(cls=TakesSources)(evaluate.evaluate)
app.command()(evaluate.report)
app.command(cls=TakesFields)(predict.predict)
app.command(cls=TakesFields)(feedback.feedback)
app.command()(improve.learn)
app.command()(improve.optimize)
app.command()(models.models)
app.command()(models.promote)
app.command()(models.rollback)
app.command()(serve.serve)
app.command()(jobs.jobs)
app.command()(jobs.cancel)
app.add_typer(keys.app, name="keys")
app.command()(version.version)


def main() -> None:
    """The entry point."""
    # Threads spin while they wait for one whose core is taken: a training beside two programs took thrice as long.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    app()
