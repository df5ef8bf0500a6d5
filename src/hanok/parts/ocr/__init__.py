"""Text in pictures of match results. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.digits import DigitReader

__all__ = ["DigitReader"]
