"""How alike left nodes are by their features: the kernel of the regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.parts.response.evidence import Evidence

Floats = npt.NDArray[np.float64]

WORDS = 0.05
"""What sharing words counts beside numbers; with more, a tissue drowns what tells its cells apart."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """exp(-|x - y|² / median) of numbers, plus a little for every word in common; at most 1 + WORDS on average.

    Parameters
    ----------
    numbers : array (n, n_numbers), float64
        Of the nodes that were learnt from, centred and scaled, 0 where missing.
    words : array (n, n_words), float64
        Centred, of mean square length 1.
    centre, spread : arrays (n_numbers,), float64
    usual : array (n_words,), float64
        How often each word is said.
    length : float
        By which words are divided.
    width : float
        Median squared distance of numbers.
    """

    numbers: Floats
    words: Floats
    centre: Floats
    spread: Floats
    usual: Floats
    length: float
    width: float

    @classmethod
    def of(cls, evidence: Evidence, scale: bool) -> Self:
        """Learnt from some nodes; `scale` as of `Settings`."""
        given = evidence.numbers.astype(np.float64)
        there = np.isfinite(given)
        count = np.maximum(there.sum(axis=0), 1)
        centre = np.where(there, given, 0).sum(axis=0) / count
        centred = np.where(there, given - centre, 0)
        spread = np.sqrt((centred**2).sum(axis=0) / count)
        spread = np.where(spread > 0, spread, 1) if scale else np.ones_like(spread)
        words = evidence.words.astype(np.float64)
        usual = words.mean(axis=0) if len(words) else np.zeros(words.shape[1])
        length = float(np.sqrt(((words - usual) ** 2).sum(axis=1).mean())) if words.size else 0.0
        length = length if length > 0 else 1.0
        numbers = centred / spread
        apart = _distances(numbers, numbers)
        width = float(np.median(apart[apart > 1e-9])) if (apart > 1e-9).any() else 1.0
        return cls(numbers, (words - usual) / length, centre, spread, usual, length, width)

    def beside(self, evidence: Evidence) -> Floats:
        """How alike other nodes are to those learnt from, (n_others, n)."""
        given = evidence.numbers.astype(np.float64)
        numbers = np.where(np.isfinite(given), given - self.centre, 0) / self.spread
        words = (evidence.words - self.usual) / self.length
        return self._kernel(numbers, words, self.numbers, self.words)

    def square(self) -> Floats:
        """Of those learnt from, (n, n)."""
        return self._kernel(self.numbers, self.words, self.numbers, self.words)

    def itself(self, evidence: Evidence) -> Floats:
        """How alike each of the others is to itself, (n_others,)."""
        words = (evidence.words - self.usual) / self.length
        found: Floats = float(self.numbers.shape[1] > 0) + WORDS * (words**2).sum(axis=1)
        return found

    def _kernel(self, numbers: Floats, words: Floats, others: Floats, other_words: Floats) -> Floats:
        near = np.exp(-_distances(numbers, others) / self.width) if numbers.shape[1] else 0.0
        found: Floats = near + WORDS * (words @ other_words.T)
        return found


def _distances(a: Floats, b: Floats) -> Floats:
    """Squared distances of all rows, (n_a, n_b)."""
    found: Floats = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.maximum(found, 0, out=found)
