"""What several engines said of one cell, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hanok.parts.calibration import Isotonic
from hanok.parts.ocr.engine import Kind, Reading
from hanok.parts.ocr.numerals import numeral, words

TWO_AGREE = 0.95
"""Probability of a value that two engines read, where nothing was learnt; measured on boards and receipts .98 to 1."""

ONE_SAYS = 0.5
"""The same of a value that one engine reads."""

Trust = Mapping[str, Isotonic]


class Candidate(NamedTuple):
    """A value, who read it, and how likely it is right.

    Parameters
    ----------
    value, raw : str
        Spelt for comparison; as the first engine said it.
    engines : tuple of str
        All that read it.
    pattern : str
        Kind, engines for and against: what evidence is learnt apart by.
    score : float
        How sure the engines are, more being surer; comparable within a pattern.
    probability : float
    known : bool
        Whether labelled lines showed the pattern.
    """

    value: str
    raw: str
    engines: tuple[str, ...]
    pattern: str
    score: float
    probability: float = 0.0
    known: bool = False

    def judged(self, trust: Trust) -> Candidate:
        """With its probability."""
        if self.pattern in trust:
            found = float(trust[self.pattern].probabilities(np.array([self.score]))[0])
            return self._replace(probability=found, known=True)
        return self._replace(probability=TWO_AGREE if len(self.engines) > 1 else ONE_SAYS, known=False)


class Evidence:
    """The readings of one cell so far; `add` one after the other.

    Example
    -------
    >>> cell = Evidence("number")
    >>> cell.add(Reading("l2", 0.8, "tesseract"))
    >>> cell.add(Reading("12", 0.9, "rapidocr"))
    >>> [(found.value, found.pattern) for found in cell.candidates()]
    [('12', 'number: tesseract+rapidocr')]
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.readings: list[Reading] = []

    def add(self, reading: Reading) -> None:
        """Take one more in."""
        self.readings.append(reading)

    def spelt(self, text: str) -> str:
        """The spelling in which texts of this kind are compared."""
        return numeral(text) if self.kind == "number" else words(text)

    def candidates(self) -> list[Candidate]:
        """Every value that somebody read, in the order of the engines."""
        said = [(self.spelt(reading.text), reading) for reading in self.readings if not reading.failed]
        values = list(dict.fromkeys(value for value, _ in said if value))
        return [self._candidate(value, said) for value in values]

    def _candidate(self, value: str, said: Sequence[tuple[str, Reading]]) -> Candidate:
        ours = [reading for other, reading in said if other == value]
        against = [reading for other, reading in said if other not in ("", value)]
        pattern = f"{self.kind}: {'+'.join(reading.engine for reading in ours)}"
        if against:
            pattern += f" against {'+'.join(reading.engine for reading in against)}"
        sure = sum(reading.confidence for reading in ours) / len(ours)
        doubt = max((reading.confidence for reading in against), default=0.0)
        return Candidate(value, ours[0].text, tuple(reading.engine for reading in ours), pattern, sure - doubt / 2)

    def ranked(self, trust: Trust) -> list[Candidate]:
        """The candidates, the likeliest first."""
        return sorted((found.judged(trust) for found in self.candidates()), key=lambda found: -found.probability)

    def agreed(self, trust: Trust) -> tuple[str, ...]:
        """The engines that read the likeliest value."""
        ranked = self.ranked(trust)
        return ranked[0].engines if ranked else ()


def learnt(cells: Sequence[Evidence], wanted: Sequence[str]) -> dict[str, Isotonic]:
    """What each pattern is worth, of cells whose right values are known."""
    seen: dict[str, list[tuple[float, bool]]] = {}
    for cell, value in zip(cells, wanted, strict=True):
        for found in cell.candidates():
            seen.setdefault(found.pattern, []).append((found.score, found.value == value))
    return {
        pattern: Isotonic().fit(np.array([score for score, _ in pairs]), np.array([right for _, right in pairs]))
        for pattern, pairs in sorted(seen.items())
    }
