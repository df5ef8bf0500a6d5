"""From scores that only rank to probabilities that mean something."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Calibrator:
    """Turns the scores of competing candidates into the probability that each is right; the rest is "none of them".

    With one candidate this is Platt's sigmoid. With several, a runner-up that is nearly as good takes probability from
    the first.

    Parameters
    ----------
    scale, none : float
        P(i) = exp(scale s_i) / (exp(none) + Σ_j exp(scale s_j)); `fit` finds both.

    Example
    -------
    >>> scores = np.array([[2.0, 0.1], [1.8, 0.3], [0.2, 0.1], [0.4, 0.3], [1.9, 1.7], [1.6, 0.2]])
    >>> calibrator = Calibrator().fit(scores, np.array([0, 0, -1, -1, 1, 0]))
    >>> calibrator.probabilities(np.array([2.0, 0.1])).round(2).tolist()
    [0.86, 0.01]
    >>> calibrator.probabilities(np.array([2.0, 1.9])).round(2).tolist()
    [0.51, 0.41]

    Source
    ------
    Platt 1999, "Probabilistic outputs for support vector machines", with his smoothed targets, so that a handful of
    separable examples does not give certainty; Guo et al. 2017, "On calibration of modern neural networks", section
    4.2, for one scale over all candidates. Joining the two by an option "none" of constant score is ours. The
    likelihood is that of a conditional logit (McFadden 1974): convex in both parameters, so Newton's method finds the
    only optimum.
    """

    def __init__(self, scale: float = 1.0, none: float = 0.0) -> None:
        self.scale, self.none = scale, none

    def fit(self, scores: Floats, right: Ints, weights: Floats | None = None) -> Self:
        """Find scale and none by maximum likelihood.

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
            There are no items.
        """
        if not len(scores):
            raise ValueError("calibration needs at least one item")
        weights = np.ones(len(scores)) if weights is None else weights
        target = _targets(scores, right, weights)
        parameters = np.zeros(2)
        now = _likelihood(scores, target, weights, parameters)
        for _ in range(100):
            step = np.linalg.solve(now.hessian + 1e-9 * max(1.0, np.trace(now.hessian)) * np.eye(2), now.gradient)
            while (then := _likelihood(scores, target, weights, parameters - step)).loss > now.loss:
                step = step / 2
                if np.abs(step).max() < 1e-12:
                    break
            parameters, now = parameters - step, then
            if np.abs(step).max() < 1e-9 * max(1.0, float(np.abs(parameters).max())):
                break
        self.scale, self.none = float(parameters[0]), float(parameters[1])
        return self

    def probabilities(self, scores: Floats) -> Floats:
        """P(right) of each candidate, in the shape of `scores` (..., n_candidates); their sum is at most 1."""
        return _shares(scores, self.scale, self.none)[..., :-1]


class _Likelihood(NamedTuple):
    """Negative log-likelihood with its derivatives by (scale, none)."""

    loss: float
    gradient: Floats
    hessian: Floats


def _shares(scores: Floats, scale: float, none: float) -> Floats:
    """Probabilities of the candidates and, last, of none of them: (..., n_candidates + 1)."""
    logits = np.full((*scores.shape[:-1], scores.shape[-1] + 1), none)
    logits[..., :-1] = np.where(np.isfinite(scores), scale * np.nan_to_num(scores, neginf=0.0), -np.inf)
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = odds / odds.sum(axis=-1, keepdims=True)
    return shares


def _targets(scores: Floats, right: Ints, weights: Floats) -> Floats:
    """What the probabilities should be, (n_items, n_candidates + 1), smoothed as Platt does."""
    found, items = right >= 0, np.arange(len(right))
    slack = np.where(found, 1 / (weights[found].sum() + 2), 1 / (weights[~found].sum() + 2))
    target = np.zeros((len(scores), scores.shape[1] + 1))
    target[items, np.where(found, right, -1)] = 1 - slack
    target[items, np.where(found, -1, scores.argmax(axis=1))] += slack
    return target


def _likelihood(scores: Floats, target: Floats, weights: Floats, parameters: Floats) -> _Likelihood:
    """At ``parameters = (scale, none)``."""
    shares = _shares(scores, *parameters)
    finite = np.nan_to_num(scores, neginf=0.0)
    chosen, none = shares[:, :-1], shares[:, -1]
    mean = (chosen * finite).sum(axis=1)
    loss = -(weights[:, None] * target * np.log(np.maximum(shares, 1e-300))).sum()
    gradient = np.array([weights @ (mean - (target[:, :-1] * finite).sum(axis=1)), weights @ (none - target[:, -1])])
    spread = weights @ ((chosen * finite**2).sum(axis=1) - mean**2)
    shared = -(weights @ (mean * none))
    return _Likelihood(float(loss), gradient, np.array([[spread, shared], [shared, weights @ (none * (1 - none))]]))
