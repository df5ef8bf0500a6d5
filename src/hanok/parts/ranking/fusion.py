"""One ranked list out of several."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.ranking.pool import Pool, order, pool
from hanok.parts.ranking.ranked import Floats, Ranked

Method = Literal["wsum", "raw", "zscore", "rrf", "wrf", "mnz"]
"""How rankings are fused; `fuse` has the formulas."""


def weighted_sum(
    rankings: Sequence[Ranked],
    weights: npt.ArrayLike | None = None,
    normalize: Literal["minmax", "zscore"] | None = "minmax",
) -> Ranked:
    """score(i) = Σ_r w_r · s_r(i), absent items having 0.

    Parameters
    ----------
    rankings : sequence of Ranked
        Each (n,) for one query, or each (n_queries, n); n may differ.
    weights : array (n_rankers,), optional
        Not negative, not all 0; without them all are 1.
    normalize : "minmax", "zscore" or None
        What s is: (score − min) / (max − min) of the ranker's list for the query, 1 if all of it scores the same;
        (score − min) / standard deviation; or the score as it is.

    Returns
    -------
    Ranked
        All items of rankers with weight, the best first. Scores that are equal as float32 are a tie: the heaviest
        ranker decides by its rank, then the next heaviest, then the lower id.

    Raises
    ------
    Problem
        There are no rankings, they are of different numbers of queries, or the weights do not fit.

    Example
    -------
    >>> cf, text = Ranked.of([17, 2], [0.8, 0.5]), Ranked.of([2, 42], [0.9, 0.6])
    >>> weighted_sum([cf, text], [0.3, 0.7], normalize=None).ids.tolist()
    [2, 42, 17]

    Source
    ------
    Fox and Shaw 1994, "Combination of multiple searches" (CombSUM); min-max as in Lee 1997, "Analyses of multiple
    evidence combination". Z-scores are moved so that the last of a list has 0: an absent item is worse than a listed
    one, not average. A score that is not finite counts as the list's lowest (as 0 without normalising).
    """
    methods: dict[str | None, Method] = {"minmax": "wsum", "zscore": "zscore", None: "raw"}
    return fuse(methods[normalize], rankings, weights)


def rrf(rankings: Sequence[Ranked], weights: npt.ArrayLike | None = None, k: float = 60) -> Ranked:
    """score(i) = Σ_r w_r / (k + rank_r(i)), ranks from 1, absent items having 0.

    Parameters
    ----------
    rankings, weights
        As of `weighted_sum`; scores of the rankings are not looked at.
    k : float
        The larger, the less the first ranks stand out.

    Example
    -------
    >>> rrf([Ranked.of([3, 17, 2]), Ranked.of([2, 42])]).ids.tolist()
    [2, 3, 17, 42]

    Source
    ------
    Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", with k = 60 as there. The weights are an addition; some search engines call another formula, with the
    weight dividing the rank, weighted RRF.
    """
    return fuse("rrf", rankings, weights, k=k)


def wrf(rankings: Sequence[Ranked], weights: npt.ArrayLike | None = None, length: int | None = None) -> Ranked:
    """score(i) = Σ_r w_r · (L + 1 − rank_r(i)) / L, ranks from 1, absent items having 0.

    Parameters
    ----------
    rankings, weights
        As of `weighted_sum`; scores of the rankings are not looked at.
    length : int, optional
        L; items ranked below it have 0. Without it the longest of the query's lists.

    Example
    -------
    >>> wrf([Ranked.of([3, 17, 2]), Ranked.of([2, 42, 7]), Ranked.of([3, 42, 2])], [0.5, 0.3, 0.2]).ids.tolist()
    [3, 2, 17, 42, 7]

    Source
    ------
    Weights on rank values: a weighted Borda count (Aslam and Montague 2001, "Models for metasearch") over lists of
    length L, where an absent item has 0 instead of a share of the points left over.
    """
    return fuse("wrf", rankings, weights, length=length)


def fuse(
    method: Method,
    rankings: Sequence[Ranked],
    weights: npt.ArrayLike | None = None,
    *,
    k: float = 60,
    length: int | None = None,
    top: int | None = None,
) -> Ranked:
    """Fuse rankings by the method named.

    Parameters
    ----------
    method : str
        ``"wsum"``: `weighted_sum` of min-max scores. ``"zscore"``: of z-scores. ``"raw"``: of scores as they are.
        ``"rrf"``: `rrf`. ``"wrf"``: `wrf`. ``"mnz"``: as ``"wsum"``, times the number of rankers with weight that have
        the item (CombMNZ, Fox and Shaw 1994).
    rankings, weights
        As of `weighted_sum`.
    k : float
        Of ``"rrf"``.
    length : int, optional
        Of ``"wrf"``.
    top : int, optional
        How many items are returned; without it all.

    Returns
    -------
    Ranked
        As of `weighted_sum`; (top,) or (n_queries, top) with -1 where there are fewer. One query's list has no -1.

    Example
    -------
    >>> fuse("mnz", [Ranked.of([3, 17]), Ranked.of([2, 3])], [0.6, 0.4]).ids.tolist()
    [3, 2, 17]
    """
    found = pool(rankings)
    heavy = checked(weights, len(rankings))
    if k < 0 or (length is not None and length < 1):
        raise Problem("wrong_setting", f"k = {k}, length = {length}; expected k of 0 or more, length of 1 or more")
    if method not in get_args(Method):
        raise Problem("unknown_method", f"{method!r}; expected one of {', '.join(get_args(Method))}", "method")
    scores = fused(method, found, contributions(method, found, k=k, length=length), heavy)
    most = int(np.diff(found.start).max(initial=0))
    places = order(found, scores, heavy, most if top is None else min(top, most))
    there = places >= 0
    if not len(found.ids):
        return Ranked.of(np.zeros((*places.shape[: 1 - found.single], 0), np.int64))
    ids = np.where(there, found.ids[places], -1)
    ranked = Ranked(ids, np.where(there, scores[places], -np.inf).astype(np.float32))
    return ranked.query(0) if found.single else ranked


def contributions(method: Method, found: Pool, *, k: float = 60, length: int | None = None) -> Floats:
    """What each ranker gives each candidate before it is weighed, (n_candidates, n_rankers), 0 where absent."""
    ranks = found.ranks.astype(np.float64)  # 0 where absent
    if method == "rrf":
        given = 1 / (k + np.maximum(ranks, 1))
    elif method == "wrf":
        longest = _of_query(np.maximum, ranks, found, 0.0).max(axis=1, keepdims=True) if length is None else length
        given = np.maximum(longest + 1 - ranks, 0) / longest
    elif method == "raw":
        given = np.where(np.isfinite(found.scores), found.scores, 0.0)
    else:
        given = _normalised(method, found)
    return np.where(found.present, given, 0.0)


def fused(method: Method, found: Pool, given: Floats, weights: Floats) -> Floats:
    """Scores of the candidates, (n_candidates,): one weighted sum over all rankers."""
    scores: Floats = given @ weights
    return scores * found.present[:, weights > 0].sum(axis=1) if method == "mnz" else scores


def checked(weights: npt.ArrayLike | None, n_rankers: int) -> Floats:
    """Weights that can be used, (n_rankers,)."""
    heavy = np.ones(n_rankers) if weights is None else np.asarray(weights, np.float64)
    if heavy.shape != (n_rankers,):
        raise Problem(
            "wrong_weights", f"weights of shape {heavy.shape}; expected one for each of {n_rankers}", "weights"
        )
    if not (np.isfinite(heavy).all() and (heavy >= 0).all() and (heavy > 0).any()):
        expected = "expected numbers of 0 or more, one of them above 0"
        raise Problem("wrong_weights", f"weights {heavy.tolist()}; {expected}", "weights")
    return heavy


def _normalised(method: Method, found: Pool) -> Floats:
    """Scores moved and stretched within the list of each ranker and query."""
    usable = found.present & np.isfinite(found.scores)
    scores = np.where(usable, found.scores, 0.0).astype(np.float64)
    low = _of_query(np.minimum, np.where(usable, scores, np.inf), found, np.inf)
    if method == "zscore":
        n = np.maximum(_of_query(np.add, usable.astype(np.float64), found, 0.0), 1)
        middle = _of_query(np.add, scores, found, 0.0) / n
        spread = np.sqrt(_of_query(np.add, np.where(usable, (scores - middle) ** 2, 0.0), found, 0.0) / n)
    else:
        spread = _of_query(np.maximum, np.where(usable, scores, -np.inf), found, -np.inf) - low
    flat = ~(spread > 0) | ~np.isfinite(spread)
    given = np.where(flat, 1.0, (scores - np.where(usable, low, 0.0)) / np.where(flat, 1.0, spread))
    return np.where(usable, given, 0.0)


def _of_query(combine: np.ufunc, values: Floats, found: Pool, empty: float) -> Floats:
    """`combine` over the candidates of each query, repeated for each of them, (n_candidates, n_rankers)."""
    whole = np.full((len(found.start) - 1, values.shape[1]), empty)
    filled = np.diff(found.start) > 0
    whole[filled] = combine.reduceat(values, found.start[:-1][filled], axis=0)
    return whole[found.queries]
