"""The one reader of table files: what a file holds for a model of one row, and its usable rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from hanok.core.problem import Problem
from hanok.core.table.cells import MAX_PROBLEMS, Cells
from hanok.core.table.columns import Column, known_names, listed, missing, named, normal, recognise
from hanok.core.table.files import read_cells
from hanok.core.table.rows import TRIM, judge

if TYPE_CHECKING:
    import polars as pl

_DETAILS = 20


@dataclass(frozen=True)
class Check:
    """What a table file holds for a model of one row.

    Parameters
    ----------
    path : Path
        The file.
    recognised : list of Column
        For each field the column that holds it.
    unused : list of str
        Columns of the file that hold no field and are not kept.
    n_rows : int
        Rows of the file that were asked for, usable or not.
    n_bad : int
        Rows that cannot be used.
    problems : list of Problem
        What is wrong, in the order of the file: a missing column, or the first `MAX_PROBLEMS` bad rows.
    encoding : str or None
        Of a text file.
    """

    path: Path
    recognised: list[Column]
    unused: list[str]
    n_rows: int
    n_bad: int
    problems: list[Problem]
    encoding: str | None
    _rows: pl.DataFrame | None = field(repr=False)

    def preview(self, n: int = 5) -> list[dict[str, Any]]:
        """The first `n` usable rows."""
        return [] if self._rows is None else self._rows.head(n).to_dicts()

    def frame(self, skip: bool = False) -> pl.DataFrame:
        """The usable rows: one column per field, in the model's order, defaults filled in.

        A model with ``extra="allow"`` also keeps the file's further columns, after its own and under their own names,
        as they are but trimmed: text from CSV, whatever type from JSON lines and Parquet.

        Parameters
        ----------
        skip : bool
            Leave rows out that cannot be used, instead of refusing the file.

        Returns
        -------
        polars.DataFrame
            (n_rows - n_bad, n_fields), rows in the order of the file.

        Raises
        ------
        Problem
            ``missing_column``, ``bad_rows`` (`details` has the first 20 problems), or ``no_rows`` if none is left.
        """
        if self._rows is None:
            raise self.problems[0]
        if self.n_bad and (not skip or not self._rows.height):
            raise Problem(
                "bad_rows" if self._rows.height else "no_rows",
                f"{self.n_bad} of {self.n_rows} rows cannot be used; the first: {self.problems[0]}",
                self.path.name,
                "correct them, or leave them out with --skip" if self._rows.height else self.problems[0].hint,
                details=self.problems[:_DETAILS],
            )
        return self._rows


def check(path: Path, row: type[BaseModel], *, columns: Mapping[str, str] = {}, where: Mapping[str, str] = {}) -> Check:
    """Read a CSV, TSV, JSON lines or Parquet file and hold its rows against a model.

    Parameters
    ----------
    path : Path
        The file; its suffix says the format.
    row : type of BaseModel
        The model of one row; its fields' names and aliases are looked for among the columns, whatever their case.
    columns : mapping of str to str
        Which column holds a field, where neither its name nor an alias is there.
    where : mapping of str to str
        Keep only rows whose column has this value.

    Returns
    -------
    Check
        Also of a file that lacks a column or has rows that do not fit.

    Raises
    ------
    Problem
        It cannot be read as a table, has no rows, or `columns` or `where` do not fit it.

    Example
    -------
    >>> import tempfile
    >>> class Row(BaseModel):
    ...     question: str
    ...     stars: int = 3
    >>> path = Path(tempfile.mkdtemp(), "faq.csv")
    >>> _ = path.write_text("Question,stars\\nWhy?,5\\nHow?,five\\n")
    >>> found = check(path, Row)
    >>> print(found.problems[0])
    faq.csv:3 stars: found 'five', expected a valid integer
    >>> found.frame(skip=True).to_dicts()
    [{'question': 'Why?', 'stars': 5}]
    """
    cells = read_cells(path, known_names(row, columns))
    names = cells.frame.columns
    recognised = recognise(row, names, columns, path.name)
    used = {c.column for c in recognised}
    unused = [name for name in names if name not in used]
    cells = _kept(cells, where, path.name)
    n_rows = cells.frame.height + cells.n_broken
    if lacking := missing(recognised, row, names, path.name):
        return Check(path, recognised, unused, n_rows, n_rows, [lacking], cells.encoding, None)
    fields = {normal(field) for field in row.model_fields}
    further = [name for name in unused if row.model_config.get("extra") == "allow" and normal(name) not in fields]
    judged = judge(row, recognised, cells.frame, cells.lines, path.name, further)
    unused = [name for name in unused if name not in further]
    problems = [p for _, p in sorted([*cells.broken, *judged.problems], key=lambda found: found[0])]
    n_bad = cells.n_broken + judged.n_bad
    return Check(path, recognised, unused, n_rows, n_bad, problems[:MAX_PROBLEMS], cells.encoding, judged.frame)


def _kept(cells: Cells, where: Mapping[str, str], file: str) -> Cells:
    """The rows whose columns have the values asked for; rows that could not be cut into cells stay."""
    for name, value in where.items():
        column = _text(cells.frame[named(name, cells.frame.columns, file)])
        mask = (column == value.strip(TRIM)).fill_null(False)
        if not mask.any():
            found = listed(column.drop_nulls().unique(maintain_order=True).to_list(), limit=10)
            message = f"found no row with {value!r} in column {name!r}, expected one of {found}"
            raise Problem("no_rows", message, file, "check the value")
        frame, lines = cells.frame.filter(mask), cells.lines.filter(mask)
        cells = Cells(frame, lines, cells.encoding, cells.broken, cells.n_broken)
    return cells


def _text(column: pl.Series) -> pl.Series:
    import polars as pl

    if column.dtype in (pl.Object, pl.List, pl.Struct):
        column = pl.Series([None if v is None else str(v) for v in column.to_list()], dtype=pl.String)
    return column.cast(pl.String).str.strip_chars(TRIM)
