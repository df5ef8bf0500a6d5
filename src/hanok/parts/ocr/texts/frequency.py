"""How frequent a symbol is, by its place in a list that has the commonest first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FLAT = 10
"""Ranks at the top of a list that are about equally frequent."""


def zipf(count: int) -> npt.NDArray[np.float64]:
    """Shares (count,) of symbols by their rank; they add up to 1.

    Example
    -------
    >>> zipf(3).round(2).tolist()
    [0.36, 0.33, 0.3]

    Source
    ------
    Zipf's law as Mandelbrot has it: 1 / (rank + constant).
    """
    shares = 1 / (np.arange(count) + FLAT)
    return np.asarray(shares / shares.sum())
