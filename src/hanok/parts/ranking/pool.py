"""The candidates of several rankers side by side: every list is gone through once, whatever is computed from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from hanok.core.problem import Problem
from hanok.parts.ranking.ranked import Bools, Floats, Floats32, Ints, Ranked


class Pool(NamedTuple):
    """What each ranker says of each candidate of each query.

    Attributes
    ----------
    start : array (n_queries + 1,), int64
        Candidates ``start[q]`` to ``start[q + 1]`` are those of query q.
    ids : array (n_candidates,), int64
        Ascending within a query.
    ranks : array (n_candidates, n_rankers), int32
        From 1; 0 where the ranker does not have the candidate.
    scores : array (n_candidates, n_rankers), float32
        0 where the ranker does not have the candidate.
    single : bool
        Whether the rankings were those of a single query, without the first dimension.
    """

    start: Ints
    ids: Ints
    ranks: npt.NDArray[np.int32]
    scores: Floats32
    single: bool

    @property
    def queries(self) -> Ints:
        """Which query each candidate belongs to, (n_candidates,)."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @property
    def present(self) -> Bools:
        """Which ranker has which candidate, (n_candidates, n_rankers)."""
        return self.ranks > 0


def pool(rankings: Sequence[Ranked]) -> Pool:
    """Lay several rankings side by side.

    Parameters
    ----------
    rankings : sequence of Ranked
        Each (n,) for one query, or each (n_queries, n), where n may differ; ids of -1 are skipped. Of an item that a
        list has twice the better rank counts.

    Raises
    ------
    Problem
        There are none, or they are not of the same number of queries.

    Example
    -------
    >>> found = pool([Ranked.of([7, 3]), Ranked.of([3, 5])])
    >>> found.ids.tolist(), found.ranks.tolist()
    ([3, 5, 7], [[2, 1], [0, 2], [1, 0]])
    """
    if not rankings:
        raise Problem("no_rankings", "no rankings were given; expected at least one")
    single = rankings[0].ids.ndim == 1
    lists = [Ranked(np.atleast_2d(r.ids), np.atleast_2d(r.scores)) for r in rankings]
    counts = [len(r.ids) for r in lists]
    if len(set(counts)) > 1 or any((r.ids.ndim == 1) != single for r in rankings):
        raise Problem("wrong_shape", f"rankings of {counts} queries; expected the same number of each", "rankings")
    n_items = 1 + max((int(r.ids.max(initial=-1)) for r in lists), default=0)
    where = [np.nonzero(r.ids >= 0) for r in lists]
    keys = [rows * n_items + r.ids[rows, places] for r, (rows, places) in zip(lists, where, strict=True)]
    distinct, spot = np.unique(np.concatenate(keys), return_inverse=True)
    ranks = np.zeros((len(distinct), len(lists)), np.int32)
    scores = np.zeros((len(distinct), len(lists)), np.float32)
    first = 0
    for column, (ranked, (rows, places)) in enumerate(zip(lists, where, strict=True)):
        mine = spot[first : first + len(rows)][::-1]  # the last assignment wins, and that is the better rank
        ranks[mine, column] = places[::-1] + 1
        scores[mine, column] = ranked.scores[rows, places][::-1]
        first += len(rows)
    start = np.searchsorted(distinct, np.arange(counts[0] + 1) * n_items)
    return Pool(start.astype(np.int64), distinct % max(n_items, 1), ranks, scores, single)


def order(found: Pool, fused: Floats, weights: Floats, k: int) -> Ints:
    """The best k candidates of each query by fused score, (n_queries, k) places in the pool, -1 where there are fewer.

    Scores that are equal as float32 are a tie: the heaviest ranker decides by its rank (having the candidate beats not
    having it), then the next heaviest, then the lower id. Candidates that only rankers of weight 0 have are left out.
    """
    heaviest = np.argsort(-weights, kind="stable")
    places = np.full((len(found.start) - 1, k), -1, np.int64)
    _order(found.start, fused.astype(np.float32), found.ranks, heaviest[weights[heaviest] > 0], places)
    return places


@njit(cache=True, nogil=True)
def _before(a, b, fused, ranks, heaviest):  # type: ignore[no-untyped-def]  # compiled
    """Whether candidate a comes before candidate b, which is of a lower id."""
    if fused[a] != fused[b]:
        return fused[a] > fused[b]
    for ranker in heaviest:
        if ranks[a, ranker] != ranks[b, ranker]:
            return ranks[a, ranker] > 0 and (ranks[b, ranker] == 0 or ranks[a, ranker] < ranks[b, ranker])
    return False


@njit(cache=True, nogil=True)
def _order(start, fused, ranks, heaviest, places):  # type: ignore[no-untyped-def]  # numba types it
    """Insertion of every candidate among the best of its query."""
    k = places.shape[1]
    for q in range(len(places)):
        held, worst = 0, np.float32(-np.inf)
        for candidate in range(start[q], start[q + 1]):
            if fused[candidate] < worst:
                continue
            there = False
            for ranker in heaviest:
                there |= ranks[candidate, ranker] > 0
            if not there or (held == k and not _before(candidate, places[q, k - 1], fused, ranks, heaviest)):
                continue
            at = min(held, k - 1)
            while at > 0 and _before(candidate, places[q, at - 1], fused, ranks, heaviest):
                places[q, at] = places[q, at - 1]
                at -= 1
            places[q, at] = candidate
            held = min(held + 1, k)
            if held == k:
                worst = fused[places[q, k - 1]]
