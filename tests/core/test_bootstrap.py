from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hanok.core.bootstrap import interval, paired
from hanok.core.problem import Problem

items = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e6, 1e6))


@settings(max_examples=50, deadline=None)
@given(items)
def test_the_mean_lies_within_its_interval(values: np.ndarray) -> None:
    found = interval(values, resamples=100)
    assert found.low <= found.value <= found.high
    assert found.value == values.mean()
    assert found.n == len(values)


@settings(max_examples=30, deadline=None)
@given(items)
def test_a_model_does_not_differ_from_itself(values: np.ndarray) -> None:
    for statistic in (None, lambda rows: float(np.median(rows))):
        found = paired(values, values, statistic, resamples=50)
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("draw", ["hits", "grades", "skewed", "median"])
def test_about_95_percent_of_the_intervals_cover_the_truth(draw: str) -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for seed in range(400):
        if draw == "hits":
            truth, found = 0.3, interval(rng.random(200) < 0.3, seed=seed, resamples=400)
        elif draw == "grades":
            truth, found = 2.0, interval(rng.integers(0, 5, (100, 2)), seed=seed, resamples=400)
        elif draw == "skewed":
            truth, found = 1.0, interval(rng.exponential(size=150), seed=seed, resamples=400)
        else:
            values = rng.normal(size=101)
            truth, found = 0.0, interval(values, lambda rows: float(np.median(rows)), seed=seed, resamples=400)
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 400 <= 0.98  # three standard errors; percentile intervals run a little narrow


def test_drawing_counts_of_distinct_values_gives_the_interval_that_drawing_items_gives() -> None:
    hits = np.repeat([1.0, 0.0], [700, 300])
    by_counts, by_items = interval(hits, resamples=20_000), interval(hits, lambda rows: float(rows.mean()))
    assert by_counts.low == pytest.approx(by_items.low, abs=0.004)
    assert by_counts.high == pytest.approx(by_items.high, abs=0.004)


def test_the_seed_decides() -> None:
    values = np.random.default_rng(0).random(50)
    assert interval(values, seed=3) == interval(values, seed=3)
    assert interval(values, seed=3) != interval(values, seed=4)


def test_pairing_narrows_the_interval() -> None:
    rng = np.random.default_rng(1)
    hard = rng.normal(size=300)
    ours, theirs = hard + 0.1 + rng.normal(0, 0.05, 300), hard + rng.normal(0, 0.05, 300)
    together = paired(ours, theirs)
    assert together.low > 0
    assert together.high - together.low < 0.2 * (interval(ours).high - interval(ours).low)


def test_a_difference_of_statistics_is_drawn_on_the_same_items() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(200, 1))
    found = paired(values + 1.0, values, lambda rows: float(np.median(rows)))
    assert found.low == pytest.approx(1.0)
    assert found.high == pytest.approx(1.0)


def test_many_items_are_drawn_in_pieces() -> None:
    values = np.random.default_rng(0).random(200_003)
    found = interval(values, resamples=20)
    assert found.high - found.low < 0.01


@pytest.mark.parametrize("values", [[4.0], [0.1] * 7, [[1.0, 2.0]] * 3])
def test_what_shows_no_spread_has_no_width(values: list[float]) -> None:
    found = interval(values)
    assert found.low == found.value == found.high


@pytest.mark.parametrize(
    ("values", "code"),
    [([], "no_items"), (3.0, "no_items"), ([1.0, np.nan], "not_finite"), ([[1.0, np.inf]], "not_finite")],
)
def test_what_cannot_be_averaged_is_refused(values: object, code: str) -> None:
    with pytest.raises(Problem) as problem:
        interval(values)  # type: ignore[arg-type]
    assert problem.value.code == code


def _share_of_marked(rows: np.ndarray) -> float:
    marked = rows[rows[:, 1] > 0, 0]
    return float(marked.mean()) if len(marked) else float("nan")


def test_resamples_without_a_value_are_left_out() -> None:
    values = np.zeros((20, 2))
    values[:3] = [[1, 1], [0, 1], [1, 1]]
    found = interval(values, _share_of_marked)
    assert 0 <= found.low < found.value < found.high <= 1


def test_a_statistic_without_a_value_is_refused() -> None:
    with pytest.raises(Problem, match="no value on these items"):
        interval(np.zeros((20, 2)), _share_of_marked)


def test_different_items_are_not_paired() -> None:
    with pytest.raises(Problem, match=r"\(2,\) against \(3,\)"):
        paired([1.0, 2.0], [1.0, 2.0, 3.0])
