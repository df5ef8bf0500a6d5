"""Table files: which format one is in, and its cells."""

from __future__ import annotations

import io
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from hanok.core.problem import NotFound, Problem, TooLarge
from hanok.core.table.cells import MAX_BYTES, MAX_COLUMNS, Broken, Cells, limit_rows, refuse_repeated
from hanok.core.table.decode import encoding_of
from hanok.core.table.delimited import read_delimited

if TYPE_CHECKING:
    import polars as pl

DELIMITERS = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
SUFFIXES = (*DELIMITERS, ".jsonl", ".ndjson", ".parquet")


def read_cells(path: Path, known: Collection[str]) -> Cells:
    """Read a CSV, TSV, JSON lines or Parquet file.

    The delimiter is the suffix's own, unless another one gives more columns that are known. In tab-separated files
    quotes are read as CSV does only where all of the file keeps to it (see `quotes_enclose`), otherwise as text.

    Parameters
    ----------
    path : Path
        The file; its suffix says the format.
    known : collection of str
        Column names, made `normal`, that are looked for.

    Returns
    -------
    Cells
        All its columns; nothing is trimmed or converted.

    Raises
    ------
    NotFound
        There is no such file.
    TooLarge
        More than `MAX_BYTES`, `MAX_ROWS` or, in JSON lines, `MAX_COLUMNS`.
    Problem
        It cannot be read as a table, or has no rows.
    """
    suffix = path.suffix.lower()
    _refuse(path, suffix)
    try:
        if suffix == ".parquet":
            cells = _parquet(path)
        else:
            raw = path.read_bytes()
            encoding = encoding_of(raw, path.name)
            if suffix in DELIMITERS:
                cells = read_delimited(raw, encoding, path.name, DELIMITERS[suffix], known)
            else:
                cells = _json_lines(raw, encoding, path.name)
    except OSError as error:
        raise Problem("unreadable", f"cannot be read: {error.strerror}", str(path), "check its permissions") from error
    if not (cells.frame.height or cells.n_broken):
        raise Problem("no_rows", "found no rows, expected at least one", path.name, "is this the right file?")
    return cells


def _refuse(path: Path, suffix: str) -> None:
    try:
        if not path.exists():
            raise NotFound("no_file", "there is no such file", str(path), "check its name and folder")
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no regular file"
            raise Problem("not_a_file", f"found {found}, expected a table file", str(path), "name one file")
        size = path.stat().st_size
    except OSError as error:
        raise Problem("unreadable", f"cannot be read: {error.strerror}", str(path), "check its permissions") from error
    if suffix not in SUFFIXES:
        raise Problem(
            "unknown_suffix",
            f"found the suffix {path.suffix!r}, expected one of {' '.join(SUFFIXES)}",
            path.name,
            "save it in one of these formats; spreadsheets export CSV UTF-8",
        )
    if size == 0:
        raise Problem("empty_file", "the file is empty, expected a header and rows", path.name, "save it again")
    if size > MAX_BYTES:
        raise TooLarge("file_too_large", f"found {size} bytes, expected at most {MAX_BYTES}", path.name, "split it")


def _json_lines(raw: bytes, encoding: str, name: str) -> Cells:
    import polars as pl

    columns: dict[str, list[Any]] = {}
    lines: list[int] = []
    broken = Broken()
    for line, text in enumerate(io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline=""), 1):
        if not text.strip():
            continue
        row = _json_object(text, f"{name}:{line}")
        if isinstance(row, Problem):
            broken.add(line, row)
            continue
        for key in row:
            if key not in columns:
                columns[key] = [None] * len(lines)
        for key, values in columns.items():
            values.append(row.get(key))
        lines.append(line)
        if len(columns) > MAX_COLUMNS:
            raise TooLarge("too_many_columns", f"found more different keys than {MAX_COLUMNS}", f"{name}:{line}")
        limit_rows(len(lines) + broken.count, name)
    if broken.first and not columns:
        raise broken.first[0][1]
    refuse_repeated(list(columns), name)
    frame = pl.DataFrame([_series(key, values) for key, values in columns.items()])
    return Cells(frame, pl.Series(lines, dtype=pl.Int64), encoding, broken.first, broken.count)


def _json_object(text: str, where: str) -> dict[str, Any] | Problem:
    hint = "write one JSON object per line"
    try:
        value = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        found = str(error).replace(" at line 1 column", " at column")
        return Problem("bad_json", f"found no valid JSON: {found}", where, hint)
    if not isinstance(value, dict):
        return Problem("bad_json", f"found {type(value).__name__}, expected an object", where, hint)
    return value


def _series(name: str, values: list[Any]) -> pl.Series:
    """One column of JSON values: of its type if they share one, else of Python objects."""
    import polars as pl

    kinds = set(map(type, values)) - {type(None)}
    dtypes = {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64}
    dtype = dtypes.get(kinds.pop(), pl.Object) if len(kinds) == 1 else pl.Object
    try:
        return pl.Series(name, values, dtype=dtype)
    except (OverflowError, TypeError):  # whole numbers of more than 64 bits
        return pl.Series(name, values, dtype=pl.Object)


def _parquet(path: Path) -> Cells:
    import polars as pl

    try:
        limit_rows(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item(), path.name)
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        found = str(error).splitlines()[0]
        raise Problem("bad_parquet", f"found no valid Parquet: {found}", path.name, "write the file again") from error
    refuse_repeated(frame.columns, path.name)
    return Cells(frame, pl.int_range(1, frame.height + 1, eager=True))
