"""From one score that only ranks to the probability of being right, with no shape assumed but "more is better"."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Isotonic:
    """Steps that rise with the score; each is the share that was right there, by Laplace's rule.

    Example
    -------
    >>> scores = np.array([0.2, 0.3, 0.4, 0.7, 0.8, 0.9])
    >>> steps = Isotonic().fit(scores, np.array([False, False, True, True, True, True]))
    >>> steps.probabilities(np.array([0.1, 0.35, 0.95])).round(2).tolist()
    [0.25, 0.25, 0.83]

    Source
    ------
    Zadrozny and Elkan 2002, "Transforming classifier scores into accurate multiclass probability estimates": isotonic
    regression by pooling adjacent violators. Theirs promises 1 above the highest error, be it for three items; here
    a step of n items of which k are right promises (k + 1) / (n + 2), but never less than the step below.
    """

    def __init__(self) -> None:
        self.starts: Floats = np.zeros(0)
        """The lowest score of each step but the first, (n_steps - 1,)."""
        self.steps: Floats = np.array([0.5])
        """Probability of each step, (n_steps,), rising."""

    def fit(self, scores: Floats, right: Bools) -> Self:
        """Find the steps.

        Parameters
        ----------
        scores : array (n_items,)
            How sure; any scale.
        right : array (n_items,), bool
            Whether it was right. Without an item every probability is one half.
        """
        from sklearn.isotonic import IsotonicRegression  # type: ignore[import-untyped]  # slow to import

        if not len(scores):
            self.starts, self.steps = np.zeros(0), np.array([0.5])
            return self
        order = np.argsort(scores, kind="stable")
        scores, right = np.asarray(scores, dtype=np.float64)[order], np.asarray(right, dtype=np.bool_)[order]
        fitted = IsotonicRegression().fit(scores, right.astype(np.float64)).predict(scores)
        first = np.flatnonzero(np.append(True, np.diff(fitted) > 1e-12))
        n = np.diff(np.append(first, len(scores)))
        k = np.add.reduceat(right.astype(np.float64), first)
        self.starts = scores[first][1:]
        self.steps = np.maximum.accumulate((k + 1) / (n + 2))
        return self

    def probabilities(self, scores: Floats) -> Floats:
        """P(right) at each score, of the same shape."""
        return self.steps[np.searchsorted(self.starts, scores, side="right")]

    def as_dict(self) -> dict[str, list[float]]:
        """For JSON; `of` reads it back."""
        return {"starts": self.starts.tolist(), "steps": self.steps.tolist()}

    @classmethod
    def of(cls, kept: Any) -> Self:
        """From what `as_dict` gave.

        Raises
        ------
        Problem
            It is something else.
        """
        found = cls()
        try:
            found.starts = np.asarray(kept["starts"], dtype=np.float64)
            found.steps = np.asarray(kept["steps"], dtype=np.float64)
        except (TypeError, KeyError, ValueError) as error:
            raise Problem("not_steps", f"found {kept!r:.60}; expected starts and steps") from error
        rising = (np.diff(found.starts) >= 0).all() and (np.diff(found.steps) >= 0).all()
        fits = found.starts.ndim == found.steps.ndim == 1 and len(found.steps) == len(found.starts) + 1
        if not (fits and rising and ((found.steps >= 0) & (found.steps <= 1)).all()):
            raise Problem("not_steps", "found steps that do not fit; expected one more than starts, both rising")
        return found
