"""The cells of a table file, before anything is known about what they should hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hanok.core.problem import Problem, TooLarge
from hanok.core.table.columns import normal

if TYPE_CHECKING:
    import polars as pl

MAX_BYTES = 2 * 1024**3
MAX_ROWS = 10_000_000
MAX_COLUMNS = 1000
MAX_PROBLEMS = 1000  # rows whose problems are kept; all are counted


@dataclass
class Cells:
    """The cells of a file by column, as text or as the file's own types.

    Parameters
    ----------
    frame : polars.DataFrame
        (n_rows, n_columns), only the rows with as many cells as the header has names.
    lines : polars.Series
        (n_rows,) int64: the line of the file on which a row begins, 1-based; for Parquet the number of the row.
    broken : list of (int, Problem)
        Line and problem of the rows that could not be cut into cells, the first `MAX_PROBLEMS` of them.
    n_broken : int
        How many there are.
    encoding : str or None
        Of a text file.
    """

    frame: pl.DataFrame
    lines: pl.Series
    encoding: str | None = None
    broken: list[tuple[int, Problem]] = field(default_factory=list)
    n_broken: int = 0


class Broken:
    """The rows that could not be cut into cells: all counted, the first kept."""

    def __init__(self) -> None:
        self.first: list[tuple[int, Problem]] = []
        self.count = 0

    def add(self, line: int, problem: Problem) -> None:
        """Count one row."""
        self.count += 1
        if self.count <= MAX_PROBLEMS:
            self.first.append((line, problem))


def refuse_repeated(names: Sequence[str], where: str) -> None:
    """Refuse columns whose names are the same when made `normal`.

    Raises
    ------
    Problem
        ``repeated_column`` names both.
    """
    first: dict[str, int] = {}
    for i, name in enumerate(names, 1):
        if (before := first.setdefault(normal(name), i)) != i:
            found = f"found {names[before - 1]!r} as column {before} and {name!r} as column {i}"
            raise Problem("repeated_column", f"{found}, expected different names", where, "rename one of them")


def limit_rows(n: int, name: str) -> None:
    """Refuse a file at the row that is one too many."""
    if n > MAX_ROWS:
        raise TooLarge("too_many_rows", f"found more rows than {MAX_ROWS}", name, "split it or take a sample")
