"""How a chart is laid out with matplotlib: title, key and axis label above, values on a quiet grid, intervals drawn."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from hanok.core import boxes, heat, key
from hanok.core.ink import LIGHT
from hanok.core.numbers import ticks
from hanok.core.report import Chart, Series
from hanok.core.words import breadth, cut, plain, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

INK, QUIET, LINE = LIGHT["ink"], LIGHT["quiet"], LIGHT["line"]
# apart in hue and in lightness; marker and dash tell them apart without colour
COLOURS = (LIGHT["celadon"], LIGHT["indigo"], LIGHT["ochre"], LIGHT["vermilion"], INK, QUIET)
MARKERS = ("o", "s", "D", "^", "v", "P")
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 2)), (0, (8, 2, 2, 2)), (0, (4, 1)), (0, (1, 1)))

_TITLE, _TEXT = 15, 12  # pixels, as every length here
_ROW = key.ROW


def draw(chart: Chart, width: int) -> Figure:
    """The chart as a figure of `width` pixels, one pixel a point.

    Source
    ------
    Labels lie flat above the value axis instead of turned beside it, as in Observable Plot: Korean and Japanese stay
    readable. Bars start at zero; long category names make bars and points lie down.
    """
    names = list(dict.fromkeys(plain(x) for s in chart.series for x in s.x if isinstance(x, str)))
    hot = chart.kind == "heat"
    lying = not hot and chart.kind != "line" and bool(names) and _crowded(names, width)
    title = wrap(chart.title, (width - 8) / (1.15 * _TITLE), lines=3)  # bold is wider
    explained = [] if hot else key.rows(_key(chart), width)
    head = _ROW * (len(title) + len(explained) + 1) + 12
    body = heat.height(chart) if hot else _body(chart, names, lying, width)

    figure = Figure(figsize=(width / 72, (head + body) / 72), dpi=72)
    figure.set_layout_engine("constrained", rect=(0, 0, 1, body / (head + body)), w_pad=3 / 72, h_pad=2 / 72)
    axes = figure.add_subplot()
    if hot:
        heat.draw(axes, chart, width)
    else:
        _series(axes, chart, names, lying)
        _frame(axes, chart, names, lying, width)
    above, below = (chart.x_label, f"{chart.y_label} →") if lying else (f"↑ {chart.y_label}", chart.x_label)
    if hot:
        above = f"{chart.y_label}: green above 0, red below"
    elif not lying and not names:
        below = f"{below} →"
    axes.set_xlabel(plain(below), loc="right", color=QUIET, fontsize=_TEXT)
    _head(figure, title, explained, plain(above))
    return figure


def _crowded(names: list[str], width: int) -> bool:
    """Whether category names would touch each other side by side."""
    slot = (width - 60) / len(names)
    return any(breadth(name) * _TEXT > slot - 8 for name in names)


def _body(chart: Chart, names: list[str], lying: bool, width: int) -> float:
    """Height of the axes with their labels."""
    if not lying:
        return min(max(width * 0.48, 220), 330)
    return len(names) * _lane(chart, names, width) + 50


def _lane(chart: Chart, names: list[str], width: int) -> int:
    """Height of one lying category."""
    bars = len(chart.series) if chart.kind in ("bar", "box") else 1
    two_lines = any(breadth(name) > _label_ems(width) for name in names)
    return max(36 if two_lines else 24, 12 * bars + 10)


def _label_ems(width: int) -> float:
    """How wide a category's name may be."""
    return width * 0.36 / _TEXT


def _series(axes: Axes, chart: Chart, names: list[str], lying: bool) -> None:
    """Everything that stands for a value."""
    place = {name: i for i, name in enumerate(names)}
    for i, series in enumerate(chart.series):
        x = [float(place[plain(v)]) if isinstance(v, str) else v for v in series.x]
        if chart.kind == "line":
            _line(axes, i, x, series)
        elif chart.kind == "bar":
            _bars(axes, i, x, series, len(chart.series), lying)
        elif chart.kind == "box":
            boxes.draw(axes, series, _colour(chart, i), *_side_by_side(i, x, len(chart.series)), lying)
        else:
            shift = (i - (len(chart.series) - 1) / 2) * 0.12 if names else 0.0
            _points(axes, i, [v + shift for v in x], series, lying)


def _line(axes: Axes, i: int, x: list[float], series: Series) -> None:
    colour = COLOURS[i % len(COLOURS)]
    if series.low and series.high:
        axes.fill_between(x, series.low, series.high, color=colour, alpha=0.16, linewidth=0)
    every = max(1, len(x) // 15)
    axes.plot(x, series.y, color=colour, markevery=every, linewidth=1.8, **_look(i))


def _points(axes: Axes, i: int, x: list[float], series: Series, lying: bool) -> None:
    colour = COLOURS[i % len(COLOURS)]
    _whiskers(axes, x, series, lying, colour)
    across, up = (series.y, x) if lying else (x, series.y)
    alpha = 0.5 if len(x) > 60 else 1.0
    axes.plot(across, up, color=colour, marker=MARKERS[i % len(MARKERS)], markersize=6, linestyle="none", alpha=alpha)


def _bars(axes: Axes, i: int, x: list[float], series: Series, of: int, lying: bool) -> None:
    centres, thick = _side_by_side(i, x, of)
    bar = axes.barh if lying else axes.bar
    bar(centres, series.y, 0.9 * thick, color=COLOURS[i % len(COLOURS)], alpha=0.8)
    _whiskers(axes, centres, series, lying, INK)


def _side_by_side(i: int, x: list[float], of: int) -> tuple[list[float], float]:
    """Where the bars of a series stand, and how thick they are."""
    gap = min((b - a for a, b in pairwise(sorted(set(x)))), default=1.0)
    thick = 0.76 * gap / of
    return [v + (i - (of - 1) / 2) * thick for v in x], thick


def _whiskers(axes: Axes, x: list[float], series: Series, lying: bool, colour: str) -> None:
    """Intervals, drawn as they are even where the value lies outside."""
    if series.low and series.high:
        (axes.hlines if lying else axes.vlines)(x, series.low, series.high, colors=colour, linewidth=1.2)


def _look(i: int) -> dict[str, Any]:
    """Marker and dash of a line."""
    return {"marker": MARKERS[i % len(MARKERS)], "markersize": 5, "linestyle": DASHES[i % len(DASHES)]}


def _frame(axes: Axes, chart: Chart, names: list[str], lying: bool, width: int) -> None:
    """Axes, grid and labels: no box, a line where zero or the floor is."""
    axes.tick_params(length=0, labelsize=_TEXT, labelcolor=QUIET, pad=6)
    for spine in axes.spines.values():
        spine.set_visible(False)
    values = axes.xaxis if lying else axes.yaxis
    axes.set_axisbelow(True)
    axes.margins(x=0.03)
    values.grid(color=LINE, linewidth=1)
    _round_ticks(values, max(4, width // 110) if lying else 5)
    if lying:
        _lying_names(axes, names, width, _lane(chart, names, width))
    elif names:
        _standing_names(axes, names, width)
    else:
        _round_ticks(
            axes.xaxis, max(4, width // 90), whole=all(float(v).is_integer() for s in chart.series for v in s.x)
        )
    if not any(series.y for series in chart.series):
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", color=QUIET)
        axes.set(xticks=[], yticks=[])
    if chart.kind == "bar":
        (axes.axvline if lying else axes.axhline)(0, color=INK, linewidth=1)
    else:
        axes.spines["left" if lying else "bottom"].set(visible=True, color=QUIET, linewidth=0.8)


def _round_ticks(axis: Axis, most: int, *, whole: bool = False) -> None:
    axis.set_major_locator(MaxNLocator(nbins=most, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    low, high = sorted(axis.get_view_interval())
    inside = [float(t) for t in axis.get_majorticklocs() if low <= t <= high]
    axis.set_ticks(inside, labels=ticks(inside))


def _lying_names(axes: Axes, names: list[str], width: int, lane: int) -> None:
    """Every category's name, each line of it a tick of its own: only single lines keep to the right in a browser."""
    places: list[float] = []
    labels: list[str] = []
    for i, name in enumerate(names):
        lines = wrap(name, _label_ems(width), 2)
        labels += lines
        places += [i + (k - (len(lines) - 1) / 2) * 15 / lane for k in range(len(lines))]
    axes.set_yticks(places, labels=labels, color=INK)
    axes.set_ylim(len(names) - 0.5, -0.5)


def _standing_names(axes: Axes, names: list[str], width: int) -> None:
    """Every category's name where they fit side by side, else every so many."""
    short = names if not _crowded(names, width) else [cut(name, 16) for name in names]
    widest = max(breadth(name) for name in short) * _TEXT + 8
    every = max(1, -(-int(widest * len(names)) // (width - 60)))
    axes.set_xticks(range(0, len(names), every), labels=short[::every], color=INK)
    axes.set_xlim(-0.5, len(names) - 0.5)


def _colour(chart: Chart, i: int) -> str:
    """Of a series; that of marks is no box's."""
    colours = boxes.COLOURS if chart.kind == "box" else COLOURS
    return colours[i % len(colours)]


def _key(chart: Chart) -> list[key.Entry]:
    """What the key explains: several series, and marks."""
    look: dict[str, Any] = {} if chart.kind == "line" else {"linestyle": "none", "markersize": 7}
    if chart.kind == "box":
        look |= {"marker": "s", "alpha": 0.6}
    entries = [(one.name, {**_look(i), **look, "color": _colour(chart, i)}) for i, one in enumerate(chart.series)]
    marks = [(chart.mark, {"color": boxes.MARK, "linewidth": 2.5})] if chart.mark else []
    return [*entries, *marks] if len(entries) > 1 or marks else []


def _head(figure: Figure, title: list[str], rows: list[key.Row], above: str) -> None:
    """Title, key and the label of the upright axis, in pixels from the top left."""
    width, height = figure.get_size_inches() * 72
    top = 0.0
    for words in title:
        figure.text(3 / width, 1 - (top + 15) / height, words, fontsize=_TITLE, weight="bold", color=INK)
        top += _ROW
    for row in rows:
        key.draw(figure, row, top)
        top += key.ROW
    figure.text(3 / width, 1 - (top + 16) / height, above, fontsize=_TEXT, color=QUIET)
