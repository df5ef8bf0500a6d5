"""Match results read from pictures: boards found and made straight, cells found, lines read, fields checked."""

from hanok.parts.ocr.board import Board, straighten
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box, Quad, homography
from hanok.parts.ocr.header import field_of
from hanok.parts.ocr.layout import Layout, Table, find_layout
from hanok.parts.ocr.line import line_of, prepare_line
from hanok.parts.ocr.picture import Picture, opened
from hanok.parts.ocr.template import Example, Fit, Template, best_fit

__all__ = [
    "Board",
    "Box",
    "Example",
    "Fit",
    "Layout",
    "Picture",
    "Quad",
    "Table",
    "Template",
    "best_fit",
    "field_of",
    "find_cells",
    "find_layout",
    "homography",
    "line_of",
    "opened",
    "prepare_line",
    "straighten",
]
