"""When to answer and when to say "I don't know": thresholds, and what they cost."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.calibration.wilson import wilson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class RiskCoverage(NamedTuple):
    """What each threshold gives, from the strictest to the laxest; all of shape (n_thresholds,)."""

    threshold: Floats
    coverage: Floats
    risk: Floats


def risk_coverage(scores: Floats, right: Bools, weights: Floats | None = None) -> RiskCoverage:
    """Which share is answered, and which share of that is wrong, at every threshold.

    Parameters
    ----------
    scores : array (n_items,)
        How sure the answer is.
    right : array (n_items,), bool
        Whether it is right.
    weights : array (n_items,), optional
        How much each item counts.

    Returns
    -------
    RiskCoverage
        One entry for each distinct score of an item with weight: items that score that or more are answered.

    Example
    -------
    >>> curve = risk_coverage(np.array([0.9, 0.8, 0.3]), np.array([True, False, True]))
    >>> curve.coverage.round(2).tolist(), curve.risk.round(2).tolist()
    ([0.33, 0.67, 1.0], [0.0, 0.5, 0.33])

    Source
    ------
    El-Yaniv and Wiener 2010, "On the foundations of noise-free selective classification".
    """
    weights = np.ones(len(scores)) if weights is None else weights
    scores, right, weights = scores[weights > 0], right[weights > 0], weights[weights > 0]
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True)) if len(scores) else np.zeros(0, np.int64)
    answered = np.cumsum(weights[order])[last]
    wrong = np.cumsum((weights * ~right)[order])[last]
    return RiskCoverage(scores[order][last], answered / max(float(weights.sum()), 1e-12), wrong / answered)


def threshold_for_precision(
    probabilities: Floats,
    right: Bools,
    target: float,
    weights: Floats | None = None,
    *,
    prior: float = 0.0,
    z: float = 0.0,
) -> float:
    """The lowest threshold at which the answered items are right often enough.

    Parameters
    ----------
    probabilities : array (n_items,)
        How likely the answer is right; any score will do where `prior` is 0.
    right, weights
        As of `risk_coverage`.
    target : float, 0 to 1
        Wanted precision: the share of the answered items that is right.
    prior : float
        How many items the probabilities' own word is worth: the precision at a threshold is taken as
        (right + prior · mean probability) / (answered + prior). The tail of a few dozen items is so noisy that the
        threshold would jump with the sample; with thousands of items it makes no difference.
    z : float
        Not the precision has to reach the target but the lower end of its Wilson interval, `z` standard errors to
        either side: with 1.96, of a target of .99, no fewer than 381 items that are all right. Weights then count as
        items do.

    Returns
    -------
    float
        Answer what scores this or more; infinity if no threshold reaches the target.

    Example
    -------
    >>> threshold_for_precision(np.array([0.9, 0.8, 0.3]), np.array([True, True, False]), 0.9)
    0.8
    >>> threshold_for_precision(np.array([0.9, 0.8, 0.3]), np.array([True, True, False]), 0.9, z=1.96)
    inf

    Source
    ------
    The prior is the mean of a Beta-binomial, Gelman et al. 2013, "Bayesian Data Analysis", section 2.4, centred on what
    the calibrated probabilities promise; to centre it there is ours. Wilson's interval: see `wilson`.
    """
    weights = np.ones(len(probabilities)) if weights is None else weights
    curve = risk_coverage(probabilities, right, weights)
    answered = curve.coverage * max(float(weights.sum()), 1e-12)
    order = np.argsort(-probabilities, kind="stable")
    total = np.cumsum((weights * probabilities)[order])
    last = np.searchsorted(-probabilities[order], -curve.threshold, side="right") - 1
    promised = total[last] / answered  # mean probability of what is answered
    precision = wilson((1 - curve.risk) * answered + prior * promised, answered + prior, z).low
    good = np.flatnonzero(precision >= target - 1e-12)
    return float(curve.threshold[good[-1]]) if len(good) else float("inf")


def auroc(positive: Floats, negative: Floats) -> float:
    """Probability that a positive item scores higher than a negative one, ties counting half.

    Parameters
    ----------
    positive, negative : array (n,), (m,)
        Scores, such as those of questions that have an answer and of those that have none.

    Returns
    -------
    float
        .5 is chance; NaN where either is empty.

    Example
    -------
    >>> auroc(np.array([0.9, 0.4]), np.array([0.4, 0.1]))
    0.875

    Source
    ------
    Fawcett 2006, "An introduction to ROC analysis", section 7: the Mann-Whitney statistic.
    """
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left") + np.searchsorted(ordered, positive, side="right")
    return float(below.mean() / (2 * len(negative)))
