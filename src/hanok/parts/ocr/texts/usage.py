"""How much likelier a symbol is where a language is written than among the lines that a reader was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.texts.frequency import in_training, zipf
from hanok.parts.ocr.texts.hangul import common, shares
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA
from hanok.parts.text.normalise import Language

Floats = npt.NDArray[np.float64]

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
    found: dict[str, float] = {}
    for symbols, usual in written(language):
        likelier = usual / in_training(usual)
        found |= dict(zip(symbols, (UNUSUAL + (1 - UNUSUAL) * likelier).tolist(), strict=True))
    return found


def written(language: Language) -> list[tuple[Sequence[str], Floats]]:
    """Symbols whose frequency is known, by script, and the share of each (n,)."""
    if language == "ko":
        return [(common(), shares())]
    return [(letters, zipf(len(letters))) for letters in (HIRAGANA, KATAKANA, KANJI)] if language == "ja" else []
