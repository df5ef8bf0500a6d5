"""How sure a figure is: percentile bootstrap intervals, of one model or of the difference between two."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.core.report import Floats, Statistic
from hanok.core.summary import Interval

RESAMPLES = 1000
_CHUNK = 1_000_000  # numbers drawn at once: 8 MB


def interval(
    values: npt.ArrayLike, statistic: Statistic | None = None, *, seed: int = 0, resamples: int = RESAMPLES
) -> Interval:
    """A figure with its 95 % bootstrap interval.

    Parameters
    ----------
    values : array (n_items,) or (n_items, k)
        What each item contributes; items are resampled, rows stay whole.
    statistic : callable, optional
        ``statistic(values) -> float``; without it the mean.
    seed : int
        The same seed gives the same interval.
    resamples : int
        How many times the items are drawn.

    Returns
    -------
    Interval
        A single item, or items that are all the same, show no spread: low and high are then the value itself.

    Raises
    ------
    Problem
        There are no items, a value is not finite, or the statistic has no value on the items or on half the resamples.

    Example
    -------
    >>> found = interval([1.0] * 90 + [0.0] * 10)
    >>> found.value, round(found.low, 2), round(found.high, 2), found.n
    (0.9, 0.84, 0.96, 100)

    Source
    ------
    B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13 (the percentile interval). Where values
    repeat (hits, grades) we draw how often each distinct value comes, a multinomial with the same distribution as
    drawing items, so that a million items cost little. Resamples on which a statistic is undefined are left out.
    """
    array = _finite(values)
    rng = np.random.default_rng(seed)
    if statistic is None:
        return _around(float(array.mean()), _means(array, rng, resamples), len(array), inside=True)
    drawn = _statistics(lambda rows: statistic(array[rows]), len(array), rng, resamples)
    return _around(float(statistic(array)), drawn, len(array))


def paired(
    ours: npt.ArrayLike,
    theirs: npt.ArrayLike,
    statistic: Statistic | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> Interval:
    """The difference ours − theirs with its 95 % bootstrap interval, both computed on the same resamples of the items.

    Parameters
    ----------
    ours, theirs : array (n_items,) or (n_items, k)
        Row i of both belongs to the same item.
    statistic, seed, resamples
        As of `interval`.

    Raises
    ------
    Problem
        As of `interval`, or the two are not of the same shape.

    Example
    -------
    >>> paired([1.0, 1.0, 1.0, 0.0], [0.0, 1.0, 0.0, 0.0]).value
    0.5

    Source
    ------
    As of `interval`; two models answering the same items err on the same hard ones, so pairing narrows the interval.
    """
    left, right = _finite(ours), _finite(theirs)
    if left.shape != right.shape:
        found = f"{left.shape} against {right.shape}"
        raise Problem("not_paired", f"values of shape {found}; expected the same items on both sides")
    if statistic is None:
        return interval(left - right, seed=seed, resamples=resamples)
    rng = np.random.default_rng(seed)
    drawn = _statistics(lambda rows: statistic(left[rows]) - statistic(right[rows]), len(left), rng, resamples)
    return _around(float(statistic(left) - statistic(right)), drawn, len(left))


def _finite(values: npt.ArrayLike) -> Floats:
    """The values as floats, none missing."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 0 or not len(array):
        raise Problem("no_items", "there are no items to compute a figure from; expected at least one")
    bad = int((~np.isfinite(array)).reshape(len(array), -1).any(axis=1).sum())
    if bad:
        raise Problem("not_finite", f"{bad} of {len(array)} items have no finite value; expected a number for each")
    return array


def _means(array: Floats, rng: np.random.Generator, resamples: int) -> Floats:
    """Means of resamples of the rows, (resamples,)."""
    rows = array.reshape(len(array), -1).mean(axis=1)
    n = len(rows)
    distinct, counts = np.unique(rows, return_counts=True)
    repeating = 8 * len(distinct) <= n
    step = max(1, _CHUNK // (len(distinct) if repeating else n))
    means = np.empty(resamples)
    for start in range(0, resamples, step):
        k = min(step, resamples - start)
        if repeating:
            means[start : start + k] = rng.multinomial(n, counts / n, size=k) @ distinct / n
        else:
            means[start : start + k] = rows.take(rng.integers(n, size=(k, n))).mean(axis=1)
    return means


def _statistics(of: Callable[[npt.NDArray[np.int64]], float], n: int, rng: np.random.Generator, k: int) -> Floats:
    """``of(rows)`` on `k` resamples of `n` rows, one at a time."""
    return np.array([of(rng.integers(n, size=n)) for _ in range(k)])


def _around(value: float, drawn: Floats, n: int, *, inside: bool = False) -> Interval:
    """The middle 95 % of what was drawn; `inside`: the value lies within, whatever rounding did."""
    defined = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or 2 * len(defined) < len(drawn):
        where = "on these items" if not np.isfinite(value) else "on most resamples of these items"
        raise Problem("undefined_figure", f"the statistic has no value {where}; expected a finite number")
    low, high = (float(q) for q in np.quantile(defined, (0.025, 0.975)))
    if inside:
        low, high = min(low, value), max(high, value)
    return Interval(value=value, low=low, high=high, n=n)
