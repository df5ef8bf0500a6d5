from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from hanok.parts.graph.relations import both_ways, kinds, relations_of

TYPES = np.array([0, 0, 2, 2])
A = csr_matrix(np.array([[0, 1, 2, 0], [1, 0, 0, 0], [2, 0, 0, 3], [0, 0, 3, 0]], np.float32))


def test_relations_are_the_pairs_of_types_that_edges_join() -> None:
    assert relations_of(A, TYPES) == [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert relations_of(csr_matrix((4, 4)), TYPES) == []


def test_every_edge_has_its_relation_or_none() -> None:
    found = kinds(A, TYPES, [(2, 0), (0, 2)])
    assert found.known.tolist() == [False, True, False, True, False, False]
    assert found.kind[found.known].tolist() == [1, 0]
    nothing = kinds(A, TYPES, [])
    assert not nothing.known.any()
    assert (nothing.kind == 0).all()


def test_groups_are_of_one_row_and_one_relation() -> None:
    found = kinds(A, TYPES, relations_of(A, TYPES))
    rows = np.repeat(np.arange(4), np.diff(A.indptr))
    together = [tuple(pair) for pair in np.stack([rows, found.kind], axis=1)]
    assert len(set(together)) == found.n_groups == len(set(found.group.tolist()))
    assert len({*zip(together, found.group.tolist(), strict=True)}) == found.n_groups


def test_a_directed_edge_counts_both_ways_with_the_greater_weight() -> None:
    one_way = csr_matrix(np.array([[0, 1, 0], [3, 0, 2], [0, 0, 0]], np.float32))
    assert both_ways(one_way).toarray().tolist() == [[0, 3, 0], [3, 0, 2], [0, 2, 0]]
    assert both_ways(A) is A
