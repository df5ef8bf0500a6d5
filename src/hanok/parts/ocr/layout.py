"""The rows and columns of a board that nobody described before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.image import Pixels
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box
from hanok.parts.ocr.header import field_of
from hanok.parts.ocr.line import Line, line_of

Read = Callable[[Sequence[Line]], Sequence[str]]
"""Lines, dark on white, to their texts."""

TABLE = 3  # cells of a row of a table


class Column(NamedTuple):
    """A column of a table.

    Parameters
    ----------
    field : str or None
        As `header.WORDS` calls it; None where there is no header or it says something else.
    header : Box or None
        Where the header stands.
    left, right : int
        Pixels of the board.
    """

    field: str | None
    header: Box | None
    left: int
    right: int


class Row(NamedTuple):
    """A row of a table.

    Parameters
    ----------
    cells : tuple of Box or None
        One for each column.
    is_total : bool
        Whether it starts with a word such as "total".
    """

    cells: tuple[Box | None, ...]
    is_total: bool


@dataclass(frozen=True)
class Table:
    """Columns, and the rows below their header."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Layout:
    """What was found on a board.

    Parameters
    ----------
    rows : tuple of tuple of Box
        All cells, top to bottom and left to right, in tables or not (titles, names of teams).
    tables : tuple of Table
        Top to bottom; two beside each other from left to right.
    """

    rows: tuple[tuple[Box, ...], ...]
    tables: tuple[Table, ...]

    @property
    def cells(self) -> list[Box]:
        """All cells."""
        return [cell for row in self.rows for cell in row]


def find_layout(board: Pixels, read: Read | None = None) -> Layout:
    """Find cells, rows, columns and what the columns mean.

    Cells whose middles are nearer than half their height are a row. Rows of three cells or more are a table, their
    columns those of the most usual number of cells. A row in which at least half of the cells, and two, are known
    headers starts a table; one field twice in a header are two tables beside each other.

    Parameters
    ----------
    board : array (height, width, 3), uint8
        Straight and upright.
    read : callable, lines -> texts
        Reads headers; without it columns have no fields, and all rows are one table.

    Returns
    -------
    Layout

    Raises
    ------
    Problem
        ``no_text``: nothing is written on the board; ``no_table``: no row has three cells.
    """
    rows = rows_of(find_cells(board))
    if not rows:
        raise Problem(
            "no_text", "no cells on the board; expected a table of results", "picture", "is it the right picture?"
        )
    wide = [row for row in rows if len(row) >= TABLE]
    if not wide:
        found = f"{sum(map(len, rows))} cells, none of three in a row; expected a table of results"
        raise Problem("no_table", found, "picture", "take the picture nearer and straighter")
    known = _Reader(board, read)
    starts = [place for place, row in enumerate(rows) if len(row) >= TABLE and known.is_header(row)]
    if not starts:
        return Layout(tuple(rows), (_table(wide, None, known),))
    ends = [*starts[1:], len(rows)]
    tables = [_table(rows[a + 1 : b], rows[a], known) for a, b in zip(starts, ends, strict=True)]
    return Layout(tuple(rows), tuple(part for table in _alike(tables) for part in _beside(table)))


def rows_of(cells: Sequence[Box]) -> list[tuple[Box, ...]]:
    """Cells whose middles are within half their height, as rows from top to bottom, each from left to right.

    Example
    -------
    >>> [len(row) for row in rows_of([Box(50, 2, 60, 12), Box(0, 0, 20, 10), Box(0, 20, 20, 30)])]
    [2, 1]
    """
    rows: list[list[Box]] = []
    for cell in sorted(cells, key=lambda each: each.centre[1]):
        if rows:
            middle = float(np.mean([each.centre[1] for each in rows[-1]]))
            height = min(cell.height, float(np.median([each.height for each in rows[-1]])))
            if cell.centre[1] - middle < height / 2:
                rows[-1].append(cell)
                continue
        rows.append([cell])
    return [tuple(sorted(row)) for row in rows]


class _Reader:
    """What headers say; each cell is read once."""

    def __init__(self, board: Pixels, read: Read | None) -> None:
        self.board, self.read = board, read
        self.texts: dict[Box, str] = {}

    def text(self, cells: Sequence[Box]) -> list[str]:
        new = [cell for cell in cells if cell not in self.texts]
        if self.read and new:
            self.texts.update(zip(new, self.read([line_of(self.board, cell) for cell in new]), strict=True))
        return [self.texts.get(cell, "") for cell in cells]

    def fields(self, cells: Sequence[Box]) -> list[str | None]:
        return [field_of(text) for text in self.text(cells)]

    def is_header(self, row: Sequence[Box]) -> bool:
        """Whether it names columns; a row whose last two cells are numbers is not read further."""
        if all(any(c.isdigit() for c in text) for text in self.text(row[-2:])):
            return False
        known = sum(field is not None for field in self.fields(row))
        return known >= max(2, len(row) / 2)

    def is_total(self, row: Sequence[Box]) -> bool:
        return self.fields(row[:1]) == ["total"]


def _table(body: Sequence[Sequence[Box]], header: Sequence[Box] | None, known: _Reader) -> Table:
    """Columns by the most usual number of cells, and each row's cells in them."""
    wide = [row for row in ([header] if header else []) + list(body) if len(row) >= TABLE]
    usual = Counter(map(len, wide)).most_common()
    most = max(count for count, times in usual if times == usual[0][1])
    model = [row for row in wide if len(row) == most]
    spans = [
        (min(cell.left for cell in column), max(cell.right for cell in column)) for column in zip(*model, strict=True)
    ]
    heads = _placed(header, spans) if header else (None,) * len(spans)
    fields = iter(known.fields([head for head in heads if head]))
    columns = tuple(
        Column(next(fields) if head else None, head, *span) for head, span in zip(heads, spans, strict=True)
    )
    rows = [row for row in body if len(row) >= 2]
    return Table(columns, tuple(Row(_placed(row, spans), known.is_total(row)) for row in rows))


def _placed(row: Sequence[Box], spans: Sequence[tuple[int, int]]) -> tuple[Box | None, ...]:
    """Cells in the columns with which they share most, or to which they are nearest; two in one become one."""
    places: list[list[Box]] = [[] for _ in spans]
    for cell in row:
        shared = [min(cell.right, right) - max(cell.left, left) for left, right in spans]
        places[int(np.argmax(shared))].append(cell)
    return tuple(reduce(Box.union, cells) if cells else None for cells in places)


def _alike(tables: Sequence[Table]) -> list[Table]:
    """Tables of one board with fields that only another of as many columns tells, unless two others differ about it."""
    filled = []
    for table in tables:
        others = [each for each in tables if len(each.columns) == len(table.columns)]
        told = [{field for each in others if (field := each.columns[i].field)} for i in range(len(table.columns))]
        columns = [
            column._replace(field=column.field or (min(fields) if len(fields) == 1 else None))
            for column, fields in zip(table.columns, told, strict=True)
        ]
        filled.append(Table(tuple(columns), table.rows))
    return filled


def _beside(table: Table) -> list[Table]:
    """The tables beside each other that one header names: the first named field comes again."""
    fields = [column.field for column in table.columns]
    first = next((field for field in fields if field), None)
    starts = [place for place, field in enumerate(fields) if field == first and first]
    if len(starts) < 2:
        return [table]
    bounds = [0, *starts[1:], len(fields)]
    parts = []
    for a, b in pairwise(bounds):
        rows = (Row(row.cells[a:b], row.is_total) for row in table.rows)
        parts.append(Table(table.columns[a:b], tuple(row for row in rows if any(row.cells))))
    return parts
