"""Box plots: the middle half of many values, how far they reach, the furthest few, and a mark to hold them against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanok.core.ink import LIGHT
from hanok.core.report import Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

COLOURS = (LIGHT["celadon"], LIGHT["indigo"], LIGHT["ochre"], LIGHT["quiet"], LIGHT["ink"])
MARK = LIGHT["vermilion"]
REACH = 1.5
"""Widths of the box that a whisker reaches at most."""
FEW = 5
"""Values beyond the whiskers that are kept: those furthest from the median."""


def boxed(name: str, samples: Mapping[str, npt.ArrayLike], mark: Sequence[float] | None = None) -> Series:
    """A row of boxes made from the values themselves.

    Parameters
    ----------
    name : str
        Of the row.
    samples : mapping of str to array (n,)
        Values by place on the x axis; none is empty.
    mark : sequence of float, (n_places,), optional
        What each box is held against.

    Returns
    -------
    Series
        `y` are medians, `low` and `high` quartiles, `least` and `most` the ends of whiskers, `beyond` outliers.

    Example
    -------
    >>> found = boxed("a", {"one": [1, 2, 3, 4, 30]})
    >>> found.y, found.low, found.high, found.least, found.most, found.beyond
    ([3.0], [2.0], [4.0], [1.0], [4.0], [[30.0]])

    Source
    ------
    Tukey 1977, "Exploratory Data Analysis": whiskers end at the last value within one and a half widths of the box.
    """
    rows = [_box(np.sort(np.asarray(values, np.float64))) for values in samples.values()]
    numbers = np.array([numbers for numbers, _ in rows]).reshape(len(rows), 5).T.tolist()
    y, low, high, least, most = numbers
    marks = None if mark is None else list(mark)
    far = [beyond for _, beyond in rows]
    return Series(name=name, x=list(samples), y=y, low=low, high=high, least=least, most=most, beyond=far, mark=marks)


def _box(sample: Floats) -> tuple[list[float], list[float]]:
    """Median, quartiles and ends of the whiskers; and the furthest values beyond. `sample` is sorted."""
    low, middle, high = np.quantile(sample, [0.25, 0.5, 0.75]).tolist()
    reach = REACH * (high - low)
    inside = sample[(sample >= low - reach) & (sample <= high + reach)]
    beyond = sample[(sample < low - reach) | (sample > high + reach)]
    furthest = np.sort(beyond[np.argsort(-np.abs(beyond - middle))[:FEW]])
    return [middle, low, high, min(low, float(inside[0])), max(high, float(inside[-1]))], furthest.tolist()


def draw(axes: Axes, series: Series, colour: str, centres: Sequence[float], thick: float, lying: bool) -> None:
    """One row of boxes, `thick` apart; marks are wider than their boxes."""
    low, high, least, most = (part or series.y for part in (series.low, series.high, series.least, series.most))
    across, along = (axes.hlines, axes.vlines) if lying else (axes.vlines, axes.hlines)
    across(centres, least, low, colors=colour, linewidth=1.2)
    across(centres, high, most, colors=colour, linewidth=1.2)
    tall = [b - a for a, b in zip(low, high, strict=True)]
    if lying:
        axes.barh(centres, tall, 0.8 * thick, low, color=colour, alpha=0.3, linewidth=0)
    else:
        axes.bar(centres, tall, 0.8 * thick, low, color=colour, alpha=0.3, linewidth=0)
    for values, wide, ink, width in ((series.y, 0.8, colour, 2), (series.mark or [], 1, MARK, 2.5)):
        shown = centres[: len(values)]
        near, far = ([centre + side * wide * thick / 2 for centre in shown] for side in (-1, 1))
        along(values, near, far, colors=ink, linewidth=width)
    places = [(centre, value) for centre, found in zip(centres, series.beyond or [], strict=False) for value in found]
    x, y = [centre for centre, _ in places], [value for _, value in places]
    given = (y, x) if lying else (x, y)
    axes.plot(*given, color=colour, marker="o", markersize=2.5, linestyle="none", alpha=0.7)
