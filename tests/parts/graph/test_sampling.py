from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import world

from hanok.parts.graph.sampling import surroundings

A = world().graph.adjacency


def within(seeds: list[int], hops: int) -> set[int]:
    found = set(seeds)
    for _ in range(hops):
        found |= {int(j) for i in found for j in A[i].indices}
    return found


@given(st.lists(st.integers(0, A.shape[0] - 1), min_size=1, max_size=4), st.integers(0, 3), st.integers(1, 200))
def test_it_finds_only_what_is_near_and_all_of_it_where_many_neighbours_are_taken(
    seeds: list[int], hops: int, neighbours: int
) -> None:
    found = surroundings(A, np.array(seeds), hops, neighbours, np.random.default_rng(0))
    assert found.tolist() == sorted(set(found.tolist()))
    assert set(seeds) <= set(found.tolist()) <= within(seeds, hops)
    if neighbours >= np.diff(A.indptr).max():
        assert set(found.tolist()) == within(seeds, hops)


@pytest.mark.parametrize("neighbours", [1, 3])
def test_it_takes_no_more_neighbours_than_it_is_told(neighbours: int) -> None:
    seeds = np.array([0, 5, 9])
    found = surroundings(A, seeds, 1, neighbours, np.random.default_rng(0))
    assert len(found) <= len(seeds) * (1 + neighbours)
