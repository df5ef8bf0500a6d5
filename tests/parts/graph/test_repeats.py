from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.metrics import roc_auc_score

from hanok.parts.graph.repeats import column_auroc, repeating_block, repeating_column


@given(
    hnp.arrays(np.float64, 10, elements=st.sampled_from([0.0, 1, 2, np.nan])),
    hnp.arrays(np.float64, (10, 3), elements=st.sampled_from([0.0, 1, np.nan])),
)
def test_auroc_is_that_of_scikit_learn_without_what_is_missing(values: Any, labels: Any) -> None:
    found, positives, negatives = column_auroc(values, labels)
    for column, truth in enumerate(labels.T):
        known = np.isfinite(values) & np.isfinite(truth)
        assert (positives[column], negatives[column]) == ((truth[known] == 1).sum(), (truth[known] == 0).sum())
        if len(set(truth[known])) == 2:
            assert found[column] == pytest.approx(roc_auc_score(truth[known], values[known]))
        else:
            assert np.isnan(found[column])


@pytest.mark.parametrize("seed", range(10))
def test_features_that_predict_well_are_not_taken_for_labels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=(60, 3))
    labels = (hidden @ rng.normal(size=(3, 12)) + 0.5 * rng.normal(size=(60, 12)) > 0.5).astype(float)
    features = np.c_[hidden, rng.normal(size=(60, 20))]
    assert repeating_column(features, labels) is None
    assert repeating_block(features, labels) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_block_over_few_nodes_is_seen_where_no_column_says_enough(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = (rng.random((14, 30)) < 0.4).astype(float)
    labels[rng.random(labels.shape) < 0.1] = np.nan
    honest = rng.normal(size=(14, 20))
    planted = np.c_[honest, np.nan_to_num(labels)[:, rng.permutation(30)]]
    assert repeating_column(planted, labels) is None
    assert repeating_block(planted, labels) == pytest.approx(1)
    assert repeating_block(honest, labels) is None
