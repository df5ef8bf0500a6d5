"""From encoded features, and rules already chosen, to a score for every rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from hanok.core.run import Run
from hanok.parts.factorization import ALS
from hanok.systems.rules.config import Config, Method
from hanok.systems.rules.selection import Selection

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HISTORY = 0.3
"""Weight of all pairs and ridge penalty when chosen rules are folded in; found on validation parts of real data."""

APART = 1e-5
"""Rules that always came together score the same; so far apart they keep one order however sums are rounded."""


class Scorer(Protocol):
    """Whatever gives every rule a score: the model as fitted, or the graph made of it."""

    def scores(self, features: Floats32, chosen: Floats32) -> Floats32:
        """Of encoded features (n, n_features) and chosen rules (n, n_rules), scores (n, n_rules)."""

    def rank(self, features: Floats32, chosen: Floats32, legal: Bools, k: int) -> tuple[Ints, Floats32]:
        """The k best legal rules (n, k) and their scores; -inf where there are fewer."""


@dataclass(frozen=True)
class Past:
    """The competitions learnt from, as new ones are compared with them.

    Parameters
    ----------
    mean, scale : array (n_features,)
        Of the encoded features; the scale also holds the weight of words.
    kept : array (n_kept,), int64
        Features that were selected.
    known : array (n_competitions, n_kept)
        Scaled, selected, of length 1.
    taken : sparse (n_competitions, n_rules)
        1 where a competition has a rule.
    """

    mean: Floats32
    scale: Floats32
    kept: Ints
    known: Floats32
    taken: csr_matrix

    def scaled(self, features: Floats32) -> Floats32:
        """Encoded features as the regressions see them, (n, n_kept)."""
        return ((features - self.mean) * self.scale)[:, self.kept]

    def likeness(self, features: Floats32) -> Floats32:
        """Cosine with every past competition, (n, n_competitions)."""
        return unit(self.scaled(features)) @ self.known.T


@dataclass(frozen=True)
class Model:
    """All that was fitted, one array per step of the way.

    Parameters
    ----------
    past : Past
        Competitions learnt from.
    method : Method
        Which of the ways below are taken.
    to_factors, factors_at : array (n_kept, d), (d,)
        Regression from features to the ALS vector of a competition.
    items : array (n_rules, d)
        ALS vectors of the rules.
    history : array (d, d)
        (α VᵀV + τ I)⁻¹: folds chosen rules in.
    to_rules : array (n_kept, n_rules)
        Regression from features to rules.
    base : array (n_rules,)
        Share of competitions that have a rule, where the regression to rules begins.
    apart : array (n_rules,)
        Keeps rules that score the same in one order.
    neighbours, sharpness
        Of ``knn``.
    """

    past: Past
    method: Method
    to_factors: Floats32
    factors_at: Floats32
    items: Floats32
    history: Floats32
    to_rules: Floats32
    base: Floats32
    apart: Floats32
    neighbours: int
    sharpness: float

    def scores(self, features: Floats32, chosen: Floats32) -> Floats32:
        """A score for every rule, (n, n_rules)."""
        folded: Floats32 = chosen @ self.items @ self.history @ self.items.T
        found: Floats32 = folded + self.apart
        seen = self.past.scaled(features)
        if self.method == "als":
            found = found + self._by_factors(seen)
        elif self.method == "linear":
            found = found + self._straight(seen)
        elif self.method == "blend":
            found = found + np.float32(0.5) * self._by_factors(seen) + np.float32(0.5) * self._straight(seen)
        else:
            found = found + self._by_neighbours(features)
        return found

    def rank(self, features: Floats32, chosen: Floats32, legal: Bools, k: int) -> tuple[Ints, Floats32]:
        """The k best legal rules."""
        scores = np.where(legal, self.scores(features, chosen), -np.inf)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return order, np.take_along_axis(scores, order, axis=1)

    def _by_factors(self, seen: Floats32) -> Floats32:
        return (seen @ self.to_factors + self.factors_at) @ self.items.T

    def _straight(self, seen: Floats32) -> Floats32:
        return seen @ self.to_rules + self.base

    def _by_neighbours(self, features: Floats32) -> Floats32:
        alike = np.maximum(self.past.likeness(features), 0)
        k = min(self.neighbours, alike.shape[1])
        least = np.partition(alike, -k, axis=1)[:, -k, None]
        weight = np.where(alike >= least, alike, 0) ** np.float32(self.sharpness)
        votes: Floats32 = weight @ self.past.taken.toarray()  # (n, n_rules)
        return votes / np.maximum(weight.sum(axis=1, keepdims=True), 1e-9) + np.float32(1e-3) * self.base


def unit(rows: Floats32) -> Floats32:
    """Rows of length 1, or of zeros."""
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))


def fit(features: Floats, scale: Floats, taken: csr_matrix, selection: Selection, config: Config, run: Run) -> Model:
    """Factorise the competition × rule matrix and learn both regressions.

    Parameters
    ----------
    features : array (n_competitions, n_features)
        Encoded.
    scale : array (n_features,)
        What they are multiplied with.
    taken : sparse (n_competitions, n_rules)
        1 where a competition has a rule; every rule occurs.
    selection : Selection
        Of the features.
    config : Config
        Hyper-parameters.
    run : Run
        Is told of the iterations.

    Source
    ------
    Gantner et al. 2010, "Learning attribute-to-feature mappings for cold-start recommendations": ALS vectors of new
    competitions are predicted from their features, here by ridge regression (Hoerl and Kennard 1970) in its dual form.
    """
    als = ALS(
        factors=config.factors,
        alpha0=config.alpha0,
        regularization=config.shrinkage,
        workers=run.threads,
        seed=run.seed,
    ).fit(taken, run.stage("factors").report)
    items = als.item_factors.astype(np.float64)
    mean = features.mean(axis=0)
    known = ((features - mean) * scale)[:, selection.kept]
    d = items.shape[1]
    history = np.linalg.inv(HISTORY * (items.T @ items) + HISTORY * np.eye(d))
    rules = taken.toarray().astype(np.float64)
    to_factors, factors_at = ridge(known, als.user_factors.astype(np.float64), config.regularization)
    to_rules, base = ridge(known, rules, config.regularization)
    small = np.float32
    past = Past(mean.astype(small), scale.astype(small), selection.kept, unit(known.astype(small)), taken.astype(small))
    return Model(
        past=past,
        method=config.method,
        to_factors=to_factors.astype(small),
        factors_at=factors_at.astype(small),
        items=als.item_factors,
        history=history.astype(small),
        to_rules=to_rules.astype(small),
        base=base.astype(small),
        apart=_apart(taken),
        neighbours=config.neighbours,
        sharpness=config.sharpness,
    )


def ridge(features: Floats, targets: Floats, penalty: float) -> tuple[Floats, Floats]:
    """Weights (n_features, n_targets) and the targets' mean (n_targets,); features are centred already.

    Example
    -------
    >>> weights, mean = ridge(np.array([[-1.0], [1.0]]), np.array([[0.0], [4.0]]), 2.0)
    >>> weights.tolist(), mean.tolist()
    ([[1.0]], [2.0])
    """
    mean = targets.mean(axis=0)
    alike = features @ features.T
    dual = np.linalg.solve(alike + penalty * np.eye(len(features)), targets - mean)
    return features.T @ dual, mean


def _apart(taken: csr_matrix) -> Floats32:
    """Steps of `APART` down among rules that the same competitions have."""
    columns = taken.tocsc()
    seen: dict[bytes, int] = {}
    steps = np.zeros(taken.shape[1], np.float32)
    for rule in range(taken.shape[1]):
        who = columns.indices[columns.indptr[rule] : columns.indptr[rule + 1]].tobytes()
        steps[rule] = seen[who] = seen.get(who, -1) + 1
    return steps * np.float32(-APART)
