"""What goes to stdout: JSON for programs, plain tables for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 10_000
"""Columns of a file or pipe: nothing is cut or wrapped there."""


def emit(data: object, *, line: bool = False) -> None:
    """Print data as JSON: indented, or on one line."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=None if line else 1))


def console(*, err: bool = False) -> Console:
    """Where text is printed; in a pipe without colours and without a right margin."""
    from rich.console import Console

    found = Console(stderr=err, highlight=False)
    return found if found.is_terminal else Console(stderr=err, highlight=False, width=WIDE)


def say(text: str, style: str = "") -> None:
    """Print text; nothing in it is read as markup."""
    from rich.text import Text

    console().print(Text(text, style), soft_wrap=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> None:
    """Print a table without lines.

    Parameters
    ----------
    columns : sequence of str
        Its heads.
    rows : sequence of sequence
        Its cells; None is an empty one.
    right : sequence of int
        Which columns are numbers.
    """
    from rich.table import Table
    from rich.text import Text

    from hanok.core.words import plain

    drawn = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for i, column in enumerate(columns):
        drawn.add_column(Text(column), justify="right" if i in right else "left")
    for row in rows:
        drawn.add_row(*[Text("" if cell is None else plain(str(cell))) for cell in row])
    console().print(drawn)


def readable(data: Mapping[str, Any], media: Mapping[str, str]) -> None:
    """Print an answer for a person: values beside their names, lists of objects as tables.

    Parameters
    ----------
    data : mapping
        As `hanok.lifecycle.model.dump` gives it, media left out.
    media : mapping of str to str
        What to say of each media field in its place.
    """
    for name, value in {**data, **media}.items():
        if value is None or value in ("", [], {}):
            continue
        if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
            say(f"{name}:")
            _objects(value)
        elif isinstance(value, list):
            say(f"{name}:")
            for entry in value:
                say(f"  {_cell(entry)}")
        else:
            say(f"{name}: {_cell(value)}")


SHORT = 30
"""Characters of a cell up to which objects are shown as a table."""


def _objects(entries: Sequence[Mapping[str, Any]]) -> None:
    """Short ones as a table; else the first field as a paragraph, the others beneath it."""
    columns = list(dict.fromkeys(key for entry in entries for key in entry))
    rows = [[_cell(entry.get(column)) for column in columns] for entry in entries]
    if all(len(cell) <= SHORT for row in rows for cell in row):
        table(columns, rows)
        return
    for number, (first, *others) in enumerate(rows, 1):
        say(f"  {number}. {first}")
        say(
            "     " + " · ".join(f"{column} {cell}" for column, cell in zip(columns[1:], others, strict=True) if cell),
            "dim",
        )


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
