import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from hanok.parts.calibration import auroc, risk_coverage, threshold_for_precision

ITEMS = st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=40).map(
    lambda items: (np.array([s / 10 for s, _ in items]), np.array([r for _, r in items]))
)


@given(ITEMS, st.floats(0.3, 1))
def test_the_threshold_keeps_the_precision_and_no_lower_one_does(
    items: tuple[np.ndarray, np.ndarray], target: float
) -> None:
    scores, right = items
    threshold = threshold_for_precision(scores, right, target)
    answered = scores >= threshold
    if answered.any():
        assert right[answered].mean() >= target - 1e-9
    for lower in np.unique(scores[~answered]):
        assert right[scores >= lower].mean() < target


@given(ITEMS)
def test_risk_and_coverage_are_counted_at_every_score(items: tuple[np.ndarray, np.ndarray]) -> None:
    scores, right = items
    curve = risk_coverage(scores, right)
    assert curve.threshold.tolist() == sorted(set(scores.tolist()), reverse=True)
    for threshold, coverage, risk in zip(*curve, strict=True):
        answered = scores >= threshold
        assert coverage == pytest.approx(answered.mean())
        assert risk == pytest.approx(1 - right[answered].mean())


def test_weights_count_as_repetition() -> None:
    scores, right, weights = np.array([0.9, 0.5, 0.4]), np.array([True, False, True]), np.array([1.0, 2.0, 3.0])
    times = weights.astype(int)
    weighted = risk_coverage(scores, right, weights)
    repeated = risk_coverage(np.repeat(scores, times), np.repeat(right, times))
    np.testing.assert_allclose(weighted.risk, repeated.risk)
    np.testing.assert_allclose(weighted.coverage, repeated.coverage)


def test_out_of_reach_is_infinite() -> None:
    assert threshold_for_precision(np.array([0.9, 0.8]), np.array([False, True]), 0.9) == np.inf


def test_items_without_weight_do_not_count() -> None:
    scores, right = np.array([0.9, 0.8]), np.array([False, True])
    assert threshold_for_precision(scores, right, 1.0, np.array([0.0, 1.0])) == 0.8


def test_no_items_no_curve() -> None:
    assert len(risk_coverage(np.zeros(0), np.zeros(0, bool)).risk) == 0
    assert threshold_for_precision(np.zeros(0), np.zeros(0, bool), 0.9) == np.inf


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_auroc_is_that_of_scikit_learn(positive: list[int], negative: list[int]) -> None:
    labels = [1] * len(positive) + [0] * len(negative)
    found = auroc(np.array(positive, float), np.array(negative, float))
    assert found == pytest.approx(roc_auc_score(labels, positive + negative))


def test_auroc_of_one_side_only_is_undefined() -> None:
    assert np.isnan(auroc(np.zeros(0), np.ones(2)))


def test_a_prior_keeps_the_threshold_where_the_probabilities_say_until_there_is_evidence() -> None:
    rng = np.random.default_rng(0)
    for n_items, spread in ((60, 0.05), (20_000, 0.02)):
        found = []
        for _ in range(40):
            probabilities = rng.uniform(size=n_items)
            right = rng.uniform(size=n_items) < probabilities
            found.append(threshold_for_precision(probabilities, right, 0.9, prior=100))
        assert np.std(found) < spread
        assert abs(np.mean(found) - 0.8) < 0.03  # uniform probabilities from .8 up are .9 on average


def test_evidence_overrules_a_prior() -> None:
    probabilities = np.linspace(0, 1, 20_001)
    right = probabilities > 0.5  # promises .75 on average there, is always right
    assert threshold_for_precision(probabilities, right, 0.9, prior=100) < 0.5
