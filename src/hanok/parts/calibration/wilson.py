"""How sure a share is that was counted on few items."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Z95 = 1.959963984540054
"""Standard errors to either side of a two-sided 95 % interval."""


class Wilson(NamedTuple):
    """Both ends of an interval, each a number or an array as what was counted."""

    low: Floats
    high: Floats


def wilson(right: npt.ArrayLike, answered: npt.ArrayLike, z: float = Z95) -> Wilson:
    """Wilson's interval of a share.

    Parameters
    ----------
    right, answered : number or array
        How many were right, of how many. Of none, the interval is everything from 0 to 1.
    z : float
        Standard errors to either side; the default is a 95 % interval.

    Returns
    -------
    Wilson
        Never outside 0 to 1, and never without width: 20 right of 20 are "between .839 and 1".

    Example
    -------
    >>> low, high = wilson(20, 20)
    >>> round(float(low), 3), float(high)
    (0.839, 1.0)

    Source
    ------
    Wilson 1927, "Probable inference, the law of succession, and statistical inference"; Brown, Cai and DasGupta 2001,
    "Interval estimation for a binomial proportion", equation 4, who recommend it for few items.
    """
    answered = np.asarray(answered, dtype=np.float64)
    share = np.asarray(right, dtype=np.float64) / np.maximum(answered, 1e-300)
    square = z * z
    middle = answered * share + square / 2
    spread = z * np.sqrt(answered * share * (1 - share) + square / 4)
    total = np.maximum(answered + square, 1e-300)
    low, high = np.clip((middle - spread) / total, 0, 1), np.clip((middle + spread) / total, 0, 1)
    return Wilson(np.where(answered > 0, low, 0.0), np.where(answered > 0, high, 1.0))
