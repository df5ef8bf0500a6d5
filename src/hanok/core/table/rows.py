"""The rows of a table held against a model of one row: by column where that is surely right, else one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hanok.core.problem import Problem
from hanok.core.table.cells import MAX_PROBLEMS
from hanok.core.table.columns import Column
from hanok.core.table.fields import ABSENT, FieldReader, plain_fields

if TYPE_CHECKING:
    import polars as pl

TRIM = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
"""What is taken off both ends of a cell: the same characters as by `str.strip`."""


@dataclass(frozen=True)
class Judged:
    """The rows a model takes, and what is wrong with the others.

    Parameters
    ----------
    frame : polars.DataFrame
        (n_good, n_fields), in the order of the file.
    problems : list of (int, Problem)
        Line and problem of each cell that does not fit, for the first `MAX_PROBLEMS` rows.
    n_bad : int
        How many rows do not fit.
    """

    frame: pl.DataFrame
    problems: list[tuple[int, Problem]]
    n_bad: int


def judge(
    row: type[BaseModel],
    columns: Sequence[Column],
    cells: pl.DataFrame,
    lines: pl.Series,
    file: str,
    further: Sequence[str] = (),
) -> Judged:
    """Hold every row against the model.

    Cells are trimmed. An empty one (also a JSON or Parquet null) stands for the field's default, for None where there
    is no default but the field allows None, else for ``""``. The verdict is pydantic's: rows that plain conversions
    by column do not settle are given to the model itself. Only whole numbers of more than 64 bits are refused beyond.

    Parameters
    ----------
    row : type of BaseModel
        The model of one row.
    columns : sequence of Column
        One per field, required ones with a column.
    cells : polars.DataFrame
        (n_rows, n_columns), by the file's column names.
    lines : polars.Series
        (n_rows,) where each row begins.
    file : str
        What to call the file in a problem.
    further : sequence of str
        Columns of the file that hold no field and are kept as they are, text trimmed.

    Returns
    -------
    Judged
        Types by field: str and texts of Literal String, int Int64, float Float64, bool Boolean, date Date, datetime
        Datetime in microseconds (UTC where an offset is given), else as polars infers.
    """
    import polars as pl

    work = pl.DataFrame([_trimmed(c, cells) for c in columns]).with_row_index(_ROW)
    model_fields = plain_fields(row)
    fields = [FieldReader(row, c.field, model_fields.get(c.field)) for c in columns]
    exprs = [f.by_column(work.schema[f.name]) for f in fields]
    doubt = work.select(_ROW, doubt=pl.any_horizontal(doubt for _, doubt in exprs))["doubt"]
    sure = work.filter(~doubt).select(_ROW, *(value for value, _ in exprs))
    work = work.filter(doubt)
    taken, problems, n_bad = _one_by_one(row, fields, columns, work, lines, file)
    if not sure.height:
        frame = taken
    elif not taken.height:
        frame = sure
    else:
        frame = pl.concat([sure, taken], how="vertical_relaxed").sort(_ROW)
    beside = [_tidy(cells[name])[frame[_ROW]] for name in further]
    return Judged(frame.drop(_ROW).hstack(beside), problems, n_bad)


_ROW = "#"  # no field can have this name


def _trimmed(column: Column, cells: pl.DataFrame) -> pl.Series:
    import polars as pl

    if column.column is None:
        return pl.repeat(None, cells.height, dtype=pl.Null, eager=True).alias(column.field)
    return _tidy(cells[column.column].alias(column.field))


def _tidy(series: pl.Series) -> pl.Series:
    """Text without space around it, whatever type the column has."""
    import polars as pl

    if series.dtype in (pl.String, pl.Categorical, pl.Enum):
        return series.cast(pl.String).str.strip_chars(TRIM)
    if series.dtype == pl.Object:
        values = [v.strip(TRIM) if isinstance(v, str) else v for v in series.to_list()]
        return pl.Series(series.name, values, dtype=pl.Object)
    return series


def _one_by_one(
    row: type[BaseModel],
    fields: Sequence[FieldReader],
    columns: Sequence[Column],
    work: pl.DataFrame,
    lines: pl.Series,
    file: str,
) -> tuple[pl.DataFrame, list[tuple[int, Problem]], int]:
    """The rows the model takes with their numbers; the problems of the first of the others; how many those are."""
    import polars as pl

    where = {c.field: c.column or c.field for c in columns}
    indexes: list[int] = []
    taken: list[list[Any]] = []
    problems: list[tuple[int, Problem]] = []
    n_bad = 0
    rows = zip(*(work[f.name].to_list() for f in fields), strict=True)
    for index, cells in zip(work[_ROW].to_list(), rows, strict=True):
        given = {f.name: cell for f, cell in zip(fields, map(FieldReader.given, fields, cells), strict=True)}
        given = {name: cell for name, cell in given.items() if cell is not ABSENT}
        try:
            model = row.model_validate(given, by_alias=False, by_name=True)
            values = [_storable(getattr(model, f.name), f) for f in fields]
        except (ValidationError, Problem) as error:
            n_bad += 1
            if n_bad <= MAX_PROBLEMS:
                line = lines[index]
                problems += [(line, p) for p in _problems(error, where, f"{file}:{line}")]
            continue
        indexes.append(index)
        taken.append(values)
    by_field = zip(*taken, strict=True) if taken else ([] for _ in fields)
    series = [_series(f, list(values)) for f, values in zip(fields, by_field, strict=True)]
    return pl.DataFrame([pl.Series(_ROW, indexes, dtype=work.schema[_ROW]), *series]), problems, n_bad


def _storable(value: Any, field: FieldReader) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise Problem("bad_cell", f"found {value}, expected a whole number of at most 64 bits", field.name)
    return value


def _series(field: FieldReader, values: list[Any]) -> pl.Series:
    import polars as pl

    try:
        return pl.Series(field.name, values, dtype=field.dtype)
    except (TypeError, pl.exceptions.PolarsError):  # values of several types
        return pl.Series(field.name, values, dtype=pl.Object)


def _problems(error: ValidationError | Problem, columns: Mapping[str, str], where: str) -> list[Problem]:
    if isinstance(error, Problem):
        return [Problem(error.code, error.message, f"{where} {columns[error.where]}", "write a smaller number")]
    return [_problem(e, columns, where) for e in error.errors(include_url=False, include_context=False)]


def _problem(error: ErrorDetails, columns: Mapping[str, str], where: str) -> Problem:
    if not error["loc"]:  # the model looked at the row as a whole
        return Problem("bad_row", error["msg"].removeprefix("Value error, "), where, "correct the row")
    name = str(error["loc"][0])
    kind = error["type"].partition("_")[0]
    empty = error["type"] == "missing" or error["input"] == ""
    found = "an empty cell" if empty else _shown(error["input"])
    hint = "fill in the cell" if empty else _HINTS.get(kind, "correct the cell")
    return Problem("bad_cell", f"found {found}, {_expected(error)}", f"{where} {columns.get(name, name)}", hint)


_HINTS = {
    "int": "write whole numbers as 1234",
    "float": "write numbers as 1234.5",
    "bool": "write true or false",
    "date": "write dates as 2024-12-31",
    "datetime": "write times as 2024-12-31T23:59:59",
    "literal": "write it as expected, also in upper and lower case",
}
_PHRASES = {
    "Input should be ": "expected ",
    "Input should have ": "expected ",
    "String should have ": "expected text of ",
    "String should match ": "expected text that matches ",
    "Value error, ": "",
    "Field required": "expected a value",
}


def _expected(error: ErrorDetails) -> str:
    """What pydantic expected, as the second half of a sentence."""
    message = error["msg"]
    if error["type"].endswith(("_parsing", "_from_float")):
        message = message.partition(", ")[0]
    for theirs, ours in _PHRASES.items():
        if message.startswith(theirs):
            return ours + message.removeprefix(theirs)
    return message


def _shown(value: Any, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
