"""Charts drawn: an SVG that takes its colours from the page, a PNG, and the table behind both."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import RLock
from typing import TYPE_CHECKING

from hanok.core.ink import LIGHT, tidy
from hanok.core.numbers import NONE, number, span, ticks
from hanok.core.report import Chart, Grid, Series
from hanok.core.words import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 720
_FONTS = ("Pretendard", "Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", "NanumGothic")
_DRAWING = RLock()  # matplotlib's settings are the process's, not the thread's


def svg(chart: Chart, *, width: int = WIDTH, prefix: str = "", themed: bool = True) -> str:
    """The chart as one ``<svg>`` element, text as text; equal charts give equal bytes.

    Parameters
    ----------
    chart : Chart
        What to draw.
    width : int
        In pixels; the height follows from what is in it.
    prefix : str
        Put before the ids inside; by default made from the chart, so that different charts may stand in one page.
    themed : bool
        Colours are the CSS variables ``--ink``, ``--line``, ``--celadon`` ..., with the light ones where the page has
        none. Off for files: many drawing programs know no variables.

    Example
    -------
    >>> chart = Chart(title="Learning", x_label="epoch", y_label="loss", series=[Series(name="a", x=[1, 2], y=[3, 2])])
    >>> svg(chart).startswith("<svg")
    True
    """
    with _matplotlib():
        out = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        _draw(chart, width).savefig(out, format="svg", transparent=True, metadata=nothing)
    own = hashlib.sha256(f"{width} {themed} {chart.model_dump_json()}".encode()).hexdigest()[:8]
    label = plain(f"{chart.title}: {chart.y_label} by {chart.x_label}")
    return tidy(out.getvalue(), prefix=prefix or f"c{own}-", label=label, themed=themed)


def png(chart: Chart, *, width: int = WIDTH) -> bytes:
    """The chart as a PNG, twice as fine, in the light colours on white."""
    with _matplotlib():
        out = io.BytesIO()
        _draw(chart, width).savefig(
            out,
            format="png",
            dpi=144,
            facecolor=LIGHT["card"],
            bbox_inches="tight",
            pad_inches=1 / 6,
            metadata={"Software": None},
        )
    return out.getvalue()


def table(chart: Chart) -> Grid:
    """The numbers behind the chart: a row for each place on the x axis, or for each point where the series differ.

    Boxes have a row each.

    Example
    -------
    >>> chart = Chart(title="Learning", x_label="epoch", y_label="loss", series=[Series(name="a", x=[1, 2], y=[3, 2])])
    >>> table(chart).columns, table(chart).rows
    (['epoch', 'loss'], [['1', '3.00'], ['2', '2.00']])
    """
    if chart.kind == "box":
        return _boxes(chart)
    places = [_places(series) for series in chart.series]
    if all(p == places[0] for p in places):
        single = len(chart.series) == 1
        cells = [[_cell(s, i) for s in chart.series] for i in range(len(places[0]) if places else 0)]
        columns = [chart.x_label, *([chart.y_label] if single else [s.name for s in chart.series])]
        rows = [[place, *values] for place, values in zip(places[0] if places else [], cells, strict=True)]
    else:
        columns = ["series", chart.x_label, chart.y_label]
        rows = [[s.name, p, _cell(s, i)] for s, ps in zip(chart.series, places, strict=True) for i, p in enumerate(ps)]
    return Grid(title=chart.title, columns=columns, rows=[list(row) for row in rows], note=chart.note)


def _boxes(chart: Chart) -> Grid:
    """Everything that is drawn of each box, those of one place below each other."""
    parts = ["low whisker", "lower quartile", "median", "upper quartile", "high whisker"]
    marks = [chart.mark] if chart.mark else []
    rows: dict[str, list[list[str | int | float | None]]] = {}
    for series in chart.series:
        numbers = [series.least, series.low, series.y, series.high, series.most, *([series.mark] if marks else [])]
        for i, place in enumerate(_places(series)):
            cells = [number(part[i]) if part else NONE for part in numbers]
            far = series.beyond[i] if series.beyond else []
            outliers = span(far[0], far[-1]) if far else NONE
            rows.setdefault(place, []).append([place, series.name, *cells, outliers])
    columns = [chart.x_label, "", *parts, *marks, "furthest outliers"]
    return Grid(
        title=chart.title, columns=columns, rows=[row for found in rows.values() for row in found], note=chart.note
    )


def _places(series: Series) -> list[str]:
    """Where the points are on the x axis, in words."""
    numbers = [x for x in series.x if not isinstance(x, str)]
    return ticks(numbers) if numbers else [str(x) for x in series.x]


def _cell(series: Series, i: int) -> str:
    """A value with its interval."""
    if i >= len(series.y):
        return NONE
    interval = f" {span(series.low[i], series.high[i])}" if series.low and series.high else ""
    return number(series.y[i]) + interval


def _draw(chart: Chart, width: int) -> Figure:
    from hanok.core.plot import draw  # needs matplotlib

    return draw(chart, width)


@contextmanager
def _matplotlib() -> Iterator[None]:
    """Our settings, nobody else's, until the drawing is written."""
    from matplotlib import style

    settings = {
        "font.family": _fonts(),
        "font.size": 12,
        "svg.fonttype": "none",
        "svg.hashsalt": "hanok",
        "text.parse_math": False,  # "$5 or $6" is money
    }
    with _DRAWING, style.context(["default", settings]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # the browser has it, or shows a box too
        yield


@cache
def _fonts() -> list[str]:
    """Those of our fonts that are installed (matplotlib complains about others), then its own, which has every sign."""
    from matplotlib.font_manager import fontManager

    installed = set(fontManager.get_font_names())
    return [font for font in _FONTS if font in installed] + ["DejaVu Sans"]
