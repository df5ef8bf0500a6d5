"""Cutting the responses for an honest test: left nodes nobody has measured, and single pairs that are hidden."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.systems.network.data import Bools, Data, Floats, Ints

COLD, MASKED = "cold nodes", "masked pairs"

SHARE = 0.1
"""Of the left nodes, or of the pairs, for validation; and as many for the test."""

FEWEST = 10
"""Left nodes with a measured response that are needed."""


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """Both protocols.

    Parameters
    ----------
    data : Data
        As read.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "cold nodes": every response of a tenth of the left nodes is for the test, of another tenth for validation.
        "masked pairs": a tenth of all pairs each; left nodes keep their others. The network is the same in all parts:
        it holds no response.

    Raises
    ------
    Problem
        ``too_few``: fewer than ten left nodes were measured, or there is one right node only.
    """
    lefts, rights = np.unique(data.responses.left), np.unique(data.responses.right)
    if len(lefts) < FEWEST or len(rights) < 2:
        found = f"found {len(lefts)} left and {len(rights)} right nodes that were measured"
        raise Problem("too_few", f"{found}; expected at least {FEWEST} and 2", "responses")
    rng = np.random.default_rng(seed)
    part = _parts(len(lefts), rng)[np.searchsorted(lefts, data.responses.left)]
    yield _fold(COLD, data, part)
    yield _fold(MASKED, data, _parts(len(data), rng))


def _parts(n: int, rng: np.random.Generator) -> Ints:
    """0 train, 1 valid, 2 test of each of n, in random order."""
    held = max(2, round(SHARE * n))
    return rng.permutation(np.repeat([0, 1, 2], [n - 2 * held, held, held]))


def _fold(name: str, data: Data, part: Ints) -> Fold[Data]:
    train, valid, test = (data.take(part == number) for number in range(3))
    return Fold(name, train, valid, test)


def hidden(labels: Floats, cold: bool, k: int, seed: int) -> list[Bools]:
    """Parts of the training responses that are hidden in turn to choose settings: what the fold does, once more.

    Parameters
    ----------
    labels : array (n_left, n_right)
        NaN where a pair is not known.
    cold : bool
        Whether whole rows are hidden, or single pairs.
    k : int
        How many parts.
    seed : int
        The same seed cuts the same way.

    Returns
    -------
    list of array (n_left, n_right), bool
    """
    rng = np.random.default_rng(seed)
    n, m = labels.shape
    part = rng.permutation(np.arange(n) % k)[:, None] if cold else rng.permutation(np.arange(n * m) % k).reshape(n, m)
    return [np.isfinite(labels) & (part == number) for number in range(k)]
