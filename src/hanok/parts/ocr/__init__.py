"""Text in pictures of match results: boards made straight, cells found, lines read by few engines, fields checked.

`docs/parts/ocr.md` is the guide.
"""

from hanok.parts.ocr.board import Board, straighten
from hanok.parts.ocr.cascade import Cascade
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.constraints import Broken, Constraint, Count, Ranks, Solved, Sum, check, solve
from hanok.parts.ocr.digits import DigitReader
from hanok.parts.ocr.engine import Engine, Kind, Line, Reading
from hanok.parts.ocr.fields import Checked, Field
from hanok.parts.ocr.finetuning import (
    Route,
    Sample,
    Slice,
    Tuned,
    Tuning,
    finetune_rapidocr,
    finetune_tesseract,
    route,
)
from hanok.parts.ocr.geometry import Box, Quad, homography
from hanok.parts.ocr.google import GoogleVision
from hanok.parts.ocr.header import field_of
from hanok.parts.ocr.judgement import Judgement, judge
from hanok.parts.ocr.layout import Layout, Table, find_layout
from hanok.parts.ocr.line import line_of, prepare_line
from hanok.parts.ocr.numerals import numeral, words
from hanok.parts.ocr.picture import Picture, opened
from hanok.parts.ocr.rapid import RapidOCR
from hanok.parts.ocr.recognition import best_fit
from hanok.parts.ocr.roster import Named, match
from hanok.parts.ocr.spending import AnswerFolder, Answers, Audit, Budget
from hanok.parts.ocr.template import Example, Fit, Template
from hanok.parts.ocr.tesseract import Tesseract
from hanok.parts.ocr.texts import TextReader
from hanok.parts.ocr.verdict import Stage, Verdict

__all__ = [
    "AnswerFolder",
    "Answers",
    "Audit",
    "Board",
    "Box",
    "Broken",
    "Budget",
    "Cascade",
    "Checked",
    "Constraint",
    "Count",
    "DigitReader",
    "Engine",
    "Example",
    "Field",
    "Fit",
    "GoogleVision",
    "Judgement",
    "Kind",
    "Layout",
    "Line",
    "Named",
    "Picture",
    "Quad",
    "Ranks",
    "RapidOCR",
    "Reading",
    "Route",
    "Sample",
    "Slice",
    "Solved",
    "Stage",
    "Sum",
    "Table",
    "Template",
    "Tesseract",
    "TextReader",
    "Tuned",
    "Tuning",
    "Verdict",
    "best_fit",
    "check",
    "field_of",
    "find_cells",
    "find_layout",
    "finetune_rapidocr",
    "finetune_tesseract",
    "homography",
    "judge",
    "line_of",
    "match",
    "numeral",
    "opened",
    "prepare_line",
    "route",
    "solve",
    "straighten",
    "words",
]
