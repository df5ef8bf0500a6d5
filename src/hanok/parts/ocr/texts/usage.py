"""How much likelier a symbol is where a language is written than among the lines that a reader was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from hanok.parts.ocr.texts.frequency import zipf
from hanok.parts.ocr.texts.hangul import common
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA
from hanok.parts.ocr.texts.wording import ALIKE, PLAIN
from hanok.parts.text.normalise import Language

UNUSUAL = 0.3
"""Share of symbols that are drawn as for training, so that a name may hold any."""


@cache
def usage(language: Language) -> Mapping[str, float]:
    """Of each symbol whose frequency is known, how many times likelier it is; on average over training 1.

    ``ko.txt`` has syllables, the commonest first among the different words of hunspell-ko and of three manuals.

    Example
    -------
    >>> korean = usage("ko")
    >>> korean["다"] > 1 > korean["갊"], usage("en")
    (True, {})

    Source
    ------
    Posterior probabilities for other priors: Saerens, Latinne and Decaestecker 2002, equation 2.4.
    """
    if language == "ko":
        ranked = (files("hanok.parts.ocr.texts") / "ko.txt").read_text(encoding="utf-8").strip()
        trained = dict.fromkeys(common(), ALIKE / len(common()))
        for syllable in PLAIN:
            trained[syllable] += (1 - ALIKE) / len(PLAIN)
        return _likelier(ranked, trained)
    found: dict[str, float] = {}
    for letters in (HIRAGANA, KATAKANA, KANJI) if language == "ja" else ():
        shares = ALIKE / len(letters) + (1 - ALIKE) * zipf(len(letters))
        found |= _likelier(letters, dict(zip(letters, shares.tolist(), strict=True)))
    return found


def _likelier(ranked: str, trained: Mapping[str, float]) -> dict[str, float]:
    """Of symbols by their rank and their share of training; those without a rank are unusual."""
    shares = dict(zip(ranked, zipf(len(ranked)).tolist(), strict=True))
    return {symbol: UNUSUAL + (1 - UNUSUAL) * shares.get(symbol, 0.0) / share for symbol, share in trained.items()}
