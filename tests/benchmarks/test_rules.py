from __future__ import annotations

import numpy as np

from benchmarks.rules import Tried, by_competition, chosen


def test_a_competition_counts_once_however_many_splits_test_it() -> None:
    assert by_competition(np.array([7, 3, 7]), np.array([1.0, 0.5, 0.0])).tolist() == [0.5, 0.5]


def test_settings_are_chosen_on_validation_together_or_split_by_split() -> None:
    a, b = {"m": np.array([1.0])}, {"m": np.array([2.0])}
    together, apart = chosen([Tried([0.1, 0.9], [a, b]), Tried([0.6, 0.5], [a, b])])
    assert together == [b, b]
    assert apart == [b, a]
