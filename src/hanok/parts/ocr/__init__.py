"""Engines that read lines, a cascade that asks as few of them as it takes, and rules for what they read."""

from hanok.parts.ocr.cascade import Cascade
from hanok.parts.ocr.constraints import Broken, Ranks, Solved, Sum, check, solve
from hanok.parts.ocr.digits import DigitReader
from hanok.parts.ocr.engine import Engine, Kind, Line, Reading
from hanok.parts.ocr.fields import Checked, Field
from hanok.parts.ocr.google import GoogleVision
from hanok.parts.ocr.judgement import Judgement, judge
from hanok.parts.ocr.numerals import numeral, words
from hanok.parts.ocr.rapid import RapidOCR
from hanok.parts.ocr.roster import Named, match
from hanok.parts.ocr.spending import AnswerFolder, Answers, Audit, Budget
from hanok.parts.ocr.tesseract import Tesseract
from hanok.parts.ocr.verdict import Stage, Verdict

__all__ = [
    "AnswerFolder",
    "Answers",
    "Audit",
    "Broken",
    "Budget",
    "Cascade",
    "Checked",
    "DigitReader",
    "Engine",
    "Field",
    "GoogleVision",
    "Judgement",
    "Kind",
    "Line",
    "Named",
    "Ranks",
    "RapidOCR",
    "Reading",
    "Solved",
    "Stage",
    "Sum",
    "Tesseract",
    "Verdict",
    "check",
    "judge",
    "match",
    "numeral",
    "solve",
    "words",
]
