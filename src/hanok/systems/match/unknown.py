"""Boards that no template fits: rows and columns as they are found, and what heads of columns say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from hanok.core.problem import Problem
from hanok.parts.ocr import Board, Box, Layout, Picture, find_layout, straighten
from hanok.parts.ocr.engine import Engine
from hanok.parts.ocr.line import Line
from hanok.parts.text import Language
from hanok.systems.match.engines import Group
from hanok.systems.match.paths import kind_of
from hanok.systems.match.rules import Rules
from hanok.systems.match.seeing import cut_out

TEXTS = frozenset({"name", "team"})
"""Columns that hold words."""

LARGEST = 1e9


class Guess(NamedTuple):
    """What was found on a board.

    Parameters
    ----------
    board : Board
    language : Language
        Of its heads.
    lines : dict of str to array (height, width)
        By path: a table is a team, a row of it a player.
    quads : dict of str to list
        Where they stand in the user's picture.
    rules : Rules
        Numbers of any size, and names; nothing adds up.
    """

    board: Board
    language: Language
    lines: dict[str, Line]
    quads: dict[str, list[list[float]]]
    rules: Rules


def guessed(picture: Picture, readers: Mapping[Language, Engine]) -> Guess:
    """Find tables and what their columns mean, with the reader to whom most heads say something.

    Parameters
    ----------
    picture : Picture
        As it was opened.
    readers : mapping of Language to Engine
        Who reads heads.

    Raises
    ------
    Problem
        ``no_reader``, ``no_text``, ``no_table``, ``no_heads``.
    """
    best: tuple[int, Guess] | None = None
    for language, engine in readers.items():
        read = partial(_texts, engine)
        board = straighten(picture.pixels, partial(_confidences, engine))
        places = placed(find_layout(board.pixels, read))
        if places and (best is None or len(places) > best[0]):
            kinds = dict.fromkeys(map(kind_of, places))
            groups: dict[str, Group] = {
                kind: "text" if kind.rpartition(".")[2] in TEXTS else "number" for kind in kinds
            }
            rules = Rules(
                groups, low=dict.fromkeys(kinds, 0.0), high=dict.fromkeys(kinds, LARGEST),
                whole=dict.fromkeys(kinds, False), usual={}, shapes={},
            )  # fmt: skip
            best = len(places), Guess(board, language, *cut_out(board, places, picture.scale), rules)
    if best is None:
        code, what = ("no_heads", "no known head of a column") if readers else ("no_reader", "nobody who reads heads")
        raise Problem(code, f"found {what}; expected words such as player, kills, score", "image")
    return best[1]


def placed(layout: Layout) -> dict[str, Box]:
    """Cells by path; of a row of totals what stands below a score is the team's total."""
    places: dict[str, Box] = {}
    for side, table in enumerate(layout.tables):
        player = 0
        for row in table.rows:
            where = f"teams.{side}" if row.is_total else f"teams.{side}.players.{player}"
            for column, cell in zip(table.columns, row.cells, strict=True):
                if cell is None or column.field is None or (row.is_total and column.field in TEXTS):
                    continue
                field = "total" if row.is_total and column.field == "score" else column.field
                places.setdefault(f"{where}.{field}", cell)
            player += not row.is_total
    return places


def _texts(engine: Engine, lines: Sequence[Line]) -> list[str]:
    return [reading.text for reading in engine.read(lines, "text")]


def _confidences(engine: Engine, lines: Sequence[Line]) -> list[float]:
    return [reading.confidence for reading in engine.read(lines, "text")]
