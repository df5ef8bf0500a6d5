from __future__ import annotations

import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from subprocess import run
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from hanok.core.boxes import FEW, boxed
from hanok.core.charts import png, svg, table
from hanok.core.ink import LIGHT
from hanok.core.report import Chart, Series

LONG = [
    "환불은 어떻게 하나요? 부분 취소도 가능한가요?",
    "注文をキャンセルしたい場合の手続きについて",
    "delivery_address",
]


def _chart(kind: str = "line", x: list[float] | list[str] | None = None, series: int = 2, **more: str) -> Chart:
    places = [1.0, 2.0, 3.0] if x is None else x
    y = [0.2 + 0.1 * i for i in range(len(places))]
    low, high = [v - 0.05 for v in y], [v + 0.05 for v in y]
    boxes = {"least": low, "most": high, "beyond": [[v + 0.2] for v in y], "mark": y} if kind == "box" else {}
    rows = [Series(name=f"series {i}", x=places, y=y, low=low, high=high, **boxes) for i in range(series)]  # type: ignore[arg-type]
    labels = {"title": "Learning", "x_label": "epoch", "y_label": "loss (nats)", **more}
    return Chart(kind=kind, series=rows, **labels)  # type: ignore[arg-type]


EVERY = [
    _chart(kind, x, series)  # type: ignore[arg-type]
    for kind in ("line", "bar", "scatter", "heat", "box")
    for x in (None, ["ko", "en", "ja"], LONG, [f"class {i}" for i in range(90)], [], [5.0])
    for series in (0, 1, 8)
]


@pytest.mark.parametrize("chart", EVERY, ids=lambda c: f"{c.kind}-{len(c.series)}")
@pytest.mark.parametrize("width", [358, 720])
def test_every_chart_is_well_formed_and_says_what_it_shows(chart: Chart, width: int) -> None:
    root = ElementTree.fromstring(svg(chart, width=width))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("role"), root.get("width")) == ("img", str(width))
    assert "Learning" in root.get("aria-label", "")
    text = " ".join("".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text"))
    assert "Learning" in text
    assert "loss (nats)" in text
    assert "epoch" in text


def test_equal_charts_give_equal_bytes_also_from_threads() -> None:
    charts = [_chart(kind) for kind in ("line", "bar", "scatter", "box")] * 3
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(svg, charts))
    assert drawn[:4] * 3 == drawn
    assert drawn[:4] == [svg(chart) for chart in charts[:4]]
    assert png(charts[0]) == png(_chart("line"))


def test_colours_come_from_the_page() -> None:
    drawn = svg(_chart(series=6))
    assert "var(--celadon, #2F7D6B)" in drawn
    assert "var(--ink, #1B1D20)" in drawn
    bare = re.sub(r"var\([^)]*\)", "", drawn)
    assert not re.search(r"(?:fill|stroke)=\"#", bare)
    assert "<style" not in drawn
    assert "style=" not in drawn


def test_a_file_needs_no_variables() -> None:
    drawn = svg(_chart(), themed=False)
    assert "var(" not in drawn
    assert LIGHT["celadon"].lower() in drawn


def test_ids_of_several_drawings_differ_and_references_hold() -> None:
    drawings = [svg(_chart("line")), svg(_chart("bar")), svg(_chart("line"), prefix="again-")]
    ids = [set(re.findall(r'\bid="([^"]+)"', drawing)) for drawing in drawings]
    assert not ids[0] & ids[1]
    assert not ids[0] & ids[2]
    for found, drawing in zip(ids, drawings, strict=True):
        assert found
        assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', drawing)) == found


def test_a_drawing_loads_nothing() -> None:
    assert set(re.findall(r"https?://[^\"]*", svg(_chart()))) == {"http://www.w3.org/2000/svg"}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=30))
def test_any_text_may_label_a_chart(text: str) -> None:
    chart = _chart("bar", [text, "<script>alert(1)</script>", "$x_{$"], 2, title=text, y_label=f"{text}]]>&")
    drawn = svg(chart)
    ElementTree.fromstring(drawn)
    assert "<script" not in drawn


def test_dollars_are_money() -> None:
    assert "$5 or $6" in svg(_chart(title="$5 or $6"))


def test_bars_start_at_zero() -> None:
    chart = Chart(title="t", kind="bar", x_label="x", y_label="y", series=[Series(name="s", x=["a", "b"], y=[98, 99])])
    labels = re.findall(r"<text[^>]*>([^<]+)</text>", svg(chart))
    assert "0" in labels


def test_long_names_lie_under_each_other() -> None:
    short, long = _chart("bar", ["ko", "en", "ja"], 1), _chart("bar", LONG, 1)
    assert "↑ loss (nats)" in svg(short)
    assert "loss (nats) →" in svg(long)
    ends = re.findall(r'text-anchor="end" fill="var\(--ink[^>]* x="([\d.]+)" y="([\d.]+)"', svg(long))
    assert len({x for x, _ in ends}) == 1
    heights = sorted(float(y) for _, y in ends)
    assert all(b - a >= 12 for a, b in pairwise(heights))


def test_an_interval_that_leaves_its_value_out_is_drawn_as_it_is() -> None:
    series = Series(name="s", x=["a", "b"], y=[1.0, 2.0], low=[1.5, 1.0], high=[1.8, 1.2])
    for kind in ("bar", "line", "scatter"):
        svg(Chart(title="t", kind=kind, x_label="x", y_label="y", series=[series]))  # type: ignore[arg-type]


def test_the_png_is_twice_as_fine_and_opaque() -> None:
    image = Image.open(io.BytesIO(png(_chart(), width=360)))
    assert 720 <= image.width <= 800
    assert image.convert("RGBA").getpixel((1, 1)) == (255, 255, 255, 255)


def test_the_table_behind_a_chart() -> None:
    grid = table(_chart(series=2))
    assert grid.columns == ["epoch", "series 0", "series 1"]
    assert grid.rows[0] == ["1", ".200 [.150, .250]", ".200 [.150, .250]"]


def test_the_table_of_series_at_different_places_has_a_row_for_each_point() -> None:
    series = [Series(name="a", x=[1], y=[2]), Series(name="b", x=[3, 4], y=[5, 6])]
    grid = table(Chart(title="t", x_label="x", y_label="y", series=series))
    assert grid.rows == [["a", "1", "2.00"], ["b", "3", "5.00"], ["b", "4", "6.00"]]
    assert table(Chart(title="t", x_label="x", y_label="y", series=[])).rows == []


@pytest.mark.parametrize("broken", [{"y": [1.0]}, {"low": [0.0]}, {"y": [1.0, float("nan")]}, {"beyond": [[1.0]]}])
def test_series_that_cannot_be_drawn_are_refused(broken: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Series(**{"name": "s", "x": [1.0, 2.0], "y": [1.0, 2.0], **broken})  # type: ignore[arg-type]


def test_drawing_leaves_matplotlib_as_it_was() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    svg(_chart())
    assert dict(mpl.rcParams) == before


def test_matplotlib_is_imported_when_something_is_drawn() -> None:
    heavy = "{'matplotlib', 'jinja2', 'rich'}"
    program = f"import sys, hanok.core.charts, hanok.core.render; print({heavy} & set(sys.modules))"
    assert run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip() == "set()"


def test_a_heat_map_shows_by_colour_and_opacity_what_its_table_says() -> None:
    rows = [Series(name="skin", x=["a", "b"], y=[0.5, -0.25]), Series(name="lung", x=["b", "a"], y=[0.0, 0.125])]
    chart = Chart(title="t", kind="heat", x_label="drug", y_label="similarity", series=rows)
    drawn = svg(chart)
    cells = re.findall(r'fill="var\(--(celadon|vermilion)[^>]*?(?:fill-)?opacity="([\d.]+)"', drawn)
    assert {(colour, float(opacity)) for colour, opacity in cells} >= {("vermilion", 0.5), ("celadon", 0.25)}
    labels = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert {"skin", "lung", "a", "b", "similarity: green above 0, red below"} <= set(labels)
    assert table(chart).columns == ["series", "drug", "similarity"]


# -- boxes -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_a_box_is_in_order_and_nothing_lies_outside_but_what_is_said(values: list[float]) -> None:
    box = boxed("s", {"a": values})
    assert box.least
    assert box.low
    assert box.high
    assert box.most
    assert box.beyond is not None
    ends = [box.least[0], box.low[0], box.y[0], box.high[0], box.most[0]]
    assert ends == sorted(ends)
    outside = [value for value in values if not ends[0] <= value <= ends[-1]]
    assert len(box.beyond[0]) == min(FEW, len(outside))
    assert set(box.beyond[0]) <= set(outside)
    if outside:
        assert max(outside, key=lambda value: abs(value - ends[2])) in box.beyond[0]


def _boxes(names: list[str], mark: str = "trained end") -> Chart:
    rows = [boxed(name, {x: [1, 2, 3, 4, 30 + i] for x in names}, [5.0] * len(names)) for i, name in enumerate("ab")]
    return Chart(title="Reach", kind="box", x_label="layer", y_label="largest", series=rows, mark=mark)


def test_marks_of_boxes_are_explained_and_have_a_colour_of_their_own() -> None:
    drawn = svg(_boxes(["x", "y"]))
    assert {"a", "b", "trained end"} <= set(re.findall(r"<text[^>]*>([^<]+)</text>", drawn))
    assert drawn.count("var(--vermilion") == 5  # two boxes of two rows, and the key
    assert "largest →" in svg(_boxes(LONG))


def test_the_table_behind_boxes_has_a_row_for_each() -> None:
    grid = table(_boxes(["x", "y"]))
    assert grid.columns[:2] == ["layer", ""]
    assert grid.columns[-2:] == ["trained end", "furthest outliers"]
    assert grid.rows[0] == ["x", "a", "1.00", "2.00", "3.00", "4.00", "4.00", "5.00", "[30.0, 30.0]"]
    assert [row[:2] for row in grid.rows] == [["x", "a"], ["x", "b"], ["y", "a"], ["y", "b"]]
    assert "trained end" not in table(_boxes(["x"], mark="")).columns
