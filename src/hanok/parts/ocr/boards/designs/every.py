"""The designs of boards by name."""

from __future__ import annotations

from hanok.parts.ocr.boards.designs.cards import CARDS
from hanok.parts.ocr.boards.designs.columns import COLUMNS
from hanok.parts.ocr.boards.designs.dark import DARK
from hanok.parts.ocr.boards.designs.design import Design
from hanok.parts.ocr.boards.designs.light import LIGHT
from hanok.parts.ocr.boards.designs.scoreboard import SCOREBOARD
from hanok.parts.ocr.boards.designs.sheet import SHEET

DESIGNS: dict[str, Design] = {one.name: one for one in (DARK, LIGHT, COLUMNS, SCOREBOARD, SHEET, CARDS)}
"""Six kinds of boards, clearly different."""
