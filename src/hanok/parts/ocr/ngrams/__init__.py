"""How likely a letter is after others in a language. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.ngrams.ngrams import Ngrams

__all__ = ["Ngrams"]
