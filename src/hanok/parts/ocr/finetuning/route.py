"""Which of two readers reads which lines: the newer one only where it has proved better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import NamedTuple

from hanok.parts.calibration import wilson
from hanok.parts.ocr.engine import Engine, Kind
from hanok.parts.ocr.finetuning.sample import Sample, right

CHANCE = 0.025
"""How probable it may be that any slice is taken although nothing is better in it."""


class Slice(NamedTuple):
    """Lines of one kind and source, read by both.

    Parameters
    ----------
    lines : int
    stock, tuned : int
        How many each reads right.
    gained, lost : int
        Lines that only the tuned one reads right, and only the stock one.
    """

    lines: int
    stock: int
    tuned: int
    gained: int
    lost: int

    def better(self, among: int) -> bool:
        """Whether the tuned one is, and not by chance, of so many slices that are looked at.

        Of lines on which they differ most are its: 4 of 4 at least of one slice, 7 of 7 of six.
        """
        z = NormalDist().inv_cdf(1 - CHANCE / among)
        return bool(wilson(self.gained, self.gained + self.lost, z).low > 0.5)

    @property
    def worse(self) -> bool:
        """Whether it reads fewer right."""
        return self.lost > self.gained


class Route(NamedTuple):
    """Where the tuned reader is asked.

    Parameters
    ----------
    slices : dict of (str, str) to Slice
        By kind and source.
    """

    slices: Mapping[tuple[Kind, str], Slice]

    def tuned(self, kind: Kind, source: str) -> bool:
        """Whether the tuned reader reads such lines; what labelled lines never showed is the stock one's."""
        found = self.slices.get((kind, source))
        return found is not None and found.better(len(self.slices))


def route(stock: Engine, tuned: Engine, samples: Sequence[Sample]) -> Route:
    """Compare two readers line by line, each kind and source by itself.

    Parameters
    ----------
    stock : Engine
        That reads everything now.
    tuned : Engine
        That may read some of it.
    samples : sequence of n_lines Sample
        That `tuned` was not trained on.

    Returns
    -------
    Route

    Example
    -------
    >>> once = Slice(lines=50, stock=40, tuned=44, gained=4, lost=0)
    >>> once.better(among=1), once.better(among=6), Slice(50, 40, 44, 8, 4).better(among=1)
    (True, False, False)

    Source
    ------
    Paired, as in McNemar 1947, "Note on the sampling error of the difference between correlated proportions"; that it
    is no chance is told by Wilson's interval of gained among gained and lost. Of many slices one gains by chance sooner
    than of one: Dunn 1961, "Multiple comparisons among means" (Bonferroni's correction).
    """
    ours, theirs = right(tuned, samples), right(stock, samples)
    places: dict[tuple[Kind, str], list[int]] = {}
    for place, sample in enumerate(samples):
        places.setdefault((sample.kind, sample.source), []).append(place)
    return Route(
        {
            name: Slice(
                len(own),
                int(theirs[own].sum()),
                int(ours[own].sum()),
                int((ours[own] & ~theirs[own]).sum()),
                int((theirs[own] & ~ours[own]).sum()),
            )
            for name, own in places.items()
        }
    )
