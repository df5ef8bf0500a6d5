"""Pictures of match results, rendered with their truth. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.boards.board import Board, board
from hanok.parts.ocr.boards.canvas import Cell
from hanok.parts.ocr.boards.degrade import LEVELS
from hanok.parts.ocr.boards.designs.every import DESIGNS
from hanok.parts.ocr.boards.fonts import HELD_OUT, Font, suited
from hanok.parts.ocr.boards.lines import line
from hanok.parts.ocr.boards.names import roster
from hanok.parts.ocr.boards.numbers import number
from hanok.parts.ocr.boards.segments import Display
from hanok.parts.ocr.boards.writing import boards, write

__all__ = [
    "DESIGNS",
    "HELD_OUT",
    "LEVELS",
    "Board",
    "Cell",
    "Display",
    "Font",
    "board",
    "boards",
    "line",
    "number",
    "roster",
    "suited",
    "write",
]
