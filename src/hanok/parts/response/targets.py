"""What is regressed on: labels and strengths, in standard deviations of each right node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Targets:
    """Responses, standardised.

    Parameters
    ----------
    values : array (n, n_right), float64
        0 is a right node's usual response; 0 where not measured.
    known : array (n, n_right), bool
    usual : array (n_right,), float64
        Log-odds of the share of responsive pairs, a half added to both kinds.
    """

    values: Floats
    known: Bools
    usual: Floats

    @classmethod
    def of(cls, labels: npt.ArrayLike, strengths: npt.ArrayLike | None, mix: float) -> Self:
        """From labels, and strengths where there are; see `Responder.fit`.

        Raises
        ------
        Problem
            ``bad_labels``, ``bad_strengths``, ``no_responses``.
        """
        truth = np.asarray(labels, np.float64)
        known = ~np.isnan(truth)
        if truth.ndim != 2 or not np.isin(truth[known], (0.0, 1.0)).all():
            raise Problem(
                "bad_labels", "expected (n, n_right) of 1 responsive, 0 resistant, NaN not measured", "labels"
            )
        if not known.any():
            raise Problem("no_responses", "not a single pair was measured", "labels")
        values = _standard(truth, known)
        if strengths is not None and mix < 1:
            given = np.asarray(strengths, np.float64)
            if given.shape != truth.shape or np.isinf(given).any():
                raise Problem(
                    "bad_strengths", f"found shape {given.shape}; expected {truth.shape}, finite", "strengths"
                )
            there = known & np.isfinite(given)
            values = np.where(there, mix * values + (1 - mix) * _standard(given, there), values)
        ones = np.where(known, truth, 0).sum(axis=0)
        usual = np.log((ones + 0.5) / (known.sum(axis=0) - ones + 0.5))
        return cls(values, known, usual)


def _standard(values: Floats, known: Bools) -> Floats:
    """Each column less its mean, divided by its standard deviation; 0 where unknown, or all are the same."""
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, values, 0).sum(axis=0) / count
    centred = np.where(known, values - mean, 0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    found: Floats = centred / np.where(spread > 1e-12, spread, 1)
    return found
