"""How much each ranker has to say: weights found on validation, and the best ranker alone where fusion does not win."""

from __future__ import annotations

from dataclasses import dataclass

from hanok.core.problem import Problem
from hanok.parts.ranking import Fusion, Method, Ranked, tune_weights
from hanok.systems.comics.asked import Asked, K
from hanok.systems.comics.config import Config
from hanok.systems.comics.rankers import Rankers

Weights = dict[str, float]
Lists = dict[str, Ranked]
"""What each ranker puts forward, for the same readers."""

EARNED = 1.0
"""Standard errors a ranker must add to be kept: with a hundred readers, two would throw useful rankers out."""

METHODS: tuple[Method, ...] = ("wrf", "rrf", "wsum")
"""Tried where the fusion is to be found, in this order: of equals the first."""


@dataclass(frozen=True)
class Blend:
    """What answers are made with.

    Parameters
    ----------
    method : str
        How the rankings are fused.
    weights : dict of ranker to float
        In use; they sum to 1. A single one of 1 means that this ranker answers alone.
    tuned : dict of ranker to float
        The fusion that was chosen or found, whether it is in use or not.
    why : str
        How the weights came to be, for a person's eye.
    fallback : bool
        Whether a single ranker answers because fusion did not win.
    """

    method: Method
    weights: Weights
    tuned: Weights
    why: str
    fallback: bool = False

    def __call__(self, lists: Lists, k: int) -> Ranked:
        """The best k comics of one reader, (≤ k,), or of each, (n, ≤ k)."""
        return Fusion(self.method, {r: self.weights[r] for r in lists if self.weights.get(r)}).fuse(lists, k)


def blend(rankers: Rankers, config: Config, asked: Asked) -> Blend:
    """Take the weights somebody chose, or find them.

    Parameters
    ----------
    rankers : Rankers
        Fitted.
    config : Config
        Its weights are taken if one is given, scaled to sum to 1.
    asked : Asked
        Of validation.

    Raises
    ------
    Problem
        All rankers that know anything were given a weight of 0.
    """
    able, method = rankers.able, METHODS[0] if config.fusion == "auto" else config.fusion
    if config.weights is not None:
        given = {ranker: config.weights[ranker] for ranker in able}
        total = sum(given.values())
        if not total > 0:
            found = ", ".join(f"weight_{ranker} {weight:g}" for ranker, weight in given.items())
            raise Problem("no_weight", f"found {found}; expected one above 0", "config", "leave the weights out")
        weights = {ranker: weight / total for ranker, weight in given.items()}
        return Blend(method, weights, weights, f"Weights as chosen: {method} of {said(weights)}.")
    if len(able) == 1 or not len(asked):
        alone: Weights = {able[0]: 1.0}
        why = (
            f"Only {able[0]} has anything to rank by."
            if len(able) == 1
            else f"{able[0]} answers alone: there was nothing to find weights on."
        )
        return Blend(method, alone, alone, why)
    return _found(rankers.lists(asked.known), METHODS if config.fusion == "auto" else (method,), asked)


def _found(lists: Lists, methods: tuple[Method, ...], asked: Asked) -> Blend:
    found = tune_weights(lists, asked.relevant, at=K, methods=methods, earned=EARNED)
    tuned = dict(found.fusion.weights)
    name = f"{found.fusion.method} of {said(tuned)}"
    scored = (
        f"ndcg@{K} on validation {found.tuned.mean():.3f}, {found.best} alone {found.singles[found.best].mean():.3f}"
    )
    interval = f"difference {found.gain.value:+.3f} [{found.gain.low:+.3f}, {found.gain.high:+.3f}]"
    if found.winner == "fusion":
        return Blend(found.fusion.method, tuned, tuned, f"Fused by {name}: {scored}, {interval}.")
    why = f"Fusion did not win for certain, so {found.best} answers alone. Best was {name}: {scored}, {interval}."
    return Blend(found.fusion.method, {found.best: 1.0}, tuned, why, fallback=True)


def said(weights: Weights) -> str:
    """The weights in words."""
    return ", ".join(f"{ranker} {weight:.2f}" for ranker, weight in weights.items())
