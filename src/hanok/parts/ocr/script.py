"""Letters that a language is written with, and letters of two scripts that look the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hanok.parts.text.normalise import Language

ENCODINGS: dict[Language, str] = {"en": "ascii", "ja": "shift_jis"}
"""Encodings that hold the letters of a language and few others. On receipts, accents were read where specks are, and
stood on none; JIS X 0208 has no Chinese forms."""

BOTH = dict(zip("へべぺり", "ヘベペリ", strict=True))
"""Hiragana, and the katakana that nobody tells from it by its shape."""

BACK = {katakana: hiragana for hiragana, katakana in BOTH.items()}

STROKES = dict(zip("一二八力卜口夕工千才", "ーニハカトロタエチオ", strict=True))
"""Kanji, and the katakana that looks like it."""


def written_with(characters: Sequence[str], language: Language) -> npt.NDArray[np.bool_]:
    """Which characters may stand in a text of a language; all in one whose alphabet is not kept here.

    Example
    -------
    >>> written_with(["黒", "黑", "A", ""], "ja").tolist()
    [True, False, True, True]
    """
    encoding = ENCODINGS.get(language)
    if encoding is None:
        return np.ones(len(characters), np.bool_)
    return np.array([_encodes(character, encoding) for character in characters], np.bool_)


def settled(text: str, language: Language) -> str:
    """A Japanese text whose letters that look alike in two scripts are those of the script around them.

    ``ぺ`` and ``ペ`` are one shape, as are three pairs more: beside hiragana it is hiragana, beside katakana katakana;
    between both, ``ペ`` begins a word.
    A kanji such as ``二`` between katakana is the katakana ``ニ``. Where that tells nothing, what was read stays; text
    of other languages does, too.

    Example
    -------
    >>> settled("はらペこぺンギン", "ja"), settled("ペン二ー", "ja"), settled("二月", "ja")
    ('はらぺこペンギン', 'ペンニー', '二月')
    """
    if language != "ja":
        return text
    found = "".join(_hiragana_or_katakana(text, place) for place in range(len(text)))
    return "".join(_katakana_between(found, place) for place in range(len(found)))


def _hiragana_or_katakana(text: str, place: int) -> str:
    """The letter at a place, of the script of its neighbours."""
    letter = text[place]
    if letter not in BOTH and letter not in BACK:
        return letter
    beside = {_script(text[k]) for k in (place - 1, place + 1) if 0 <= k < len(text)} - {""}
    if beside == {"hiragana"}:
        return BACK.get(letter, letter)
    if beside == {"katakana"} or (letter == "ぺ" and beside):
        return BOTH.get(letter, letter)
    return letter


def _katakana_between(text: str, place: int) -> str:
    """The letter at a place, katakana where it looks like it and stands between two."""
    letter, beside = text[place], text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    inside = len(beside) == 2 and all("ァ" <= other <= "ー" for other in beside)
    return STROKES.get(letter, letter) if inside else letter


def _script(letter: str) -> str:
    """Which kana it surely is."""
    if letter in BOTH or letter in BACK:
        return ""
    return "hiragana" if "ぁ" <= letter <= "ゖ" else "katakana" if "ァ" <= letter <= "ー" else ""


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
