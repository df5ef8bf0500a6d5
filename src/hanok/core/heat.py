"""A heat map: rows and columns of cells, the more opaque the further from 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from hanok.core.ink import LIGHT
from hanok.core.numbers import ticks
from hanok.core.report import Chart
from hanok.core.words import breadth, cut, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ABOVE, BELOW = LIGHT["celadon"], LIGHT["vermilion"]
LONGEST = 16
"""Characters of a column's name."""

_TEXT, _LANE = 12, 22  # pixels


def columns(chart: Chart) -> list[str]:
    """Names of the columns, as they come in the rows."""
    names: dict[str, None] = {}
    for series in chart.series:
        numbers = [x for x in series.x if not isinstance(x, str)]
        names |= dict.fromkeys(ticks(numbers) if numbers else [str(x) for x in series.x])
    return list(names)


def height(chart: Chart) -> float:
    """Of the cells, with the names below."""
    deepest = max((breadth(cut(name, LONGEST)) for name in columns(chart)), default=1.0)
    return max(len(chart.series), 1) * _LANE + deepest * _TEXT + 40


def draw(axes: Axes, chart: Chart, width: int) -> None:
    """Cells, row names beside them, column names turned below: there are too many to lie flat."""
    names = columns(chart)
    place = {name: i for i, name in enumerate(names)}
    most = max((abs(value) for series in chart.series for value in series.y), default=0.0) or 1.0
    for row, series in enumerate(chart.series):
        numbers = [x for x in series.x if not isinstance(x, str)]
        for x, value in zip(ticks(numbers) if numbers else map(str, series.x), series.y, strict=True):
            colour = ABOVE if value >= 0 else BELOW
            corner = place[x] - 0.48, row - 0.46
            axes.add_patch(Rectangle(corner, 0.96, 0.92, facecolor=colour, alpha=abs(value) / most, linewidth=0))
    axes.set(xlim=(-0.5, max(len(names), 1) - 0.5), ylim=(max(len(chart.series), 1) - 0.5, -0.5))
    every = max(1, -(-len(names) * 14 // max(width - 200, 1)))
    axes.set_xticks(range(0, len(names), every), labels=[cut(name, LONGEST) for name in names[::every]], rotation=90)
    rows = [" ".join(wrap(series.name, width * 0.3 / _TEXT, 1)) for series in chart.series]
    axes.set_yticks(range(len(rows)), labels=rows)
    axes.tick_params(length=0, labelsize=_TEXT, labelcolor=LIGHT["ink"], pad=6)
    for spine in axes.spines.values():
        spine.set_visible(False)
