import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.metrics import ndcg_score

from hanok.core.bootstrap import paired
from hanok.core.problem import Problem
from hanok.parts.ranking import coverage, diversity, hit_rate, hits, mrr, ndcg_at, novelty, recall_at

N_ITEMS = 8
LISTS = st.lists(
    st.permutations(range(N_ITEMS)).flatmap(lambda ids: st.integers(0, N_ITEMS).map(lambda n: list(ids)[:n])),
    min_size=1,
    max_size=5,
)
WANTED = st.sets(st.integers(0, N_ITEMS - 1))


def padded(lists: list[list[int]]) -> np.ndarray:
    return np.array([ids + [-1] * (N_ITEMS - len(ids)) for ids in lists])


@settings(max_examples=150, deadline=None)
@given(LISTS, st.data(), st.integers(1, N_ITEMS + 2))
def test_every_metric_is_what_counting_finds(lists: list[list[int]], data: st.DataObject, k: int) -> None:
    wanted = [data.draw(WANTED) for _ in lists]
    relevant = csr_matrix([[float(i in want) for i in range(N_ITEMS)] for want in wanted])
    ids = padded(lists)
    for row, (listed, want) in enumerate(zip(lists, wanted, strict=True)):
        ranks = [rank for rank, item in enumerate(listed[:k], 1) if item in want]
        if not want:
            expected = [np.nan] * 4
        else:
            ideal = sum(1 / math.log2(1 + rank) for rank in range(1, min(len(want), k) + 1))
            expected = [
                len(ranks) / min(len(want), k),
                sum(1 / math.log2(1 + rank) for rank in ranks) / ideal,
                1 / ranks[0] if ranks else 0.0,
                float(bool(ranks)),
            ]
        found = [float(metric(ids, relevant, k)[row]) for metric in (recall_at, ndcg_at, mrr, hit_rate)]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ndcg_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    scores, relevant = rng.standard_normal((30, 50)), rng.random((30, 50)) < 0.2
    found = ndcg_at(np.argsort(-scores, axis=1), csr_matrix(relevant), 10)
    assert found.mean() == pytest.approx(ndcg_score(relevant, scores, k=10))


def test_what_is_stored_as_zero_is_not_relevant() -> None:
    relevant = csr_matrix((np.array([0.0, 1.0]), np.array([0, 1]), np.array([0, 2])), shape=(1, 3))
    assert hits([[0, 1, 2]], relevant, 3).tolist() == [[False, True, False]]
    assert recall_at([[0, 2, 1]], relevant, 2).tolist() == [0.0]


def test_an_item_that_the_matrix_does_not_know_is_no_hit() -> None:
    assert hits([[7, 1]], csr_matrix([[0, 1]]), 2).tolist() == [[False, True]]


def test_figures_of_two_lists_can_be_compared_in_pairs() -> None:
    relevant = csr_matrix(np.eye(20))
    good, bad = np.arange(20)[:, None], np.roll(np.arange(20), 1)[:, None]
    assert paired(ndcg_at(good, relevant, 1), ndcg_at(bad, relevant, 1)).low == 1


@pytest.mark.parametrize("ids", [[1, 2], [[1], [2], [3]]])
def test_lists_of_other_users(ids: list[object]) -> None:
    with pytest.raises(Problem, match=r"expected \(2, n_listed\)"):
        ndcg_at(ids, csr_matrix((2, 4)), 5)  # type: ignore[arg-type]


def test_coverage_counts_what_anybody_is_shown() -> None:
    assert coverage([[0, 1, 2], [0, 3, -1]], n_items=8, k=2) == 3 / 8
    assert coverage([[-1]], n_items=8, k=2) == 0


def test_novelty_is_surprise_in_bits() -> None:
    popularity = [1.0, 0.5, 0.25, 0.0]
    found = novelty([[0, 1], [2, -1], [-1, -1]], popularity, 2)
    np.testing.assert_allclose(found, [0.5, 2.0, np.nan])
    assert novelty([[3]], popularity, 1).tolist() == [3.0]  # nobody knows it: half of the least known


@given(st.lists(st.permutations(range(5)), min_size=1, max_size=4), st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_diversity_is_the_mean_over_all_pairs(lists: list[list[int]], k: int) -> None:
    vectors = np.random.default_rng(0).standard_normal((5, 3))
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    for listed, found in zip(lists, diversity(lists, vectors, k), strict=True):
        pairs = [1 - units[a] @ units[b] for a, b in combinations(listed[:k], 2)]
        np.testing.assert_allclose(found, np.mean(pairs) if pairs else np.nan, atol=1e-9)
