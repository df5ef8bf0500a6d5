"""Reading the user's folder: a line of boards.jsonl for each picture."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any, get_args

from hanok.core.problem import NotFound, Problem
from hanok.parts.image import load
from hanok.parts.text import Language, language
from hanok.systems.match.data import Cell, Corners, Data, Kind, Labelled, Sources
from hanok.systems.match.fieldless import named
from hanok.systems.match.paths import PATH

TRUTH = "boards.jsonl"

DESIGN = "board"
"""Of pictures that do not say theirs."""

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("number", "num", "total", "teamscore"), "number"),
    **dict.fromkeys(("text", "name", "team"), "text"),
    **dict.fromkeys(("print", "title", "head", "label"), "print"),
}


def read(sources: Sources) -> Data:
    """Read every picture and what it says.

    Raises
    ------
    Problem
        Names file, line and field, what was found and what was expected. The same picture may stand there twice; if
        it then says two things, both lines are named.
    NotFound
        There is no boards.jsonl, or a picture is missing.
    """
    files = sources.boards.files(TRUTH)
    boards, first, notes = [], dict[str, tuple[str, dict[str, str]]](), []
    for file in files:
        lines = file.read_bytes().splitlines()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            where = f"{file.name}:{number}"
            board = _board(_parsed(line, where), file.parent, where)
            digest = hashlib.sha256(board.image).hexdigest()
            if digest in first:
                earlier, texts = first[digest]
                if texts != board.texts:
                    found = f"the picture of {earlier} with other texts"
                    raise Problem("contradiction", f"found {found}; expected one truth for a picture", where)
                notes.append(f"{where} repeats {earlier} and was left out.")
                continue
            first[digest] = where, board.texts
            boards.append(board)
    if not boards:
        raise Problem("no_boards", "found no line; expected one for each picture", TRUTH)
    return Data(tuple(boards), tuple(notes))


def _parsed(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except ValueError as error:
        raise Problem("not_json", f"found {error}; expected a JSON object in UTF-8", where) from error
    if not isinstance(row, dict):
        raise Problem("not_json", f"found {type(row).__name__}; expected a JSON object", where)
    return row


def _board(row: dict[str, Any], folder: Path, where: str) -> Labelled:
    name = _text(row, "image", where)
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Problem("outside", f"found {name!r}; expected a file of the folder", f"{where} image")
    if not path.is_file():
        raise NotFound("no_image", f"found no file {name!r}", f"{where} image", "check the folder")
    image = path.read_bytes()
    height, width = load(image, where=f"{where} {name}").shape[:2]
    given = row.get("cells")
    if not isinstance(given, list) or not given:
        raise Problem("no_cells", "found no cells; expected a list of {text, kind, field, quad}", f"{where} cells")
    if not any(isinstance(cell, dict) and "field" in cell for cell in given):
        given = named(given, row.get("record"), where)
    count: Counter[str] = Counter()
    cells = []
    for place, cell in enumerate(given):
        made = _cell(cell, (width, height), f"{where} cells[{place}]")
        count[made.field] += 1
        if count[made.field] > 1:
            if made.kind != "print":
                raise Problem("twice", f"found {made.field!r} twice; expected it once", f"{where} cells[{place}] field")
            made = made._replace(field=f"{made.field}.{count[made.field]}")  # two tables have the same heads
        cells.append(made)
    texts = [cell.text for cell in cells if cell.kind == "text"]
    design = _text(row, "design", where) if "design" in row else DESIGN
    if not any(cell.kind != "print" for cell in cells):
        raise Problem("no_fields", "found words of the design only; expected fields of the record", f"{where} cells")
    return Labelled(name, image, design, _language(row, texts, where), tuple(cells))


def _language(row: dict[str, Any], texts: list[str], where: str) -> Language:
    record = row.get("record")
    said = row.get("language", record.get("lang") if isinstance(record, dict) else None)
    if said is None:
        return language(" ".join(texts))
    if said not in get_args(Language):
        expected = ", ".join(sorted(get_args(Language)))
        raise Problem("unknown_language", f"found {said!r}; expected one of {expected}", f"{where} language")
    known: Language = said
    return known


def _cell(cell: Any, size: tuple[int, int], where: str) -> Cell:
    if not isinstance(cell, dict):
        raise Problem("not_a_cell", f"found {cell!r:.60}; expected {{text, kind, field, quad}}", where)
    kind = KINDS.get(str(cell.get("kind")))
    if kind is None:
        expected = ", ".join(KINDS)
        raise Problem("unknown_kind", f"found {cell.get('kind')!r}; expected one of {expected}", f"{where} kind")
    field, text = _text(cell, "field", where), _text(cell, "text", where)
    if kind != "print" and not PATH.fullmatch(field):
        expected = "a name, teams.0.name or teams.0.players.0.name"
        raise Problem("bad_field", f"found {field!r}; expected {expected}", f"{where} field")
    return Cell(f"print.{field}" if kind == "print" else field, text, kind, _quad(cell.get("quad"), size, where))


def _quad(given: Any, size: tuple[int, int], where: str) -> Corners:
    try:
        corners = tuple((float(x), float(y)) for x, y in given)
    except (TypeError, ValueError):
        corners = ()
    if len(corners) != 4 or not all(math.isfinite(value) for corner in corners for value in corner):
        raise Problem("bad_quad", f"found {given!r:.80}; expected four times x and y", f"{where} quad")
    width, height = size
    middle = [sum(corner[axis] for corner in corners) / 4 for axis in (0, 1)]
    if not (0 <= middle[0] <= width and 0 <= middle[1] <= height):
        found = f"a text at {middle[0]:.0f}, {middle[1]:.0f}"
        raise Problem("outside", f"found {found}; expected it in the picture of {width} x {height}", f"{where} quad")
    return corners


def _text(row: dict[str, Any], name: str, where: str) -> str:
    found = row.get(name)
    if not isinstance(found, str) or not found.strip():
        raise Problem("no_text", f"found {found!r:.60}; expected text", f"{where} {name}")
    return found
