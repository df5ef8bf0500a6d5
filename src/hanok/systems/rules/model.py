"""From encoded features, and rules already chosen, to a score for every rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hanok.systems.rules.config import Kernel, Method

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]


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
    taken : array (n_competitions, n_rules), uint8
        1 where a competition has a rule.
    """

    mean: Floats32
    scale: Floats32
    kept: Ints
    known: Floats32
    taken: Flags

    def scaled(self, features: Floats32) -> Floats32:
        """Encoded features as the regressions see them, (n, n_kept)."""
        return ((features - self.mean) * self.scale)[:, self.kept]

    def likeness(self, features: Floats32) -> Floats32:
        """Cosine with every past competition, (n, n_competitions)."""
        alike: Floats32 = unit(self.scaled(features)) @ self.known.T
        return alike

    def votes(self, features: Floats32, k: int, sharpness: float) -> Floats32:
        """Share of the k competitions most alike that have a rule, each weighing its likeness to a power."""
        alike = np.maximum(self.likeness(features), 0)
        least = -np.partition(-alike, min(k, alike.shape[1]) - 1, axis=1)[:, [min(k, alike.shape[1]) - 1]]
        weight = np.where(alike >= least, alike, 0) ** np.float32(sharpness)
        total: Floats32 = weight @ self.taken.astype(np.float32)
        share: Floats32 = total / np.maximum(weight.sum(axis=1, keepdims=True), np.float32(1e-9))
        return share


@dataclass(frozen=True)
class Model:
    """All that was fitted, one array per step of the way.

    Parameters
    ----------
    past : Past
        Competitions learnt from.
    method : Method
        Which of the ways below are taken.
    kernel : Kernel
        What the regressions begin with: "linear", the n_basis = n_kept features; "rbf", likeness with each of the
        n_basis = n_competitions past ones.
    width : float
        Of rbf: exp(-width (1 - cosine)).
    to_factors, factors_at : array (n_basis, d), (d,)
        Regression to the ALS vector of a competition.
    items : array (n_rules, d)
        ALS vectors of the rules.
    history : array (d, d)
        ½ (α VᵀV + I)⁻¹: folds chosen rules in.
    to_rules : array (n_basis, n_rules)
        Regression to the rules themselves.
    base : array (n_rules,)
        Share of competitions that have a rule, where the regression to rules begins.
    apart : array (n_rules,)
        Keeps rules that score the same in one order.
    neighbours, sharpness
        Of ``knn``.
    """

    past: Past
    method: Method
    kernel: Kernel
    width: float
    to_factors: Floats32
    factors_at: Floats32
    items: Floats32
    history: Floats32
    to_rules: Floats32
    base: Floats32
    apart: Floats32
    neighbours: int
    sharpness: float

    def basis(self, features: Floats32) -> Floats32:
        """What the regressions begin with, (n, n_basis)."""
        if self.kernel == "linear":
            return self.past.scaled(features)
        return kernel_of(self.past.likeness(features), self.width)

    def scores(self, features: Floats32, chosen: Floats32) -> Floats32:
        """A score for every rule, (n, n_rules)."""
        place: Floats32 = chosen @ self.items
        turned: Floats32 = place @ self.history
        folded: Floats32 = turned @ self.items.T
        score: Floats32 = folded + self.apart
        if self.method == "knn":
            votes = self.past.votes(features, self.neighbours, self.sharpness)
            return score + votes + np.float32(1e-3) * self.base
        basis = self.basis(features)
        if self.method == "als":
            score += self._by_factors(basis)
        elif self.method == "direct":
            score += self._straight(basis)
        else:
            score += np.float32(0.5) * (self._by_factors(basis) + self._straight(basis))
        return score

    def rank(self, features: Floats32, chosen: Floats32, legal: Bools, k: int) -> tuple[Ints, Floats32]:
        """The k best legal rules."""
        scores = np.where(legal, self.scores(features, chosen), np.float32(-np.inf))
        order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        return order, np.take_along_axis(scores, order, axis=1)

    def _by_factors(self, basis: Floats32) -> Floats32:
        place: Floats32 = basis @ self.to_factors + self.factors_at
        score: Floats32 = place @ self.items.T
        return score

    def _straight(self, basis: Floats32) -> Floats32:
        score: Floats32 = basis @ self.to_rules + self.base
        return score


def kernel_of(likeness: Floats32, width: float) -> Floats32:
    """exp(-width (1 - cosine)), of any shape."""
    close: Floats32 = np.exp(np.float32(width) * (likeness - np.float32(1)))
    return close


def unit(rows: Floats32) -> Floats32:
    """Rows of length 1, or of zeros."""
    short: Floats32 = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return short
