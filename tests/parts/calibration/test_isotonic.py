from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.calibration import Isotonic, reliability

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


def fitted(pairs: list[tuple[float, bool]]) -> Isotonic:
    return Isotonic().fit(np.array([s for s, _ in pairs]), np.array([r for _, r in pairs], bool))


@given(PAIRS)
def test_it_rises_and_promises_nothing_for_certain(pairs: list[tuple[float, bool]]) -> None:
    found = fitted(pairs).probabilities(np.linspace(-1, 2, 50))
    assert (np.diff(found) >= 0).all()
    assert ((found > 0) & (found < 1)).all()


@given(PAIRS)
def test_json_and_back(pairs: list[tuple[float, bool]]) -> None:
    steps = fitted(pairs)
    again = Isotonic.of(json.loads(json.dumps(steps.as_dict())))
    at = np.linspace(-1, 2, 50)
    assert np.array_equal(again.probabilities(at), steps.probabilities(at))


def test_it_keeps_its_word_where_a_sigmoid_would_not() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(size=20_000)
    right = rng.uniform(size=20_000) < np.where(scores < 0.7, 0.2, 0.95)
    steps = Isotonic().fit(scores[:10_000], right[:10_000])
    assert reliability(steps.probabilities(scores[10_000:]), right[10_000:]).error < 0.02


def test_few_that_are_right_are_promised_less_than_many() -> None:
    few, many = (Isotonic().fit(np.ones(n), np.ones(n, bool)).probabilities(np.ones(1))[0] for n in (3, 300))
    assert few == pytest.approx(0.8)
    assert many == pytest.approx(301 / 302)


@pytest.mark.parametrize("kept", [None, {}, {"starts": [1], "steps": [1]}, {"starts": [], "steps": ["x"]}])
def test_other_things_are_no_steps(kept: object) -> None:
    with pytest.raises(Problem, match="steps"):
        Isotonic.of(kept)
