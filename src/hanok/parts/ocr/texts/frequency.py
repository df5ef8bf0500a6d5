"""How frequent a symbol is, by its place in a list that has the commonest first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ALIKE = 0.5
"""Share of symbols of Korean and Japanese that are drawn all alike in training; the others are by frequency."""
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


def in_training(usual: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Shares (count,) of symbols among lines to train on, of their shares where the language is written.

    Example
    -------
    >>> in_training(np.array([0.9, 0.1])).tolist()
    [0.7, 0.3]
    """
    return np.asarray(ALIKE / len(usual) + (1 - ALIKE) * usual)
