import numpy as np
import pytest
from scipy.sparse import coo_matrix, csc_matrix, csr_matrix

from hanok.core.problem import Problem
from hanok.parts.factorization.interactions import interactions


def test_what_is_clean_is_not_copied() -> None:
    clean = csr_matrix(np.eye(3, dtype=np.float32))
    assert np.shares_memory(interactions(clean).data, clean.data)


@pytest.mark.parametrize("kind", [csr_matrix, csc_matrix, coo_matrix])
@pytest.mark.parametrize("dtype", [np.bool_, np.int64, np.float64])
def test_any_sparse_matrix_will_do(kind: type, dtype: type) -> None:
    found = interactions(kind(np.array([[0, 1, 1], [1, 0, 0]], dtype)))
    assert found.dtype == np.float32
    assert found.toarray().tolist() == [[0, 1, 1], [1, 0, 0]]


def test_pairs_that_are_stored_twice_are_summed_and_zeros_are_dropped_in_a_copy() -> None:
    given = csr_matrix((np.array([1.0, 2, 0]), np.array([1, 1, 0]), np.array([0, 2, 3])), shape=(2, 2))
    found = interactions(given)
    assert found.toarray().tolist() == [[0, 3], [0, 0]]
    assert found.nnz == 1
    assert given.nnz == 3


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_weight_is_named(value: float) -> None:
    with pytest.raises(Problem, match=r"user_items row 2 column 1: found (-1|nan|-?inf).*; expected a finite weight"):
        interactions(csr_matrix((np.array([1.0, value]), (np.array([0, 2]), np.array([0, 1])))))


@pytest.mark.parametrize("given", [np.eye(2), [[1, 0]], None])
def test_what_is_no_sparse_matrix_is_refused(given: object) -> None:
    with pytest.raises(Problem, match=r"expected a scipy\.sparse\.csr_matrix"):
        interactions(given)
