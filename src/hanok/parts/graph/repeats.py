"""Whether features repeat labels: so well as no honest feature orders them."""

from __future__ import annotations

from math import comb, log

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

NEAR_EXACT = 0.98
"""A column that orders labels as well as this, or as badly as 1 less this, repeats them."""
NEAR_EXACT_BLOCK = 0.99
"""The same for many columns, of which the best is taken for each column of labels."""
BY_CHANCE = 0.01
"""How likely a false alarm may be, over all that is compared, if features said nothing."""
EXACT = 20_000
"""Up to so many pairs of labels, chance is counted exactly; beyond, the normal distribution serves."""
PERMUTATIONS = 199


def repeating_column(features: Floats, labels: npt.ArrayLike) -> tuple[int, int, float] | None:
    """The column of features that repeats a column of labels, if any does, with that column and its AUROC.

    Parameters
    ----------
    features : array (n, n_features)
        NaN where there is none.
    labels : array (n, n_other)
        1, 0, NaN not known.
    """
    truth = np.asarray(labels, np.float64)
    limit = BY_CHANCE / max(features.shape[1] * truth.shape[1], 1)
    for column, values in enumerate(features.T):
        auroc, positives, negatives = column_auroc(values, truth)
        extreme = np.maximum(auroc, 1 - auroc)
        for node in np.flatnonzero(extreme >= NEAR_EXACT).tolist():
            yes, no = int(positives[node]), int(negatives[node])
            least = 2 / comb(yes + no, yes)  # of a perfect order, in either direction
            if least < limit and (extreme[node] == 1 or _chance(values, truth[:, node]) < limit):
                return column, node, float(auroc[node])
    return None


def repeating_block(features: Floats, labels: npt.ArrayLike) -> float | None:
    """Mean AUROC of the best column for each column of labels, if that is beyond what honest features reach."""
    truth = np.asarray(labels, np.float64)
    found = _best(features, truth)
    if not found >= NEAR_EXACT_BLOCK:  # also where no column has both labels
        return None
    rng, as_good = np.random.default_rng(0), 1
    for _ in range(PERMUTATIONS):
        as_good += _best(features[rng.permutation(len(features))], truth) >= found
        if as_good > BY_CHANCE * (1 + PERMUTATIONS):
            return None
    return found


def column_auroc(values: Floats, labels: Floats) -> tuple[Floats, Floats, Floats]:
    """AUROC of one column of values for each column of labels, NaN where it has not both, and counts of both."""
    there = np.isfinite(values)
    values, labels = values[there], labels[there]
    order = np.argsort(values, kind="stable")
    ranked, truth = values[order], labels[order]
    yes, no = truth == 1, truth == 0
    below = np.vstack([np.zeros((1, labels.shape[1])), np.cumsum(no, axis=0)])  # resistant among the first i
    first, last = np.searchsorted(ranked, ranked, "left"), np.searchsorted(ranked, ranked, "right")
    positives, negatives = yes.sum(axis=0).astype(np.float64), below[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        auroc = np.where(yes, below[first] + below[last], 0.0).sum(axis=0) / 2 / (positives * negatives)
    return auroc, positives, negatives


def _best(features: Floats, truth: Floats) -> float:
    """Mean over the columns of labels of the best that any column of features does; NaN if none has both labels.

    Each weighs as much as a perfect order of it would say, log of the number of orders: with one responsive node among
    a few, some column always has it at an end.
    """
    best = np.full(truth.shape[1], np.nan)
    for values in features.T:
        auroc = column_auroc(values, truth)[0]
        best = np.fmax(best, np.maximum(auroc, 1 - auroc))
    yes, known = (truth == 1).sum(axis=0).tolist(), np.isfinite(truth).sum(axis=0).tolist()
    weights = np.array([log(comb(n, k)) for n, k in zip(known, yes, strict=True)])
    weights[~np.isfinite(best)] = 0
    return float(np.nansum(weights * best) / weights.sum()) if weights.any() else float("nan")


def _chance(values: Floats, labels: Floats) -> float:
    """How likely a column that says nothing would order the labels as well."""
    from scipy.stats import mannwhitneyu  # type: ignore[import-untyped]

    known = np.isfinite(values)
    yes, no = values[known & (labels == 1)], values[known & (labels == 0)]
    return float(mannwhitneyu(yes, no, method="exact" if len(yes) * len(no) <= EXACT else "asymptotic").pvalue)
