from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hanok.core.run import Progress
from hanok.store.job import POINTS, point, thin


def curve(stages: list[tuple[str, int]]):
    steps = [Progress(stage, step) for stage, steps in stages for step in range(steps)]
    return [point(progress, n, at=0.0) for n, progress in enumerate(steps)]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 900)), max_size=5))
def test_a_thinned_curve_is_short_ordered_and_keeps_both_ends_of_every_stage(stages) -> None:
    whole = curve([(f"{name}{i}", steps) for i, (name, steps) in enumerate(stages)])
    short = thin(whole)
    assert len(short) <= POINTS
    places = [whole.index(p) for p in short]
    assert places == sorted(places)
    if whole:
        assert (short[0], short[-1]) == (whole[0], whole[-1])
    assert {p["stage"] for p in short} == {p["stage"] for p in whole}


def test_a_curve_that_grows_for_long_still_begins_at_the_beginning() -> None:
    points = []
    for step in range(10_000):
        points = thin([*points, point(Progress("fit", step), step, at=0.0)])
    assert points[0]["step"] == 0
    assert points[-1]["step"] == 9_999
    assert POINTS // 2 <= len(points) <= POINTS
    steps = [p["step"] for p in points]
    gaps = [b - a for a, b in pairwise(steps)]
    assert max(gaps) <= 4 * 10_000 / POINTS


def test_hundreds_of_stages_of_one_point_stay_bounded() -> None:
    assert len(thin(curve([(str(i), 1) for i in range(2000)]))) == POINTS
