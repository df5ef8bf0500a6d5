"""How likely a letter is after others: in a language, and in lines of a source. `docs/parts/ocr.md` is the guide."""

from hanok.parts.ocr.ngrams.expected import Expected
from hanok.parts.ocr.ngrams.ngrams import Ngrams
from hanok.parts.ocr.ngrams.wording import Wording

__all__ = ["Expected", "Ngrams", "Wording"]
