from __future__ import annotations

from typing import Annotated

import numpy as np
import pytest
from pydantic import BaseModel

from hanok.core.marks import Media
from hanok.core.problem import Problem
from hanok.core.report import Measure, Report
from hanok.core.summarise import TRIVIAL, compare, summarise
from hanok.core.summary import Summary


class Question(BaseModel):
    text: str
    photo: Annotated[bytes, Media("image/*")] = b""


def _report(n: int = 60, **parts: object) -> Report:
    hits = (np.arange(n) % 4 > 0).astype(float)
    measures = [
        Measure("hit@1", hits, baseline=np.zeros(n), about="first answer right"),
        Measure("latency", np.linspace(1, 3, n), maximize=False, unit="ms"),
    ]
    given = {
        "items": [Question(text=f"질문 {i}") for i in range(n)],
        "expected": ["a"] * n,
        "predicted": ["a" if hit else "b" for hit in hits],
        "slices": {"language": ["ko" if i < 40 else "en" if i < 57 else "ja" for i in range(n)]},
    }
    return Report(measures, **{**given, **parts})  # type: ignore[arg-type]


def test_figures_carry_intervals_and_baselines() -> None:
    summary = summarise(_report(), system="faq", fold="held-out")
    hit, latency = summary.figures
    assert (hit.value, hit.baseline, hit.n) == (0.75, 0.0, 60)
    assert hit.low < 0.75 < hit.high
    assert (latency.unit, latency.maximize, latency.baseline) == ("ms", False, None)
    assert [(d.name, d.against, d.better) for d in summary.differences] == [("hit@1", TRIVIAL, True)]


def test_the_summary_survives_json() -> None:
    summary = summarise(_report(), system="faq", fold="held-out")
    assert Summary.model_validate_json(summary.model_dump_json()) == summary


def test_small_groups_are_left_out_and_the_worst_comes_first() -> None:
    hits = np.array([1.0] * 10 + [0.0] * 8 + [0.0] * 4)
    labels = ["good"] * 10 + ["bad"] * 8 + ["small"] * 4
    summary = summarise(Report([Measure("hit", hits)], slices={"kind": labels}), system="s", fold="f")
    assert [(s.by, s.group, s.figure.value, s.figure.n) for s in summary.slices] == [
        ("kind", "bad", 0.0, 8),
        ("kind", "good", 1.0, 10),
    ]


def test_where_less_is_better_the_largest_group_value_is_the_worst() -> None:
    errors = np.repeat([0.1, 0.9], 6)
    report = Report([Measure("cer", errors, maximize=False)], slices={"speaker": ["a"] * 6 + ["b"] * 6})
    assert [s.group for s in summarise(report, system="s", fold="f").slices] == ["b", "a"]


def test_at_most_thirty_groups() -> None:
    values = np.repeat(np.arange(40.0), 5)
    report = Report([Measure("m", values)], slices={"g": [str(int(v)) for v in values]})
    assert [s.group for s in summarise(report, system="s", fold="f").slices] == [str(i) for i in range(30)]


def test_groups_on_which_a_statistic_is_undefined_are_counted() -> None:
    def precision(rows: np.ndarray) -> float:
        return float(rows[rows[:, 1] > 0, 0].mean()) if rows[:, 1].any() else float("nan")

    rows = np.array([[1.0, 1.0]] * 6 + [[0.0, 0.0]] * 6)
    report = Report([Measure("p", rows, statistic=precision)], slices={"g": ["a"] * 6 + ["b"] * 6})
    summary = summarise(report, system="s", fold="f")
    assert [s.group for s in summary.slices] == ["a"]
    assert summary.notes == ["p is undefined on 1 of the groups, which are not shown."]


def test_failures_are_the_worst_items_answered_wrongly() -> None:
    rank = np.array([1.0, 0.5, 0.2, 0.0, 0.3])
    report = Report(
        [Measure("rr", rank)],
        items=[Question(text=str(i)) for i in range(5)],
        expected=["x"] * 5,
        predicted=["x", "y", "y", "x", "y"],
    )
    summary = summarise(report, system="s", fold="f")
    assert [f.item["text"] for f in summary.failures] == ["2", "4", "1"]
    assert [e["text"] for e in summary.examples] == ["0", "3"]


def test_examples_are_the_best_items_where_none_is_right_as_a_whole() -> None:
    items = [Question(text=str(i)) for i in range(4)]
    lists = Report(
        [Measure("ndcg", np.array([0.1, 0.9, 0.5, 0.7]))], items=items, expected=["a, b"] * 4, predicted=["b, a"] * 4
    )
    assert [e["text"] for e in summarise(lists, system="s", fold="f").examples] == ["1", "3", "2"]


def test_twelve_failures_and_three_examples_are_enough() -> None:
    summary = summarise(_report(200), system="s", fold="f")
    assert len(summary.failures) == 12
    assert [e["text"] for e in summary.examples] == ["질문 1", "질문 2", "질문 3"]


def test_large_media_is_left_out_with_a_note() -> None:
    photos = [Question(text="large", photo=b"x" * 60_000), Question(text="small", photo=b"x" * 40_000)]
    report = Report([Measure("hit", np.zeros(2))], items=photos, expected=["a", "a"], predicted=["b", "b"])
    summary = summarise(report, system="s", fold="f")
    assert [set(f.item) for f in summary.failures] == [{"text"}, {"text", "photo"}]
    assert "50 kB" in summary.notes[0]


def test_an_example_is_whole() -> None:
    photos = [Question(text="large", photo=b"x" * 60_000), Question(text="small", photo=b"x")]
    summary = summarise(Report([Measure("hit", np.ones(2))], items=photos), system="s", fold="f")
    assert [e["text"] for e in summary.examples] == ["small"]


def test_comparing_a_report_with_itself_shows_no_difference() -> None:
    report = _report()
    for difference in compare(report, report, against="champion"):
        assert (difference.value, difference.low, difference.high, difference.better) == (0.0, 0.0, 0.0, False)
        assert difference.against == "champion"


def test_less_is_better_where_a_measure_is_minimised() -> None:
    slow, fast = (Report([Measure("latency", np.linspace(1, 2, 50) + d, maximize=False)]) for d in (1.0, 0.0))
    [faster], [slower] = compare(fast, slow, against="slow"), compare(slow, fast, against="fast")
    assert (faster.value, faster.better) == (pytest.approx(-1.0), True)
    assert (slower.value, slower.better) == (pytest.approx(1.0), False)


def test_measures_that_only_one_report_has_are_not_compared() -> None:
    ours = Report([Measure("a", np.ones(9)), Measure("b", np.ones(9))])
    theirs = Report([Measure("b", np.zeros(9)), Measure("c", np.ones(9))])
    assert [d.name for d in compare(ours, theirs, against="x")] == ["b"]


def test_other_items_cannot_be_compared() -> None:
    with pytest.raises(Problem, match="same items"):
        compare(_report(), _report(expected=["z"] * 60), against="champion")
    with pytest.raises(Problem, match="measure 'hit@1'"):
        compare(_report(60, expected=()), _report(61, expected=()), against="champion")


def test_a_trivial_answer_without_a_figure_is_not_compared() -> None:
    def precision(rows: np.ndarray) -> float:
        return float(rows[rows >= 0].mean()) if (rows >= 0).any() else float("nan")

    never = Measure("p", np.ones(9), baseline=-np.ones(9), statistic=precision)
    summary = summarise(Report([never]), system="s", fold="f")
    assert summary["p"].baseline is None
    assert summary.differences == []


@pytest.mark.parametrize(
    "report",
    [
        Report([]),
        Report([Measure("a", np.ones(3)), Measure("b", np.ones(4))]),
        Report([Measure("a", np.ones(3))], slices={"g": ["x"]}),
        Report([Measure("a", np.ones(3))], predicted=["x"]),
        Report([Measure("a", np.array([1.0, np.nan]))]),
        Report([Measure("a", np.array([]))]),
    ],
)
def test_a_report_that_does_not_hold_together_is_refused(report: Report) -> None:
    with pytest.raises(Problem):
        summarise(report, system="s", fold="f")
