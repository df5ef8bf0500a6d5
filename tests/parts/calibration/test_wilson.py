from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from hanok.parts.calibration import threshold_for_precision, wilson


@given(st.integers(1, 5000), st.data())
def test_it_is_that_of_scipy(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    expected = binomtest(k, n).proportion_ci(method="wilson")
    assert [float(end) for end in wilson(k, n)] == pytest.approx([expected.low, expected.high])


def test_of_nothing_everything_is_possible() -> None:
    assert [float(end) for end in wilson(0, 0)] == [0, 1]


@pytest.mark.parametrize(("target", "n"), [(0.99, 381), (0.995, 765)])
def test_how_many_items_a_target_wants(target: float, n: int) -> None:
    for items, enough in ((n - 1, False), (n, True)):
        found = threshold_for_precision(np.ones(items), np.ones(items, bool), target, z=1.959964)
        assert np.isfinite(found) == enough


@given(st.integers(1, 400), st.integers(0, 1000), st.floats(0.5, 0.99))
def test_the_lower_end_reaches_the_target_and_no_lower_threshold_does(n: int, seed: int, target: float) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 20, n) / 20
    right = rng.uniform(size=n) < scores
    found = threshold_for_precision(scores, right, target, z=1.96)
    for threshold in np.unique(scores):
        kept = right[scores >= threshold]
        if threshold == found:
            assert wilson(kept.sum(), len(kept), 1.96).low >= target - 1e-9
        elif threshold < found:
            assert wilson(kept.sum(), len(kept), 1.96).low < target
