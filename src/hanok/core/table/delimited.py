"""Cells of comma-, semicolon- and tab-separated text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from hanok.core.problem import Problem
from hanok.core.table.cells import Broken, Cells, limit_rows, refuse_repeated
from hanok.core.table.columns import normal

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 1 << 18  # cells held as Python strings before they become a frame


def read_delimited(raw: bytes, encoding: str, name: str, own: str, known: Collection[str]) -> Cells:
    """Cut delimited text into cells.

    Parameters
    ----------
    raw : bytes
        The whole file.
    encoding : str
        Its encoding.
    name : str
        What to call the file in a problem.
    own : str
        The delimiter its suffix promises; another one is taken if it gives more of the known columns.
    known : collection of str
        Column names, made `normal`, that are looked for.

    Returns
    -------
    Cells
        All text.

    Raises
    ------
    Problem
        No header, a repeated column, or a quote that is never closed.
    """
    import polars as pl

    header, delimiter = _header(raw, encoding, name, own, known)
    width = len(header)
    flat: list[str] = []  # cells of the rows not yet in a frame, one row after the other
    lines: list[int] = []
    frames: list[pl.DataFrame] = []
    broken = Broken()
    records = _records(raw, encoding, name, delimiter)
    next(records)  # the header
    for line, row in records:
        if isinstance(row, Problem):
            broken.add(line, row)
        elif len(row) == width:
            flat += row
            lines.append(line)
            if len(flat) >= _CHUNK:
                limit_rows(len(lines), name)
                frames.append(_frame(header, flat))
                flat = []
        else:
            broken.add(line, _ragged(row, header, delimiter, f"{name}:{line}"))
    limit_rows(len(lines) + broken.count, name)
    whole = pl.concat([*frames, _frame(header, flat)])
    return Cells(whole, pl.Series(lines, dtype=pl.Int64), encoding, broken.first, broken.count)


def _frame(header: list[str], flat: list[str]) -> pl.DataFrame:
    import polars as pl

    width = len(header)
    return pl.DataFrame([pl.Series(name, flat[i::width], dtype=pl.String) for i, name in enumerate(header)])


def _header(raw: bytes, encoding: str, name: str, own: str, known: Collection[str]) -> tuple[list[str], str]:
    """The names of the columns, and the delimiter that gives most of the known ones; the suffix's own if it can be."""
    first = next((line for line in _text(raw, encoding) if line.strip()), "")
    if not first:
        raise Problem("empty_file", "found no text, expected a header and rows", name, "save it again")
    headers: dict[str, list[str] | Problem] = {}
    for delimiter in [own, *(d for d in ",;\t" if d in first and d != own)]:
        try:
            headers[delimiter] = next(_records(raw, encoding, name, delimiter))[1]
        except Problem as problem:
            headers[delimiter] = problem

    def score(delimiter: str) -> tuple[int, bool, int]:
        names = headers[delimiter]
        if isinstance(names, Problem):
            return 0, False, 0
        return sum(normal(n) in known for n in names), delimiter == own and len(names) > 1, len(names)

    delimiter = max(headers, key=score)
    names = headers[delimiter]
    if isinstance(names, Problem):
        raise names
    names = [n.strip() or f"column {i}" for i, n in enumerate(names, 1)]
    refuse_repeated(names, f"{name}:1")
    return names, delimiter


def _ragged(row: list[str], header: list[str], delimiter: str, where: str) -> Problem:
    shown = {"\t": "a tab"}.get(delimiter, f"a {delimiter!r}")
    if len(row) < len(header):
        hint = f"nothing stands for {header[len(row)]!r} and after it; an empty cell needs its delimiter too"
    else:
        hint = f"put cells that contain {shown} into double quotes"
    cells = "cell" if len(row) == 1 else "cells"
    return Problem("ragged_row", f"found {len(row)} {cells}, expected {len(header)}", where, hint)


def _text(raw: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(raw), encoding=encoding, newline="")  # line ends inside cells stay as they are


def _records(raw: bytes, encoding: str, name: str, delimiter: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """The records of a delimited file, each with the line on which it begins; blank lines are left out."""
    quoted = delimiter != "\t" or b'"' not in raw or quotes_enclose(raw.decode(encoding))
    reader = csv.reader(
        _text(raw, encoding),
        delimiter=delimiter,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        strict=True,
    )
    done = False
    while not done:
        line = reader.line_num + 1
        try:
            for row in reader:
                if row:
                    yield line, row
                line = reader.line_num + 1
            done = True
        except csv.Error as error:  # the reader goes on with the next line
            yield line, _bad_quotes(error, f"{name}:{line}")


def _bad_quotes(error: csv.Error, where: str) -> Problem:
    if "expected after" in str(error):
        hint = "write a quote inside a quoted cell twice"
        return Problem("bad_quotes", "found text after a closing quote, expected the end of the cell", where, hint)
    found = "a quote that is never closed"
    if "field limit" in str(error):
        found = f"a cell of more than {csv.field_size_limit()} characters"
    # everything after it is inside the cell, so there is no telling the rows
    raise Problem("bad_quotes", f"found {found}", where, "close the quote, or write it twice inside a quoted cell")


_QUOTED_IN_LINE = re.compile(r'(?<![^\t\r\n])"(?:[^"\t\r\n]|"")*+"(?![^\t\r\n])')
_QUOTED = re.compile(r'(?<![^\t\r\n])"(?:[^"]|"")*+"(?![^\t\r\n])')


def quotes_enclose(text: str) -> bool:
    r"""Whether the double quotes of a tab-separated text enclose cells, as in CSV, and are not part of what is said.

    They do if each stands around a whole cell or, doubled, within such a one. Cells that run over tabs or line ends
    are believed only if the lines taken as they are differ in their number of tabs.

    Example
    -------
    >>> quotes_enclose('size\tname\n6"\tHT'), quotes_enclose('size\tname\n"6 ""inch"" "\tHT')
    (False, True)
    """
    if '"' not in _QUOTED_IN_LINE.sub("", text):
        return True
    if '"' in _QUOTED.sub("", text):
        return False
    return len({line.count("\t") for line in io.StringIO(text, newline="") if line.strip("\r\n")}) > 1
