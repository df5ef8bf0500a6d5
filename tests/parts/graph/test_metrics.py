from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import average_precision_score, roc_auc_score

from hanok.core.problem import Problem
from hanok.parts.graph import centroids, per_right, pooled, separation

SCORES = hnp.arrays(np.int64, (12, 3), elements=st.integers(-3, 3))
LABELS = hnp.arrays(np.float64, (12, 3), elements=st.sampled_from([0.0, 1.0, np.nan]))


@given(SCORES, LABELS)
def test_columns_are_judged_as_scikit_learn_judges_them(scores: Any, labels: Any) -> None:
    found = per_right(scores, labels)
    for column in range(3):
        known = np.isfinite(labels[:, column])
        truth, given = labels[known, column], scores[known, column]
        assert (found.positives[column], found.measured[column]) == (truth.sum(), known.sum())
        if len(set(truth)) < 2:
            assert np.isnan([found.auroc[column], found.aupr[column]]).all()
            continue
        assert found.auroc[column] == pytest.approx(roc_auc_score(truth, given))
        assert found.aupr[column] == pytest.approx(average_precision_score(truth, given))


@given(SCORES, LABELS)
def test_scores_of_pairs_without_label_do_not_matter(scores: Any, labels: Any) -> None:
    other = np.where(np.isnan(labels), np.nan, scores)
    assert np.array_equal(per_right(scores, labels).aupr, per_right(other, labels).aupr, equal_nan=True)


def test_macro_is_the_mean_of_what_can_be_judged() -> None:
    labels = [[1, 1, 0], [0, 1, 1]]
    found = per_right([[1, 0, 1], [0, 1, 0]], labels)
    assert (found.macro_auroc, found.macro_aupr) == (0.5, 0.75)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(per_right([[1]], [[1]]).macro_auroc)


def test_pooled_rewards_knowing_the_drug_and_macro_does_not() -> None:
    rng = np.random.default_rng(0)
    rate = np.array([0.05, 0.2, 0.5, 0.8, 0.95])
    labels = (rng.random((400, 5)) < rate).astype(float)
    scores = np.broadcast_to(rate, labels.shape)
    assert pooled(scores, labels)[0] > 0.85
    assert per_right(scores, labels).macro_auroc == 0.5


def test_separation_is_likeness_to_what_responds_less_likeness_to_what_resists() -> None:
    cells, drugs = [[1, 0], [0, 3], [1, 1]], [[2, 0], [0, 1]]
    labels = [[1, 0], [0, np.nan], [np.nan, np.nan]]
    found = separation(cells, drugs, labels)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(found.similarity, [[1, 0], [0, 1], [half, half]], atol=1e-6)
    np.testing.assert_allclose(found.heat, [[1, 0], [0, 1], [half, half]], atol=1e-6)
    assert np.array_equal(found.per_right, [1, np.nan], equal_nan=True)
    assert np.array_equal(found.per_left, [1, np.nan, np.nan], equal_nan=True)
    assert found.mean == 1


@given(hnp.arrays(np.float64, (12, 4), elements=st.floats(-2, 2)), LABELS)
def test_heat_has_the_separation_as_its_mean_over_what_responds(cells: Any, labels: Any) -> None:
    found = separation(cells, np.eye(3, 4), labels)
    for column in np.flatnonzero(np.isfinite(found.per_right)):
        for label, mean in ((1, found.per_right[column]), (0, 0)):
            chosen = labels[:, column] == label
            assert found.heat[chosen, column].mean() == pytest.approx(mean, abs=1e-5)


def test_a_centroid_is_the_mean_of_the_cells_that_respond() -> None:
    vectors = [[1, 0], [0, 1], [9, 9]]
    assert centroids(vectors, [[1, 0], [1, np.nan], [0, 0]]).tolist() == [[0.5, 0.5], [0, 0]]


@pytest.mark.parametrize(
    ("scores", "labels", "message"),
    [
        ([[1, 2]], [[1]], "labels: found scores"),
        ([[1, np.nan]], [[1, 0]], "scores: some pairs with a label have no finite score"),
        ([[1, 2]], [[1, 2]], "labels: expected 1 responsive"),
    ],
)
def test_what_cannot_be_judged_is_refused(scores: Any, labels: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        per_right(scores, labels)


def test_vectors_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Problem, match="vectors: found vectors of 2 and of 1 numbers"):
        separation([[1, 0]], [[1]], [[1]])
    with pytest.raises(Problem, match="left: some vectors are not finite"):
        separation([[np.inf]], [[1]], [[1]])
    with pytest.raises(Problem, match="found labels"):
        centroids([[1, 0]], [[1], [1]])
