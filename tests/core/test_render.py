from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel
from rich.console import Console

from hanok.core.charts import png
from hanok.core.render import slug, to_html, to_text, write
from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.core.summarise import compare, summarise
from hanok.core.summary import Cost, Dropped, Failure, Figure, Interval, Slice, Summary

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&\x1b[31m{{ 7 * 7 }}"
CHART = Chart(title="Hit rate", kind="bar", x_label="language", y_label="hit@1", series=[], note="by language")


class Question(BaseModel):
    text: str


@pytest.fixture(scope="module")
def summary() -> Summary:
    n = 400
    hits = (np.arange(n) % 10 > 0).astype(float)
    chart = CHART.model_copy(update={"series": [Series(name="s", x=["ko", "en"], y=[0.9, 0.8])]})
    report = Report(
        [
            Measure("hit@1", hits, baseline=np.zeros(n), about="first answer right"),
            Measure("latency", np.linspace(1.0, 2.0, n), maximize=False, unit="ms"),
        ],
        items=[Question(text=f"환불은 어떻게 하나요? {i}") for i in range(n)],
        expected=["환불"] * n,
        predicted=["환불" if hit else "배송" for hit in hits],
        slices={"language": ["ko", "en"] * (n // 2)},
        charts=[chart, chart],
        tables=[Grid(title="confusions", columns=["expected", "times", "share"], rows=[["환불", 12, 0.123456]])],
        notes=["stopped early"],
    )
    slower = Report([Measure("hit@1", 1 - hits), Measure("latency", np.linspace(0.5, 1.5, n), maximize=False)])
    found = summarise(report, system="faq", fold="held-out")
    found.differences += compare(report, slower, against="champion")
    found.cost = Cost(latency_p50=2.345678, size=4_823_112, training=83.2)
    found.dropped = [Dropped(where=f"faq.csv:{i}", reason="no answer") for i in range(50)]
    return found


class _Page(HTMLParser):
    """Notes every tag, attribute and piece of text, and that tags close in order."""

    VOID = frozenset({"meta", "br", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def test_the_page_needs_nothing_else(summary: Summary) -> None:
    text = to_html(summary)
    page = _Page(text)
    loads = [value for name, value in page.attributes if name in ("src", "href", "action", "data", "srcset")]
    assert all(value.startswith(("#", "data:")) for value in loads)
    assert set(re.findall(r"https?://[^\"\s]*", text)) <= {"http://www.w3.org/2000/svg"}
    assert not {"script", "link", "iframe", "object"} & set(page.tags)
    assert "@import" not in text
    assert "prefers-color-scheme: dark" in text


def test_the_page_says_what_the_summary_says(summary: Summary) -> None:
    shown = _Page(to_html(summary)).text
    for words in (
        "hit@1", ".900", "first answer right", "trivial", "Against champion", "better", "worse", "1.50\u00a0ms",
        "환불은 어떻게 하나요?", "expected", "said", "confusions", ".123", "4.82 MB", "1 min 23 s", "no answer",
        "and 30 more", "stopped early", "The numbers behind it", "Hit rate", "by language",
    ):  # fmt: skip
        assert words.replace("\u00a0", " ") in shown.replace("\u00a0", " "), words
    assert not re.search(r"\d\.\d{3,}|(?<!\d)\.(?!0)\d{4,}", shown)  # no more than three significant digits


def test_ids_on_the_page_are_unique(summary: Summary) -> None:
    ids = [value for name, value in _Page(to_html(summary)).attributes if name == "id"]
    assert len(ids) == len(set(ids)) > 0


def test_hostile_text_stays_text() -> None:
    hostile = Summary(
        system=EVIL,
        fold=EVIL,
        figures=[Figure(name=EVIL, about=EVIL, unit=EVIL, value=0.5, low=0.4, high=0.6, n=9, baseline=0.1)],
        slices=[Slice(by=EVIL, group=EVIL, figure=Interval(value=0.5, low=0.4, high=0.6, n=9))],
        failures=[Failure(item={EVIL: EVIL, "list": [EVIL]}, expected=EVIL, predicted=EVIL)],
        charts=[Chart(title=EVIL, x_label=EVIL, y_label=EVIL, series=[Series(name=EVIL, x=[EVIL], y=[1])], note=EVIL)],
        tables=[Grid(title=EVIL, columns=[EVIL], rows=[[EVIL]], note=EVIL)],
        notes=[EVIL],
        dropped=[Dropped(where=EVIL, reason=EVIL)],
    )
    page = _Page(to_html(hostile))
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in page.text
    out = io.StringIO()
    to_text(hostile, Console(file=out, width=100))
    assert "\x1b" not in out.getvalue()


def test_the_least_summary_is_a_page() -> None:
    one = Summary(system="s", fold="f", figures=[Figure(name="m", value=3.0, low=3.0, high=3.0, n=1, unit="words")])
    shown = _Page(to_html(one)).text
    assert "On 1 item" in shown
    assert "[3.00" not in shown
    assert not {"Charts", "Cost", "Notes", "Left out"} & set(_Page(to_html(one)).words)


def test_pictures_of_failures_are_shown() -> None:
    picture = base64.b64encode(png(CHART)).decode()
    sound = base64.b64encode(b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 60).decode()
    failure = Failure(item={"photo": picture, "voice": sound, "text": "iVBORw0KGgo" * 9}, expected="a", predicted="b")
    figure = Figure(name="m", value=0.5, low=0.4, high=0.6, n=9)
    attributes = _Page(to_html(Summary(system="s", fold="f", figures=[figure], failures=[failure]))).attributes
    assert [v[:15] for name, v in attributes if name == "src"] == ["data:image/png;", "data:audio/wav;"]


def test_the_terminal_shows_figures_differences_failures_and_cost(summary: Summary) -> None:
    out = io.StringIO()
    to_text(summary, Console(file=out, width=120))
    shown = out.getvalue().replace("\u00a0", " ")
    for words in (
        "faq on held-out",
        ".900",
        "1.50 ms",
        "against champion",
        "worse",
        "환불은",
        "4.82 MB",
        "50 rows left out",
    ):
        assert words in shown


def test_a_folder_holds_page_json_and_charts(summary: Summary, tmp_path: Path) -> None:
    page = write(summary, tmp_path / "report")
    names = {path.name for path in page.parent.iterdir()}
    assert names == {"report.html", "report.json", *(f"hit-rate{i}.{s}" for i in ("", "-2") for s in ("svg", "png"))}
    assert Summary.model_validate_json((page.parent / "report.json").read_text("utf-8")) == summary
    assert json.loads((page.parent / "report.json").read_text("utf-8"))["system"] == "faq"
    assert page.read_text("utf-8") == to_html(summary)


@pytest.mark.parametrize(
    ("title", "name"), [("../../etc", "etc"), ("", "chart"), ("***", "chart"), ("한" * 99, "한" * 60)]
)
def test_titles_become_safe_file_names(title: str, name: str) -> None:
    assert slug(title, []) == name
