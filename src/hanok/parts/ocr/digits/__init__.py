"""A small reader of numbers, printed or in seven segments. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.digits.reader import DigitReader

__all__ = ["DigitReader", "Training"]
