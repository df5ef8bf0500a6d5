"""Which features are worth keeping: those correlated with the rules, and not with a better feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Selection:
    """What was kept of the features, and why the others were not.

    Parameters
    ----------
    kept : array (n_kept,), int64
        Numbers of the features kept, in order.
    times : list of float, (n_features,)
        How much of the rules a feature explains, in times of what one that has nothing to do with them would.
    reasons : list of str, (n_features,)
        Why it was dropped; "" for one that was kept.
    """

    kept: Ints
    times: list[float]
    reasons: list[str]


def select(
    features: Floats, rules: Floats, names: list[str], relevance: float = 0.5, redundancy: float = 0.98
) -> Selection:
    """Drop features that are constant, that explain no more than chance, or that repeat a better one.

    Parameters
    ----------
    features : array (n_competitions, n_features)
        Encoded.
    rules : array (n_competitions, n_rules)
        More than 0 where a competition has a rule; rows of one length let every competition count the same.
    names : list of str, (n_features,)
        For the reasons.
    relevance : float
        Least share of the rules' variance that a feature explains alone, in times of what chance gives,
        1 / (n_competitions - 1).
    redundancy : float
        Greatest correlation with a feature that explains more.

    Returns
    -------
    Selection
        The best feature is kept whatever it explains.

    Example
    -------
    >>> features = np.array([[1, 1, 0, 5], [1, 1, 1, 5], [0, 0, 0, 5], [0, 0, 1, 5.0]])
    >>> found = select(features, np.array([[1.0], [1.0], [0.0], [0.0]]), ["go", "board", "coin", "five"])
    >>> found.kept.tolist(), found.reasons
    ([0], ['', 'repeats go (r = 1.00)', 'explains 0.0 times what chance does', 'never varies'])

    Source
    ------
    Pearson's r between a feature and a rule, both 0 or 1, is the phi coefficient; where one of them is a number it is
    the point-biserial correlation (Tate 1954). r² averaged over rules, each weighed by its variance, is the redundancy
    index of Stewart and Love 1968; under independence its expectation is 1 / (n - 1). Dropping what correlates with a
    better feature is the correlation-based selection of Hall 1999, without its search.
    """
    n = len(features)
    spread = features.std(axis=0)
    varies = spread > 1e-9 * np.maximum(np.abs(features).max(axis=0, initial=0), 1e-300)
    unit = (features - features.mean(axis=0)) / (np.where(varies, spread, 1) * np.sqrt(max(n, 1)))
    unit[:, ~varies] = 0
    centred = rules - rules.mean(axis=0)
    total = float((centred**2).sum())
    explained = ((unit.T @ centred) ** 2).sum(axis=1) / (total or 1.0)
    times = explained * (n - 1)
    reasons = [""] * len(names)
    kept: list[int] = []
    for place in np.lexsort((np.arange(len(names)), -times)).tolist():
        likeness = np.abs(unit[:, kept].T @ unit[:, place])
        if not varies[place]:
            reasons[place] = "never varies"
        elif kept and times[place] < relevance:
            reasons[place] = f"explains {times[place]:.1f} times what chance does"
        elif kept and likeness.max() > redundancy:
            twin = int(likeness.argmax())
            reasons[place] = f"repeats {names[kept[twin]]} (r = {likeness[twin]:.2f})"
        else:
            kept.append(place)
    if not kept:  # all are constant: one stands for none
        kept, reasons[0] = [0], ""
    return Selection(np.array(sorted(kept), np.int64), times.tolist(), reasons)
