"""Before training: what a system makes of the user's files, clean files from raw material, and made-up ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.failure import PROBLEM
from hanok.cli.options import Columns, Json, Name, Seed, Skip, Threads, Where, WithSources
from hanok.cli.output import emit, say, table
from hanok.cli.session import session

if TYPE_CHECKING:
    from pydantic import BaseModel

    from hanok.core.sources import Source
    from hanok.core.table import Check

SHOWN = 10
"""How many problems of a table are shown."""


def check(
    ctx: typer.Context,
    name: WithSources,
    columns: Columns = None,
    where: Where = None,
    skip: Skip = False,
    as_json: Json = False,
) -> None:
    """Say what a system recognises in your files.

    Nothing is trained. Ends with 1 if it could not be trained on them as they are.
    """
    from hanok.cli import arguments
    from hanok.core import registry
    from hanok.core.sources import Source, Table
    from hanok.lifecycle.model import validated

    cls = registry.find(name)
    given = validated(cls.Sources, arguments.slots(cls, ctx.args, columns, where, skip))
    found: dict[str, Any] = {}
    usable = True
    for slot, source in given:
        if isinstance(source, Table):
            seen = source.check()
            usable = usable and _usable(seen, skip)
            found[slot] = _as_dict(seen)
            if not as_json:
                _print(slot, seen, skip)
        elif isinstance(source, Source):
            found[slot] = _other(slot, source, as_json)
    if usable:
        data = cls.read(given)  # what only the system can see: files that do not match
        next(iter(cls.folds(data, cls.Config(), seed=0)), None)  # or are too few to hold some out
    if as_json:
        emit(found)
    elif usable:
        say(f"{name} can be trained on this", "green")
    if not usable:
        raise typer.Exit(PROBLEM)


def _usable(seen: Check, skip: bool) -> bool:
    return not seen.problems or (skip and seen.n_bad < seen.n_rows)


def _as_dict(seen: Check) -> dict[str, Any]:
    return {
        "recognised": [vars(column) for column in seen.recognised],
        "unused": seen.unused,
        "n_rows": seen.n_rows,
        "n_bad": seen.n_bad,
        "encoding": seen.encoding,
        "problems": [problem.envelope()["error"] for problem in seen.problems],
        "n_problems": max(seen.n_bad, len(seen.problems)),
        "preview": seen.preview(),
    }


def _print(slot: str, seen: Check, skip: bool) -> None:
    say(f"{slot}: {seen.path}, {seen.n_rows} rows" + (f", {seen.encoding}" if seen.encoding else ""), "bold")
    rows = [
        [c.field, c.column or "-", c.how if c.required or c.column else "not needed", c.expected]
        for c in seen.recognised
    ]
    table(["field", "column", "found by", "expected"], rows)
    if seen.unused:
        say(f"not used: {', '.join(seen.unused)}", "dim")
    if seen.problems:
        say(f"{seen.n_bad} rows cannot be used" + (" and are left out" if skip else ""), "yellow")
    for problem in seen.problems[:SHOWN]:
        say(f"  {problem}")
    if len(seen.problems) > SHOWN:
        say(f"  ... and {seen.n_bad - SHOWN} more")
    hint = next((problem.hint for problem in seen.problems if problem.hint), "")
    if hint:
        say(f"hint: {hint}")


def _other(slot: str, source: Source, as_json: bool) -> dict[str, Any]:
    from hanok.core.sources import Folder

    seen: dict[str, Any] = {"path": str(source.path)}
    if isinstance(source, Folder):
        seen["n_files"] = len(source.files())
    if not as_json:
        say(f"{slot}: {source.path}" + (f", {seen['n_files']} files" if "n_files" in seen else ""), "bold")
    return seen


def prepare(
    ctx: typer.Context,
    name: WithSources,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the clean sources go.", show_default=False)],
    columns: Columns = None,
    where: Where = None,
    skip: Skip = False,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Make clean sources from raw material."""
    from hanok.cli import arguments
    from hanok.cli.progress import running
    from hanok.core import registry
    from hanok.lifecycle.model import validated

    cls = registry.find(name)
    given = validated(cls.Sources, arguments.slots(cls, ctx.args, columns, where, skip))
    out.mkdir(parents=True, exist_ok=True)
    with (
        session(ctx).workspace() as workspace,
        running(f"prepare {name}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run,
    ):
        made = cls.prepare(given, out, run)
    _show(name, made, as_json)


def examples(
    ctx: typer.Context,
    name: Name,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where they go.", show_default=False)],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="What is asked for, such as boards=60. Repeatable."),
    ] = None,
    seed: Seed = 0,
    threads: Threads = None,
    as_json: Json = False,
) -> None:
    """Make up sources for a system, with their truth."""
    from hanok.cli import arguments
    from hanok.cli.progress import running
    from hanok.core import registry
    from hanok.lifecycle.model import validated

    cls = registry.find(name)
    wanted = validated(cls.Examples, arguments.assigned(cls.Examples, set_, f"wish for examples of {name}"))
    with (
        session(ctx).workspace() as workspace,
        running(f"examples {name}", workspace.home.scratch, seed=seed, threads=threads, quiet=as_json) as run,
    ):
        made = cls.examples(wanted, out, run)
    _show(name, made, as_json)


def _show(name: str, made: BaseModel, as_json: bool) -> None:
    if as_json:
        emit(made.model_dump(mode="json"))
    else:
        _print_prepared(name, made)


def _print_prepared(name: str, made: BaseModel) -> None:
    from hanok.core.sources import Source

    lie = {slot: source.path for slot, source in made if isinstance(source, Source)}
    for slot, path in lie.items():
        say(f"{slot}: {path}")
    say(f"train on it: hanok train {name} " + " ".join(f"--{slot} {path}" for slot, path in lie.items()), "dim")
