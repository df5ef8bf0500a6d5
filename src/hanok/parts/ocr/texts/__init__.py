"""Small readers of printed text, one for each language. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.texts.reader import TextReader

__all__ = ["TextReader"]
