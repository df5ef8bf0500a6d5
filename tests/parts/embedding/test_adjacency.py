"""Which matrices are graphs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_matrix, csr_array, csr_matrix

from hanok.core.problem import Problem
from hanok.parts.embedding.adjacency import adjacency

EDGES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([0.0, 0.5, 2.0])), max_size=12)


@given(EDGES, st.sampled_from([np.float64, np.float32]))
def test_an_edge_is_there_once_with_all_its_weight(edges, kind):
    rows, columns, weights = (np.array([edge[i] for edge in edges]) for i in range(3))
    given = coo_matrix((weights.astype(kind), (rows.astype(int), columns.astype(int))), shape=(5, 5))
    found = adjacency(given)
    assert np.allclose(found.toarray(), given.toarray())
    assert found.has_canonical_format
    assert found.data.all()
    assert found.dtype == np.float64


def test_what_is_clean_is_not_copied_and_what_is_not_is_not_changed():
    clean = csr_matrix(np.array([[0.0, 1.0], [2.0, 0.0]]))
    assert np.shares_memory(adjacency(clean).data, clean.data)
    given = csr_matrix((np.array([1.0, 0.0, 3.0]), np.array([1, 0, 1]), np.array([0, 2, 3])), shape=(2, 2))
    assert adjacency(given).toarray().tolist() == [[0, 1], [0, 3]]
    assert given.nnz == 3
    assert given.indices.tolist() == [1, 0, 1]


def test_numbers_of_any_kind_are_weights():
    for kind in (bool, np.int8, np.uint64, np.float32):
        assert adjacency(csr_array(np.eye(3, dtype=kind))).data.tolist() == [1, 1, 1]


@pytest.mark.parametrize("weight", [np.nan, np.inf, -np.inf, -1.0])
def test_a_weight_that_is_none_is_named_by_its_edge(weight):
    with pytest.raises(Problem, match=r"adjacency row 1 column 2: found .*expected a finite weight") as problem:
        adjacency(csr_matrix(([1.0, weight], ([0, 1], [1, 2])), shape=(3, 3)))
    assert problem.value.code == "bad_weight"


def test_weights_whose_sum_is_infinite_are_refused():
    with pytest.raises(Problem, match="row 1: found weights without a finite sum"):
        adjacency(csr_matrix(([1.0, 1e308, 1e308], ([0, 1, 1], [1, 0, 2])), shape=(3, 3)))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (np.eye(3), "ndarray"),
        (None, "NoneType"),
        (csr_matrix((2, 3)), r"\(2, 3\)"),
        (csr_matrix(np.eye(2, dtype=complex)), "complex128"),
    ],
)
def test_what_is_no_graph_is_refused(given, found):
    with pytest.raises(Problem, match=found) as problem:
        adjacency(given)
    assert problem.value.code == "bad_adjacency"


@pytest.mark.parametrize("place", [3, -1])
def test_places_outside_of_the_matrix_are_refused(place):
    broken = csr_matrix(np.ones((3, 3)))
    broken.indices[4] = place
    with pytest.raises(Problem, match="do not fit each other") as problem:
        adjacency(broken)
    assert problem.value.code == "bad_adjacency"
