"""Weights of a fusion, tuned on what users turned out to want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.bootstrap import paired
from hanok.core.problem import Problem
from hanok.core.summary import Interval
from hanok.parts.ranking.fusion import Method, checked, contributions, fuse, fused
from hanok.parts.ranking.metrics import gain, is_relevant, n_relevant, ndcg_at
from hanok.parts.ranking.pool import order, pool
from hanok.parts.ranking.ranked import Bools, Floats, Ranked

METHODS: tuple[Method, ...] = ("wsum", "zscore", "rrf", "wrf")
STEPS = (0.2, 0.1, 0.05, 0.025)
FOLDS = 5
EARNED = 2.0
"""How many standard errors a ranker must add to be kept."""


@dataclass(frozen=True)
class Fusion:
    """A method and the weight of each ranker by its name.

    Parameters
    ----------
    method : Method
        As of `fuse`.
    weights : mapping of str to float
        A ranker of weight 0 is left out.
    k : float
        Of ``"rrf"``.

    Example
    -------
    >>> fusion = Fusion("wrf", {"cf": 0.5, "text": 0.3, "image": 0.2})
    >>> lists = {"cf": Ranked.of([3, 17, 2]), "text": Ranked.of([2, 42, 7]), "image": Ranked.of([3, 42, 2])}
    >>> fusion.fuse(lists, top=3).ids.tolist()
    [3, 2, 17]
    """

    method: Method
    weights: Mapping[str, float]
    k: float = 60

    def fuse(self, rankings: Mapping[str, Ranked], top: int | None = None) -> Ranked:
        """The rankings as one; `rankings` has one for each name in `weights`, of weight or not."""
        missing = [name for name, weight in self.weights.items() if weight > 0 and name not in rankings]
        if missing:
            raise Problem("no_ranking", f"none of {missing[0]!r}; expected one of each ranker with weight", "rankings")
        used = [name for name in self.weights if name in rankings]
        return fuse(self.method, [rankings[n] for n in used], [self.weights[n] for n in used], k=self.k, top=top)


class Tuned(NamedTuple):
    """What tuning found, and whether it pays.

    Attributes
    ----------
    fusion : Fusion
        The best of all users; weights sum to 1.
    singles : mapping of str to array (n_users,)
        ndcg of each ranker alone, of the users to whom something is relevant.
    equal : array (n_users,)
        ndcg with equal weights, by the method of `fusion`.
    tuned : array (n_users,)
        ndcg of tuned weights. Each fifth of the users is judged with weights tuned on the others, so that nothing is
        judged on what it was tuned on.
    best : str
        The ranker that is best alone.
    gain : Interval
        Of `tuned` over `best`, paired by user.
    """

    fusion: Fusion
    singles: Mapping[str, Floats]
    equal: Floats
    tuned: Floats
    best: str
    gain: Interval

    @property
    def winner(self) -> str:
        """``"fusion"`` if it is better than the best single ranker for certain, else the name of that ranker."""
        return "fusion" if self.gain.low > 0 else self.best

    @property
    def chosen(self) -> Fusion:
        """`fusion` if it wins, else all weight on the best single ranker."""
        if self.winner == "fusion":
            return self.fusion
        return Fusion(self.fusion.method, {n: float(n == self.best) for n in self.fusion.weights}, self.fusion.k)


def tune_weights(
    rankings: Mapping[str, Ranked],
    relevant: csr_matrix,
    *,
    at: int = 20,
    methods: Sequence[Method] = METHODS,
    earned: float = EARNED,
    seed: int = 0,
) -> Tuned:
    """Find method and weights of most ndcg; every single ranker is among what is tried.

    Parameters
    ----------
    rankings : mapping of str to Ranked (n_users, n)
        Lists of each ranker for validation users, longer than `at` if they are to help each other.
    relevant : sparse (n_users, n_items)
        What the users turned out to want, unseen by the rankers. Users without any are left out.
    at : int
        How many places count.
    methods : sequence of Method
        What is tried.
    earned : float
        How many standard errors a ranker must add to be kept. The more, the less noise gets in by luck, and the more is
        lost where there are few users.
    seed : int
        Of the fifths.

    Raises
    ------
    Problem
        There are no rankings, they are of different numbers of users, or nothing is relevant to anybody.

    Example
    -------
    >>> good, bad = Ranked.of([[0, 1], [1, 2], [2, 0]]), Ranked.of([[3, 4], [3, 4], [3, 4]])
    >>> found = tune_weights({"bad": bad, "good": good}, csr_matrix(np.eye(3, 5)), at=2)
    >>> found.best, found.winner
    ('good', 'good')

    Source
    ------
    A pattern search on the simplex: from the best of the corners and the middle, weight is moved between two rankers by
    .2, then .1, .05 and .025, as long as that helps. The mean over users is a step function of the weights, so there is
    no gradient to follow (Hooke and Jeeves 1961, "Direct search").
    """
    names = list(rankings)
    bench = _Bench(list(rankings.values()), relevant, at, earned)
    folds = np.random.default_rng(seed).permutation(bench.n_users) % FOLDS
    tuned = np.zeros(bench.n_users)
    for fold in range(FOLDS):
        mine = folds == fold
        if mine.any():
            tuned[mine] = bench.ndcg(*bench.search(methods, ~mine if not mine.all() else mine))[mine]
    method, weights = bench.search(methods, np.ones(bench.n_users, np.bool_))
    singles = {name: bench.ndcg(method, corner) for name, corner in zip(names, np.eye(len(names)), strict=True)}
    best = max(names, key=lambda name: float(singles[name].mean()))
    equal = bench.ndcg(method, np.full(len(names), 1 / len(names)))
    fusion = Fusion(method, dict(zip(names, (float(round(w, 4)) for w in weights), strict=True)))
    return Tuned(fusion, singles, equal, tuned, best, paired(tuned, singles[best]))


def leave_one_out(
    fusion: Fusion, rankings: Mapping[str, Ranked], relevant: csr_matrix, *, at: int = 20
) -> dict[str, Interval]:
    """What each ranker adds: ndcg of the fusion minus that of the fusion without it, paired by user.

    The ranker whose absence costs most is the key one.

    Parameters
    ----------
    fusion : Fusion
        The others keep their weights when one leaves.
    rankings, relevant, at
        As of `tune_weights`.

    Returns
    -------
    dict of str to Interval
        Of each ranker with weight; with only one of them, what it adds to an empty list.

    Example
    -------
    >>> lists = {"cf": Ranked.of([[0, 1], [1, 2]]), "text": Ranked.of([[3, 4], [3, 4]])}
    >>> found = leave_one_out(Fusion("rrf", {"cf": 0.7, "text": 0.3}), lists, csr_matrix(np.eye(2, 5)), at=2)
    >>> {name: round(gain.value, 2) for name, gain in found.items()}
    {'cf': 1.0, 'text': 0.0}
    """
    some = np.flatnonzero(n_relevant(relevant))
    lists = {name: Ranked(ranked.ids[some], ranked.scores[some]) for name, ranked in rankings.items()}
    whole = ndcg_at(fusion.fuse(lists, at).ids, relevant[some], at)
    found = {}
    for name in (n for n, weight in fusion.weights.items() if weight > 0):
        rest = {other: weight for other, weight in fusion.weights.items() if other != name}
        without = np.zeros(len(some))
        if any(rest.values()):
            without = ndcg_at(Fusion(fusion.method, rest, fusion.k).fuse(lists, at).ids, relevant[some], at)
        found[name] = paired(whole, without)
    return found


class _Bench:
    """Judges methods and weights by the users' ndcg; the lists are pooled once and nothing is judged twice."""

    def __init__(self, rankings: Sequence[Ranked], relevant: csr_matrix, at: int, earned: float) -> None:
        if any(len(r.ids) != relevant.shape[0] for r in rankings):
            found = f"rankings of {[len(r.ids) for r in rankings]} users and relevant items of {relevant.shape[0]}"
            raise Problem("wrong_shape", f"{found}; expected the same number", "rankings")
        some = np.flatnonzero(n_relevant(relevant))
        if not len(some):
            raise Problem("nothing_relevant", "no user has a relevant item; expected one at least", "relevant")
        wanted = relevant[some]
        self._pool = pool([Ranked(r.ids[some], r.scores[some]) for r in rankings])
        known = self._pool.ids < wanted.shape[1]
        self._wanted: Bools = np.zeros(len(known) + 1, np.bool_)  # the last stands for an empty place
        self._wanted[:-1][known] = is_relevant(wanted, self._pool.queries[known], self._pool.ids[known])
        self._relevant, self._at, self.n_users, self._n_rankers = n_relevant(wanted), at, len(some), len(rankings)
        self._earned = earned
        self._given: dict[Method, Floats] = {}
        self._judged: dict[tuple[Method, tuple[float, ...]], Floats] = {}

    def ndcg(self, method: Method, weights: Floats) -> Floats:
        """Of each user, (n_users,)."""
        key = method, tuple(np.round(weights, 6).tolist())
        if key not in self._judged:
            if method not in self._given:
                self._given[method] = contributions(method, self._pool)
            scores = fused(method, self._pool, self._given[method], checked(weights, self._n_rankers))
            self._judged[key] = gain(self._wanted[order(self._pool, scores, weights, self._at)], self._relevant)
        return self._judged[key]

    def search(self, methods: Sequence[Method], users: Bools) -> tuple[Method, Floats]:
        """The method and weights of most ndcg on some users."""
        found = [(method, self._climb(method, users)) for method in methods]
        method, weights = max(found, key=lambda pair: float(self.ndcg(*pair)[users].mean()))
        return method, self._simplified(method, weights, users)

    def _climb(self, method: Method, users: Bools) -> Floats:
        """Move weight from one ranker to another as long as it helps, in ever smaller steps."""

        def worth(weights: Floats) -> float:
            return float(self.ndcg(method, weights)[users].mean())

        n = self._n_rankers
        at: Floats = max([*np.eye(n), np.full(n, 1 / n)], key=worth)
        for step in STEPS:
            better = True
            while better:
                moves = [_moved(at, giver, taker, step) for giver, taker in permutations(range(n), 2) if at[giver] > 0]
                best = max(moves, key=worth, default=at)
                better = worth(best) > worth(at)
                at = best if better else at
        return at

    def _simplified(self, method: Method, weights: Floats, users: Bools) -> Floats:
        """Without the rankers that do not earn their place."""
        while (weights > 0).sum() > 1:
            fewer = [np.where(np.arange(len(weights)) == out, 0.0, weights) for out in np.flatnonzero(weights)]
            best = max((w / w.sum() for w in fewer), key=lambda w: float(self.ndcg(method, w)[users].mean()))
            lost = (self.ndcg(method, weights) - self.ndcg(method, best))[users]
            if lost.mean() > self._earned * lost.std() / np.sqrt(len(lost)):
                break
            weights = best
        return weights


def _moved(weights: Floats, giver: int, taker: int, step: float) -> Floats:
    """`step` of the weight given from one ranker to another, or all that is left."""
    moved, share = weights.copy(), min(step, float(weights[giver]))
    moved[giver] = max(0.0, round(moved[giver] - share, 6))
    moved[taker] = round(moved[taker] + share, 6)
    return moved
