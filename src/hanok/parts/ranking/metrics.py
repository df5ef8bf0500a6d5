"""How good ranked lists are: one number per user, so that differences can be bootstrapped in pairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.ranking.ranked import Bools, Floats, Ints

# Lists are (n_users, n_listed) ids, -1 where there are fewer; the first k count.
# `relevant` is sparse (n_users, n_items): what is not 0 is relevant.


def hits(ids: npt.ArrayLike, relevant: csr_matrix, k: int) -> Bools:
    """Which of the first k places hold a relevant item.

    Parameters
    ----------
    ids : array (n_users, n_listed), int
        Ranked items of each user, distinct; -1 where there are fewer.
    relevant : sparse (n_users, n_items)
        What is not 0 is relevant.
    k : int
        How many places count.

    Returns
    -------
    array (n_users, k), bool

    Raises
    ------
    Problem
        The lists and `relevant` are not of the same users.

    Example
    -------
    >>> hits([[2, 0]], csr_matrix([[0, 1, 1]]), 3).tolist()
    [[True, False, False]]
    """
    lists = np.asarray(ids, np.int64)
    if lists.ndim != 2 or len(lists) != relevant.shape[0]:
        shape = f"lists of shape {lists.shape} for {relevant.shape[0]} users"
        raise Problem("wrong_shape", f"{shape}; expected ({relevant.shape[0]}, n_listed)", "ids")
    lists = lists[:, :k]
    found = np.zeros((len(lists), k), np.bool_)
    rows, places = np.nonzero((lists >= 0) & (lists < relevant.shape[1]))
    found[rows, places] = is_relevant(relevant, rows, lists[rows, places])
    return found


def is_relevant(relevant: csr_matrix, users: Ints, items: Ints) -> Bools:
    """Whether each item is relevant to the user at the same place."""
    rows, columns = relevant.nonzero()
    n_items = relevant.shape[1]
    return np.isin(users * n_items + items, rows.astype(np.int64) * n_items + columns)


def recall_at(ids: npt.ArrayLike, relevant: csr_matrix, k: int) -> Floats:
    """Share of the relevant items that the first k places hold, as far as k places can hold them.

    hits in the first k / min(k, number of relevant items).

    Parameters
    ----------
    ids, relevant, k
        As of `hits`.

    Returns
    -------
    array (n_users,), float64
        NaN for a user to whom nothing is relevant: leave those out.

    Example
    -------
    >>> recall_at([[2, 0]], csr_matrix([[0, 1, 1]]), 2).tolist()
    [0.5]

    Source
    ------
    Liang et al. 2018, "Variational autoencoders for collaborative filtering", section 4.2, whose recall iALS papers
    report. Without the minimum a user with more than k relevant items could never reach 1.
    """
    return _divided(hits(ids, relevant, k).sum(axis=1).astype(np.float64), np.minimum(n_relevant(relevant), k))


def ndcg_at(ids: npt.ArrayLike, relevant: csr_matrix, k: int) -> Floats:
    """Normalised discounted cumulative gain of the first k places.

    Σ hit at rank r / log2(1 + r), divided by the same of a list that begins with all relevant items.

    Parameters
    ----------
    ids, relevant, k
        As of `hits`; relevance is yes or no.

    Returns
    -------
    array (n_users,), float64
        NaN for a user to whom nothing is relevant.

    Example
    -------
    >>> ndcg_at([[2, 0, 1]], csr_matrix([[0, 1, 1]]), 3).round(3).tolist()
    [0.92]

    Source
    ------
    Järvelin and Kekäläinen 2002, "Cumulated gain-based evaluation of IR techniques", with the discount
    1 / log2(1 + rank) at every rank.
    """
    return gain(hits(ids, relevant, k), n_relevant(relevant))


def mrr(ids: npt.ArrayLike, relevant: csr_matrix, k: int) -> Floats:
    """1 / rank of the first relevant item, 0 if it is not among the first k; the mean is the mean reciprocal rank.

    Parameters
    ----------
    ids, relevant, k
        As of `hits`.

    Returns
    -------
    array (n_users,), float64
        NaN for a user to whom nothing is relevant.

    Example
    -------
    >>> mrr([[0, 2, 1]], csr_matrix([[0, 1, 1]]), 3).tolist()
    [0.5]
    """
    hit = hits(ids, relevant, k)
    first = np.where(hit.any(axis=1), 1 / (hit.argmax(axis=1) + 1.0), 0.0)
    return _divided(first, np.minimum(n_relevant(relevant), 1))


def hit_rate(ids: npt.ArrayLike, relevant: csr_matrix, k: int) -> Floats:
    """1 if any of the first k places holds a relevant item, else 0.

    Parameters
    ----------
    ids, relevant, k
        As of `hits`.

    Returns
    -------
    array (n_users,), float64
        NaN for a user to whom nothing is relevant.

    Example
    -------
    >>> hit_rate([[0, 2], [0, 1]], csr_matrix([[0, 1, 1], [0, 0, 1]]), 2).tolist()
    [1.0, 0.0]
    """
    return _divided(hits(ids, relevant, k).any(axis=1).astype(np.float64), np.minimum(n_relevant(relevant), 1))


def coverage(ids: npt.ArrayLike, n_items: int, k: int) -> float:
    """Share of the catalogue that is among the first k places of anybody.

    Example
    -------
    >>> coverage([[2, 0], [2, -1]], n_items=4, k=2)
    0.5

    Source
    ------
    Ge, Delgado-Battenfeld and Jannach 2010, "Beyond accuracy", section 2.2 (catalogue coverage).
    """
    shown = np.asarray(ids, np.int64)[:, :k]
    return len(np.unique(shown[shown >= 0])) / n_items


def novelty(ids: npt.ArrayLike, popularity: npt.ArrayLike, k: int) -> Floats:
    """How little known the first k items are: mean of −log2 of the share of users who know the item, in bits.

    Parameters
    ----------
    ids, k
        As of `hits`.
    popularity : array (n_items,)
        Share of users who know each item, 0 to 1; 0 counts as half of the least that is above 0.

    Returns
    -------
    array (n_users,), float64
        NaN for an empty list.

    Example
    -------
    >>> novelty([[0, 1]], [0.5, 0.125], k=2).tolist()
    [2.0]

    Source
    ------
    Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma of recommender systems" (mean self-information).
    """
    known = np.asarray(popularity, np.float64)
    floor = known[known > 0].min(initial=1.0) / 2
    lists = np.asarray(ids, np.int64)[:, :k]
    there = lists >= 0
    surprise = np.where(there, -np.log2(np.maximum(known, floor))[lists], 0.0)
    return _divided(surprise.sum(axis=1), there.sum(axis=1))


def diversity(ids: npt.ArrayLike, vectors: npt.ArrayLike, k: int) -> Floats:
    """How unlike each other the first k items are: mean of 1 − cosine over all pairs.

    Parameters
    ----------
    ids, k
        As of `hits`.
    vectors : array (n_items, d)
        What tells items apart; rows of zeros are unlike everything.

    Returns
    -------
    array (n_users,), float64
        NaN for a list of fewer than two items.

    Example
    -------
    >>> diversity([[0, 1, 2]], [[1, 0], [0, 1], [2, 0]], k=3).round(3).tolist()
    [0.667]

    Source
    ------
    Smyth and McClave 2001, "Similarity vs. diversity", section 3.1 (intra-list distance).
    """
    rows = np.asarray(vectors, np.float64)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    lists = np.asarray(ids, np.int64)[:, :k]
    there = lists >= 0
    n = there.sum(axis=1).astype(np.float64)
    total, own = np.zeros((len(lists), rows.shape[1])), np.zeros(len(lists))
    for place in range(lists.shape[1]):  # Σ over pairs = (|Σ x|² − Σ |x|²) / 2
        here = np.where(there[:, place, None], rows[lists[:, place]], 0.0)
        total += here
        own += (here**2).sum(axis=1)
    similar = ((total**2).sum(axis=1) - own) / 2
    pairs = n * (n - 1) / 2
    return _divided(pairs - similar, pairs)


def n_relevant(relevant: csr_matrix) -> Ints:
    """How many items are relevant to each user."""
    return np.bincount(relevant.nonzero()[0], minlength=relevant.shape[0]).astype(np.int64)


def gain(hit: Bools, count: Ints) -> Floats:
    """Normalised gain of hits (n_users, k)."""
    discount = 1 / np.log2(2 + np.arange(hit.shape[1]))
    ideal = np.append(0.0, np.cumsum(discount))[np.minimum(count, hit.shape[1])]
    return _divided(hit @ discount, ideal)


def _divided(above: npt.ArrayLike, below: npt.ArrayLike) -> Floats:
    """The quotient, NaN where `below` is 0."""
    shares = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=shares, where=np.asarray(below) != 0)
    return shares
