"""The curve of precision by coverage, with the threshold that makes it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.core.report import Chart, Dial, Series
from hanok.parts.calibration.threshold import risk_coverage
from hanok.parts.calibration.wilson import Z95, wilson

PLACES = 40
"""Places of a dial at most: a slider has no more pixels to tell them apart."""


def dial(
    scores: npt.NDArray[np.float64],
    right: npt.NDArray[np.bool_],
    *,
    name: str = "confidence",
    unit: str = "answers",
    note: str = "",
) -> Chart:
    """What a threshold would let through and how much of that is right, as a chart that has a slider in the console.

    Parameters
    ----------
    scores : array (n_items,)
        How sure each is.
    right : array (n_items,), bool
        Whether it is right.
    name, unit : str
        What the threshold is on, and what it lets through.
    note : str
        Put below the chart.

    Returns
    -------
    Chart
        Precision with its Wilson interval by coverage, at no more than 40 thresholds: evenly spaced in coverage, with
        the strictest and the laxest.

    Example
    -------
    >>> chart = dial(np.array([0.9, 0.8, 0.3]), np.array([True, True, False]))
    >>> chart.dial.at, chart.dial.through, chart.dial.right
    ([0.9, 0.8, 0.3], [1, 2, 3], [1, 2, 2])

    Source
    ------
    El-Yaniv and Wiener 2010, "On the foundations of noise-free selective classification"; precision is 1 − risk.
    """
    curve = risk_coverage(scores, right)
    even = np.searchsorted(curve.coverage, np.linspace(0, 1, PLACES), side="left")
    places = np.unique(np.minimum(even, len(curve.coverage) - 1))
    coverage = curve.coverage[places]
    through = np.rint(coverage * len(scores)).astype(int)
    good = np.rint((1 - curve.risk[places]) * through).astype(int)
    interval = wilson(good, through, Z95)
    return Chart(
        title="Coverage and precision",
        x_label=f"share of {unit} let through",
        y_label="share of these that is right",
        series=[
            Series(
                name="precision",
                x=coverage.tolist(),
                y=(good / through).tolist(),
                low=interval.low.tolist(),
                high=interval.high.tolist(),
            )
        ],
        note=note,
        dial=Dial(
            name=name,
            at=curve.threshold[places].tolist(),
            through=through.tolist(),
            right=good.tolist(),
            n=len(scores),
            unit=unit,
        ),
    )
