"""Syllables of Hangul and the letters that they are made of."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.texts.frequency import zipf

INITIALS, MEDIALS, FINALS = 19, 21, 28
"""Letters that may begin a syllable, stand in its middle, and end it; the first final is none."""
FIRST, SYLLABLES = ord("가"), INITIALS * MEDIALS * FINALS


def letters(symbol: str) -> tuple[int, int, int] | None:
    """Initial, medial and final of a syllable; None for another symbol.

    Example
    -------
    >>> letters("각"), letters("힣"), letters("A")
    ((0, 0, 1), (18, 20, 27), None)
    """
    place = ord(symbol) - FIRST
    if not 0 <= place < SYLLABLES:
        return None
    return place // (MEDIALS * FINALS), place // FINALS % MEDIALS, place % FINALS


def syllable(initial: int, medial: int, final: int) -> str:
    """The syllable of three letters.

    Example
    -------
    >>> syllable(0, 0, 1)
    '각'
    """
    return chr(FIRST + (initial * MEDIALS + medial) * FINALS + final)


@cache
def common() -> tuple[str, ...]:
    """The 2,350 syllables of KS X 1001, which nearly everything is written with; every Korean font has these."""
    return tuple(symbol for symbol in map(chr, range(FIRST, FIRST + SYLLABLES)) if _kept(symbol))


def _kept(symbol: str) -> bool:
    """Whether the standard has it as one character: two bytes, not eight."""
    try:
        return len(symbol.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False


@cache
def shares() -> npt.NDArray[np.float64]:
    """How often each of `common()` is written, (2350,): by its rank in ``ko.txt``; 0 without one."""
    ranked = (files("hanok.parts.ocr.texts") / "ko.txt").read_text(encoding="utf-8").strip()
    found = dict(zip(ranked, zipf(len(ranked)).tolist(), strict=True))
    return np.array([found.get(symbol, 0.0) for symbol in common()])
