"""Whether probabilities keep their word: of the answers given 80 %, are 80 % right?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Reliability(NamedTuple):
    """Said and done in bins of equal width that hold something; all of shape (n_filled_bins,)."""

    said: Floats
    right: Floats
    weight: Floats

    @property
    def error(self) -> float:
        """Expected calibration error: how far said and done lie apart, on average over the items."""
        return float(self.weight @ np.abs(self.said - self.right) / self.weight.sum())


def reliability(probabilities: Floats, right: Bools, weights: Floats | None = None, *, bins: int = 10) -> Reliability:
    """Compare probabilities with how often they came true.

    Parameters
    ----------
    probabilities : array (n_items,)
        Between 0 and 1.
    right : array (n_items,), bool
        Whether the answer was right.
    weights : array (n_items,), optional
        How much each item counts.
    bins : int
        How many; empty ones are left out.

    Returns
    -------
    Reliability
        Mean probability, share that was right, and total weight of each bin.

    Example
    -------
    >>> diagram = reliability(np.array([0.9, 0.9, 0.1, 0.1]), np.array([True, False, False, False]))
    >>> diagram.said.tolist(), diagram.right.tolist(), round(diagram.error, 2)
    ([0.1, 0.9], [0.0, 0.5], 0.25)

    Source
    ------
    Guo et al. 2017, "On calibration of modern neural networks", section 2.
    """
    weights = np.ones(len(probabilities)) if weights is None else weights
    place = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    total = np.bincount(place, weights, minlength=bins).astype(np.float64)
    filled = total > 0
    said = np.bincount(place, weights * probabilities, minlength=bins)[filled] / total[filled]
    done = np.bincount(place, weights * right, minlength=bins)[filled] / total[filled]
    return Reliability(said, done, total[filled])
