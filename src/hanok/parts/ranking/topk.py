"""Exact top-k: one scan over the items, best ones kept by insertion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.ranking.ranked import Ints, Ranked

_REASSOCIATE = {"reassoc", "contract"}  # sums may be vectorised, but NaN and infinity keep their meaning


def top_k(
    queries: npt.ArrayLike,
    items: npt.ArrayLike,
    k: int,
    *,
    candidates: npt.ArrayLike | None = None,
    exclude: csr_matrix | npt.ArrayLike | None = None,
    workers: int = 1,
) -> Ranked:
    """The k items of largest dot product with each query, exactly.

    Parameters
    ----------
    queries : array (n_queries, d), float32
        A single query may be given as (d,).
    items : array (n_items, d), float32
        C-contiguous float32 is read in place, anything else is copied first.
    k : int
        How many.
    candidates : array (n_candidates,), int, optional
        Only these items may be returned, in any order, repetitions allowed.
    exclude : sparse (n_queries, n_items) or array (n_excluded,), optional
        Items that must not be returned: what each query has seen (every stored entry), or ids for all queries.
    workers : int
        Threads the queries are dealt to; the answer is the same for any number.

    Returns
    -------
    Ranked
        (n_queries, k), or (k,) for a single query. Equal scores are ordered by the lower id. An item whose score is NaN
        or -inf is never returned. -1 and -inf fill up where fewer than k are left. An answer does not depend on
        which other queries are asked with it.

    Raises
    ------
    Problem
        Shapes do not fit, k is less than 1, or an id is not one of the items'.

    Example
    -------
    >>> items = np.array([[1, 0], [0, 1], [1, 1], [1, 0]], np.float32)
    >>> top_k(np.array([1, 0], np.float32), items, 2).ids.tolist()
    [0, 2]
    >>> top_k(np.array([[1, 0], [0, 1]], np.float32), items, 2, candidates=[3, 1]).ids.tolist()
    [[3, 1], [1, 3]]
    """
    asked, table = np.asarray(queries, np.float32), np.ascontiguousarray(items, np.float32)
    rows = np.ascontiguousarray(asked.reshape(1, -1) if asked.ndim == 1 else asked)
    if asked.ndim not in (1, 2) or table.ndim != 2 or rows.shape[1] != table.shape[1]:
        found = f"queries of shape {asked.shape} and items of shape {table.shape}"
        raise Problem("wrong_shape", f"{found}; expected (n_queries, d) and (n_items, d)")
    _positive(k)
    allowed = None if candidates is None else _ids(candidates, len(table), "candidates")
    indptr, indices = np.zeros(len(rows) + 1, np.int64), np.zeros(0, np.int64)
    if isinstance(exclude, csr_matrix):
        indptr, indices = _seen(exclude, len(rows), len(table))
    elif exclude is not None:
        banned = _ids(exclude, len(table), "exclude")
        allowed = np.setdiff1d(np.arange(len(table)) if allowed is None else allowed, banned, assume_unique=True)
    listed = np.zeros(0, np.int64) if allowed is None else allowed
    ids, scores = np.full((len(rows), k), -1, np.int64), np.full((len(rows), k), -np.inf, np.float32)

    def scan(first: int, last: int) -> None:
        bounds, out = indptr[first : last + 1], slice(first, last)
        _scan(rows[out], table, allowed is None, listed, bounds, indices, ids[out], scores[out])

    if workers == 1 or len(rows) == 1:
        scan(0, len(rows))
    else:
        edges = np.linspace(0, len(rows), min(workers, len(rows)) + 1).astype(int).tolist()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(scan, edges[:-1], edges[1:]))
    return Ranked(ids[0], scores[0]) if asked.ndim == 1 else Ranked(ids, scores)


def best(scores: npt.ArrayLike, k: int) -> Ints:
    """Ids of the k largest scores, the largest first.

    Parameters
    ----------
    scores : array (n_items,)
        Item i has ``scores[i]``; NaN and -inf say that it must not be returned.
    k : int
        How many; fewer are returned where fewer have a score.

    Returns
    -------
    array (≤ k,), int64
        Equal scores are ordered by the lower id.

    Example
    -------
    >>> best([0.1, 0.7, np.nan, 0.7], 3).tolist()
    [1, 3, 0]
    """
    _positive(k)
    values = np.ascontiguousarray(scores, np.float64)
    ids, kept = np.full(min(k, max(len(values), 1)), -1, np.int64), np.full(min(k, max(len(values), 1)), -np.inf)
    _select(values, ids, kept)
    return ids[ids >= 0]


def _positive(k: int) -> None:
    if k < 1:
        raise Problem("wrong_k", f"{k} items asked for; expected at least 1", "k")


def _ids(given: npt.ArrayLike, n_items: int, where: str) -> Ints:
    """Distinct ids in ascending order, each of them an item's."""
    ids: Ints = np.unique(np.asarray(given, np.int64))
    if len(ids) and (ids[0] < 0 or ids[-1] >= n_items):
        wrong = ids[0] if ids[0] < 0 else ids[-1]
        raise Problem("unknown_item", f"item {wrong}; expected 0 to {n_items - 1}", where)
    return ids


def _seen(exclude: csr_matrix, n_queries: int, n_items: int) -> tuple[Ints, Ints]:
    """Row pointers and column ids, ascending within each row."""
    if exclude.shape != (n_queries, n_items):
        found = f"a matrix of shape {exclude.shape}"
        raise Problem("wrong_shape", f"{found}; expected ({n_queries}, {n_items})", "exclude")
    ordered = exclude if exclude.has_sorted_indices else exclude.sorted_indices()
    return ordered.indptr.astype(np.int64), ordered.indices.astype(np.int64)


@njit(cache=True, nogil=True, inline="always")
def _insert(item, score, ids, scores, held):  # type: ignore[no-untyped-def]  # compiled
    """Put an item that belongs among the best behind all that score as much; how many are held then."""
    at = held if held < len(ids) else held - 1
    while at > 0 and scores[at - 1] < score:
        scores[at], ids[at] = scores[at - 1], ids[at - 1]
        at -= 1
    scores[at], ids[at] = score, item
    return min(held + 1, len(ids))


@njit(cache=True, nogil=True)
def _scan(queries, items, everything, listed, indptr, indices, ids, scores):  # type: ignore[no-untyped-def]  # numba types it
    """Fill `ids` and `scores`, (n_queries, k), from items in ascending order, so that the lower id wins a tie."""
    for q in range(len(queries)):
        seen = indices[indptr[q] : indptr[q + 1]]
        if everything:
            _scan_all(queries[q], items, seen, ids[q], scores[q])
        else:
            _scan_some(queries[q], items, listed, seen, ids[q], scores[q])


@njit(cache=True, nogil=True, fastmath=_REASSOCIATE)
def _scan_all(query, items, seen, ids, scores):  # type: ignore[no-untyped-def]  # numba types it
    """One query; on its own and without lists of items it is compiled into half the time."""
    held, worst, passed = 0, np.float32(-np.inf), 0
    for item in range(len(items)):
        row, score = items[item], np.float32(0)
        for j in range(len(query)):
            score += query[j] * row[j]
        if score > worst:  # false for NaN
            while passed < len(seen) and seen[passed] < item:
                passed += 1
            if passed == len(seen) or seen[passed] != item:
                held = _insert(item, score, ids, scores, held)
                if held == len(ids):
                    worst = scores[held - 1]


@njit(cache=True, nogil=True, fastmath=_REASSOCIATE)
def _scan_some(query, items, listed, seen, ids, scores):  # type: ignore[no-untyped-def]  # numba types it
    """As `_scan_all`, of the items listed."""
    held, worst, passed = 0, np.float32(-np.inf), 0
    for item in listed:
        row, score = items[item], np.float32(0)
        for j in range(len(query)):
            score += query[j] * row[j]
        if score > worst:
            while passed < len(seen) and seen[passed] < item:
                passed += 1
            if passed == len(seen) or seen[passed] != item:
                held = _insert(item, score, ids, scores, held)
                if held == len(ids):
                    worst = scores[held - 1]


@njit(cache=True, nogil=True)
def _select(values, ids, scores):  # type: ignore[no-untyped-def]  # numba types it
    """As `_scan`, of scores that are there already."""
    held, worst = 0, -np.inf
    for item in range(len(values)):
        if values[item] > worst:
            held = _insert(item, values[item], ids, scores, held)
            if held == len(ids):
                worst = scores[held - 1]
