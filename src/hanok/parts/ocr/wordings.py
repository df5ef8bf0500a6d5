"""Engines that expect lines to be worded like others of their source, and how a cascade learns what that is worth."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple, Protocol, Self, runtime_checkable

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.engine import Engine
from hanok.parts.ocr.ngrams import Wording
from hanok.parts.text.normalise import Language

FOLDS = 4
"""Parts of the pictures, each read with the wording of the others."""


@runtime_checkable
class Worded(Engine, Protocol):
    """An engine that can expect a wording."""

    def worded(self, wording: Wording) -> Self:
        """The same for text of a source."""


class Fold(NamedTuple):
    """Lines, and how the lines of other pictures are worded.

    Parameters
    ----------
    lines : array (n,), int64
        Their places.
    wording : Wording or None
        None: nothing is to be expected.
    """

    lines: npt.NDArray[np.int64]
    wording: Wording | None


def worded(engine: Engine, wording: Wording | None) -> Engine:
    """The engine with a wording, if it can have one."""
    return engine.worded(wording) if wording and isinstance(engine, Worded) else engine


def wording(texts: Sequence[str], pictures: Sequence[Hashable], language: Language) -> Wording:
    """Of lines of some pictures: each text as often as pictures show it."""
    return Wording((text for _, text in dict.fromkeys(zip(pictures, texts, strict=True))), language)


def folds(texts: Sequence[str], pictures: Sequence[Hashable], language: Language) -> list[Fold]:
    """Lines in parts by their pictures, of which there are at least two."""
    numbers = {picture: number for number, picture in enumerate(dict.fromkeys(pictures))}
    parts = np.array([numbers[picture] for picture in pictures]) % FOLDS
    found = []
    for part in range(min(FOLDS, len(numbers))):
        others = np.flatnonzero(parts != part).tolist()
        expected = wording([texts[k] for k in others], [pictures[k] for k in others], language)
        found.append(Fold(np.flatnonzero(parts == part), expected))
    return found
