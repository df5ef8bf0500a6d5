"""Type first, then node."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.embedding import Walks, balanced


def graph(seed, n=12, density=0.4):
    rng = np.random.default_rng(seed)
    return csr_matrix(np.where(rng.random((n, n)) < density, rng.integers(1, 9, (n, n)), 0).astype(float))


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_types_get_their_shares_and_weights_decide_within_a_type(seed, n_types):
    adjacency = graph(seed)
    rng = np.random.default_rng(seed)
    types, shares = rng.integers(n_types, size=12), rng.integers(0, 4, (n_types, n_types))
    dense, found = adjacency.toarray(), balanced(adjacency, types, shares).toarray()
    for node in range(12):
        for kind in range(n_types):
            old, new = dense[node, types == kind], found[node, types == kind]
            share = shares[types[node], kind] if old.any() else 0
            assert new.sum() == pytest.approx(share)
            assert np.allclose(new * old.sum(), old * share)


def test_a_rare_type_is_walked_through_as_often_as_its_share_says():
    """One node of type 1 beside 30 of type 0, all joined to all."""
    types = np.array([1] + [0] * 30)
    full = csr_matrix(np.ones((31, 31)) - np.eye(31))
    shares = [[0.5, 0.5], [1, 0]]
    plain, even = (Walks(g, walk_length=50).counts() for g in (full, balanced(full, types, shares)))
    assert plain[0] / plain.sum() == pytest.approx(1 / 31, abs=0.01)
    assert even[0] / even.sum() == pytest.approx(1 / 3, abs=0.02)


def test_a_share_of_nothing_leaves_edges_out_and_nothing_given_is_changed():
    adjacency = graph(0)
    before = adjacency.toarray()
    found = balanced(adjacency, np.arange(12) % 2, [[0, 1], [1, 0]])
    assert found.data.all()
    assert found.nnz
    rows = np.repeat(np.arange(12), np.diff(found.indptr))
    assert ((rows + found.indices) % 2 == 1).all()
    assert (adjacency.toarray() == before).all()
    assert balanced(adjacency, np.zeros(12, int), [[0]]).nnz == 0


@pytest.mark.parametrize(
    ("types", "shares", "code"),
    [
        ([0] * 11, [[1]], "bad_types"),
        ([0.0] * 12, [[1]], "bad_types"),
        ([1] * 12, [[1]], "bad_types"),
        ([-1] * 12, [[1]], "bad_types"),
        ([0] * 12, [[1, 1]], "bad_shares"),
        ([0] * 12, [[np.nan]], "bad_shares"),
        ([0] * 12, [[-1.0]], "bad_shares"),
        ([0] * 12, 1.0, "bad_shares"),
    ],
)
def test_types_and_shares_that_do_not_fit_are_refused(types, shares, code):
    with pytest.raises(Problem) as problem:
        balanced(graph(0), types, shares)
    assert problem.value.code == code
