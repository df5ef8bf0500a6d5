"""A ranked list, or one for each of many queries."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Ranked(NamedTuple):
    """Items from the best down.

    Attributes
    ----------
    ids : array (k,) or (n_queries, k), int64
        Item ids; -1 where there are fewer than k.
    scores : array of the same shape, float32
        Their scores; -inf where the id is -1.

    Example
    -------
    >>> found = Ranked(np.array([[7, 3], [5, -1]]), np.array([[0.9, 0.4], [0.2, -np.inf]], np.float32))
    >>> found.query(1).ids.tolist()
    [5]
    """

    ids: Ints
    scores: Floats32

    @classmethod
    def of(cls, ids: npt.ArrayLike, scores: npt.ArrayLike | None = None) -> Self:
        """Lists from anything like an array; without scores they only fall with the rank: -1, -2, …"""
        found = np.asarray(ids, np.int64)
        given = -np.arange(1, found.shape[-1] + 1) if scores is None else scores
        kept = np.broadcast_to(np.asarray(given, np.float32), found.shape)
        return cls(found, np.where(found < 0, np.float32(-np.inf), kept))

    def query(self, row: int) -> Self:
        """The list of one query, without the empty places at its end."""
        there = self.ids[row] >= 0
        return type(self)(self.ids[row][there], self.scores[row][there])

    def top(self, k: int) -> Self:
        """The first k places."""
        return type(self)(self.ids[..., :k], self.scores[..., :k])
