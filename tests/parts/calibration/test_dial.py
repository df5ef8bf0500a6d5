from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.calibration import dial, wilson

scored = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=300)


@given(scored)
def test_each_place_counts_what_it_lets_through(given: list[tuple[int, bool]]) -> None:
    scores, right = np.array([score / 40 for score, _ in given]), np.array([good for _, good in given])
    chart = dial(scores, right)
    found = chart.dial
    assert found is not None
    for at, through, good in zip(found.at, found.through, found.right, strict=True):
        assert through == (scores >= at).sum()
        assert good == right[scores >= at].sum()
    assert found.at == sorted(found.at, reverse=True)
    assert len(found.at) <= 40
    assert (found.at[-1], found.n) == (scores.min(), len(given))


def test_its_chart_is_precision_with_its_interval_by_coverage() -> None:
    (series,) = dial(np.array([0.9, 0.8, 0.3]), np.array([True, True, False])).series
    assert series.x == pytest.approx([1 / 3, 2 / 3, 1])
    assert series.y == pytest.approx([1, 1, 2 / 3])
    assert series.low == pytest.approx(wilson([1, 2, 2], [1, 2, 3]).low.tolist())
