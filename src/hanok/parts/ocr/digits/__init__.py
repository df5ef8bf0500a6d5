"""A small reader of numbers, printed or in seven segments. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.digits.reader import DigitReader
from hanok.parts.ocr.digits.settings import Training

__all__ = ["DigitReader", "Training"]
