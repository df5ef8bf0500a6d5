"""What several engines said of one cell, and what that is worth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from hanok.parts.calibration import Isotonic
from hanok.parts.ocr.engine import Kind, Reading
from hanok.parts.ocr.numerals import numeral, words

UNSAID = 0.01
"""How likely a value is to an engine that neither read it nor thought of it."""

UNTOLD = 0.1
"""The same, if the engine never says what else it thought of."""

OWN = 0.3
"""The less, the more labelled lines tell whom to believe: what they know shifts a value by 1.3 / .3 at most."""

Trust = Mapping[str, Isotonic]


class Candidate(NamedTuple):
    """A value, who read it, and how likely it is right.

    Parameters
    ----------
    value, raw : str
        Spelt for comparison; as the first engine said it.
    source : str
        The first engine that read it; that thought of it, where none did.
    engines : tuple of str
        All that read it.
    pattern : str
        Kind, engines for and against: what evidence is learnt apart by.
    score : float, 0 to 1
        How likely it is by what the engines say of themselves, as if none of them erred because another did.
    probability : float
        That it is right.
    standing : float
        What candidates of a cell are ranked by.
    known : bool
        Whether labelled lines showed the pattern.
    """

    value: str
    raw: str
    source: str
    engines: tuple[str, ...]
    pattern: str
    score: float
    probability: float = 0.0
    standing: float = 0.0
    known: bool = False

    def judged(self, trust: Trust) -> Candidate:
        """With what it is worth; by the engines' own word alone where no labelled line was such a case."""
        steps, found = trust.get(self.pattern), self.score
        if steps is not None:
            found = float(steps.probabilities(np.array([self.score]))[0])
        return self._replace(probability=found, standing=self.score * (OWN + found), known=steps is not None)


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
        """Every value that somebody read or thought of, in the order of the engines."""
        answers = [(reading, self._shares(reading)) for reading in self.readings if not reading.failed]
        first = [(self.spelt(reading.text), reading) for reading, _ in answers]
        shares = [(said, UNTOLD if reading.shares is None else UNSAID) for reading, said in answers]
        values = dict.fromkeys(value for said, _ in shares for value in said)
        odds = {value: math.prod(said.get(value, 0.0) + unsaid for said, unsaid in shares) for value in values}
        none = math.prod(max(1 - sum(said.values()), 0.0) + unsaid for said, unsaid in shares)
        total = sum(odds.values()) + none
        thought_of = {value: reading.engine for reading, said in reversed(answers) for value in said}
        return [self._candidate(value, odds[value] / total, first, thought_of[value]) for value in values]

    def _shares(self, reading: Reading) -> dict[str, float]:
        """How likely an engine finds each value that it says or thought of; equal ones count together."""
        found: dict[str, float] = {}
        texts = [(reading.text, reading.confidence), *zip(reading.alternatives, reading.shares or (), strict=False)]
        for text, share in texts:
            if value := self.spelt(text):
                found[value] = found.get(value, 0.0) + share
        return found

    def _candidate(
        self, value: str, score: float, said: Sequence[tuple[str, Reading]], thought_of_by: str
    ) -> Candidate:
        ours = [reading for other, reading in said if other == value]
        against = [reading for other, reading in said if other not in ("", value)]
        pattern = f"{self.kind}: {'+'.join(reading.engine for reading in ours)}"
        if against:
            pattern += f" against {'+'.join(reading.engine for reading in against)}"
        engines = tuple(reading.engine for reading in ours)
        raw, source = (ours[0].text, engines[0]) if ours else (value, thought_of_by)
        return Candidate(value, raw, source, engines, pattern, score)

    def ranked(self, trust: Trust) -> list[Candidate]:
        """The candidates, the likeliest first."""
        found = [candidate.judged(trust) for candidate in self.candidates()]
        return sorted(found, key=lambda candidate: (-candidate.standing, -candidate.score))


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
