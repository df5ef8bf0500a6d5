"""One spelling for what means the same to a reader, and the language a text is written in, told by its script."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Language = Literal["ko", "ja", "en"]
"""The languages that are told apart, by their script."""

HANGUL = "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"
KANA = "\u3040-\u30ff\u31f0-\u31ff"
HAN = "々〆\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_COUNTED = tuple((code, re.compile(f"[{script}]")) for code, script in (("ko", HANGUL), ("ja", KANA)))
_HAN = re.compile(f"[{HAN}]")
_LETTER = re.compile(r"[^\W\d_]")
_BETWEEN_JAPANESE = re.compile(f"(?<=[{KANA}{HAN}]) (?=[{KANA}{HAN}])")


def normalise(text: str) -> str:
    """One spelling of a text: compatibility forms unified, case folded, white space collapsed.

    Between kana and kanji spaces are dropped: Japanese is written without them, and only some people put them in.

    Parameters
    ----------
    text : str
        As somebody typed it.

    Returns
    -------
    str
        Stable: normalising twice changes nothing.

    Example
    -------
    >>> normalise("  Ｈａｎｏｋ　１.0 を  使う ")
    'hanok 1.0 を使う'

    Source
    ------
    Unicode Standard Annex 15 (NFKC) and chapter 3.13 (case folding), in the order of its caseless match: folding can
    undo the normal form, so it is made once more.
    """
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _BETWEEN_JAPANESE.sub("", " ".join(text.split()))


def language(text: str) -> Language:
    """The language of a text, told by its script: Hangul is Korean, kana Japanese, everything else counts as English.

    Latin words do not outvote: a Korean question about ``hanok train`` is Korean. Kanji alone are read as Japanese.

    Parameters
    ----------
    text : str
        At least a word.

    Example
    -------
    >>> language("환불 되나요?"), language("返金できますか"), language("Can I get a refund?"), language("返品")
    ('ko', 'ja', 'en', 'ja')
    """
    counts = {code: len(script.findall(text)) for code, script in _COUNTED}
    if counts["ko"] or counts["ja"]:
        return "ko" if counts["ko"] >= counts["ja"] else "ja"
    han = len(_HAN.findall(text))
    return "ja" if han and 2 * han >= len(_LETTER.findall(text)) else "en"
