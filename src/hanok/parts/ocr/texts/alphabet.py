"""What a reader of text can say, and how the scores of a column are laid out."""

from __future__ import annotations

from dataclasses import dataclass

from hanok.core.problem import Problem
from hanok.parts.ocr.texts.hangul import FINALS, INITIALS, MEDIALS
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA, MARKS
from hanok.parts.text.normalise import Language

BLANK = ""
"""CTC's: no symbol."""
ASCII = " " + "".join(map(chr, range(33, 127)))


@dataclass(frozen=True)
class Alphabet:
    """The symbols of a language.

    Parameters
    ----------
    own : str
        Symbols with a score of their own.
    hangul : bool
        Whether syllables are read, too, by the scores of their letters.
    stride : 2 or 4
        Columns of pixels for each column of scores: two where letters are narrow.
    widths : tuple of nine int
        Channels of the network's convolutions: fewer for fewer shapes, more for kanji.
    """

    own: str
    hangul: bool
    stride: int
    widths: tuple[int, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Scores of a column: the blank and symbols of their own; then initials, medials and finals."""
        return (1 + len(self.own), *((INITIALS, MEDIALS, FINALS) if self.hangul else ()))


ALPHABETS: dict[Language, Alphabet] = {
    "en": Alphabet(ASCII, hangul=False, stride=2, widths=(32, 48, 64, 96, 128, 128, 192, 192, 192)),
    "ja": Alphabet(
        ASCII + MARKS + HIRAGANA + KATAKANA + KANJI,
        hangul=False,
        stride=4,
        widths=(48, 64, 96, 128, 192, 256, 320, 320, 320),
    ),
    "ko": Alphabet(ASCII + "·", hangul=True, stride=4, widths=(48, 64, 96, 128, 192, 192, 256, 256, 256)),
}


def alphabet(language: Language) -> Alphabet:
    """The alphabet of a language, or a problem that says which there are."""
    if language not in ALPHABETS:
        expected = ", ".join(map(repr, ALPHABETS))
        raise Problem("no_alphabet", f"found {language!r}; expected {expected}: no other text is read", "language")
    return ALPHABETS[language]
