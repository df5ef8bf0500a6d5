"""Cutting the data for an honest test: some readers' last reads are predicted from what they read before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hanok.core.contract import Fold
from hanok.systems.comics.data import Bools, Data, Ints

LAST, UNSEEN = "last reads", "unseen reads"

SHARE = 0.2
"""Of the reads of a reader who is asked about."""

FEWEST = 3
"""Reads of a reader who is asked about: one to predict, two to predict it from."""

MOST = 1000
"""Readers asked about in validation and test each: more would make no interval much shorter."""


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """Half of the readers for validation, half for the test, up to a thousand each; of each a fifth of the reads.

    Parameters
    ----------
    data : Data
        As read.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "last reads" where all times are known, else "unseen reads", drawn at random. Train is every read that is not
        held out; valid and test are all reads of their readers, the held-out ones marked as `judged`. No reader is
        asked about in both. None where fewer than two readers have read three comics.
    """
    rng = np.random.default_rng(seed)
    counts = np.bincount(data.users, minlength=len(data.names))
    asked = rng.permutation(np.flatnonzero(counts >= FEWEST))
    half = min(len(asked) // 2, MOST)
    if not half:
        return
    held = held_out(data, rng)
    valid, test = (np.isin(data.users, readers) for readers in (asked[:half], asked[half : 2 * half]))
    train = data.take(~(held & (valid | test)))
    yield Fold(LAST if data.timed else UNSEEN, train, data.take(valid, held), data.take(test, held))


def held_out(data: Data, rng: np.random.Generator) -> Bools:
    """Of every reader of at least three comics a fifth of the reads, at least one: the last, or some at random."""
    order = np.arange(len(data)) if data.timed else rng.permutation(len(data))
    by_reader = order[np.argsort(data.users[order], kind="stable")]
    counts = np.bincount(data.users, minlength=len(data.names))
    starts = np.cumsum(counts) - counts
    place: Ints = np.arange(len(data)) - np.repeat(starts, counts)
    ask = np.where(counts >= FEWEST, np.maximum(1, np.round(SHARE * counts)), 0)
    held = np.zeros(len(data), bool)
    held[by_reader] = place >= np.repeat(counts - ask, counts)
    return held
