import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.calibration import reliability


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50), st.integers(1, 20))
def test_bins_hold_every_item_once(items: list[tuple[float, bool]], bins: int) -> None:
    said, right = np.array([p for p, _ in items]), np.array([r for _, r in items])
    found = reliability(said, right, bins=bins)
    assert found.weight.sum() == len(items)
    assert found.weight @ found.said == pytest.approx(said.sum())
    assert found.weight @ found.right == pytest.approx(right.sum())
    assert 0 <= found.error <= 1


def test_who_says_half_and_is_right_half_the_time_has_no_error() -> None:
    assert reliability(np.full(4, 0.5), np.array([True, False, True, False])).error == 0


def test_weights_count_as_repetition() -> None:
    said, right = np.array([0.9, 0.2]), np.array([True, True])
    assert reliability(said, right, np.array([3.0, 1.0])).error == pytest.approx(
        reliability(np.repeat(said, [3, 1]), np.repeat(right, [3, 1])).error
    )
