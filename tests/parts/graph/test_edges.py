from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.graph.edges import coded, matrix, merged, numbered, pair_keys


@given(st.lists(st.lists(st.sampled_from(["x", "y", "ㄱ", "z"]), max_size=6), min_size=1, max_size=3))
def test_codes_point_to_the_words(parts: list[list[str]]) -> None:
    codes, distinct = merged([coded(words, "here") for words in parts])
    assert distinct == sorted({word for words in parts for word in words})
    assert [[distinct[code] for code in found] for found in codes] == parts


def test_ids_run_by_type_then_by_name() -> None:
    ids, names, types = numbered(np.array([2, 0, 2, 1]), 3, np.array([1, 1, 1, 0]))
    assert ids.tolist() == [2, 1, 2, 0]
    assert (names.tolist(), types.tolist()) == ([1, 0, 2], [0, 1, 1])


@pytest.mark.parametrize("directed", [True, False])
def test_a_matrix_is_canonical_and_symmetric_unless_directed(directed: bool) -> None:
    found = matrix(np.array([2, 0, 1, 0]), np.array([0, 2, 1, 1]), np.array([1, 4, 9, 2], np.float32), 3, directed)
    one_way = [[0, 2, 4], [0, 0, 0], [1, 0, 0]]
    assert found.toarray().tolist() == (one_way if directed else [[0, 2, 4], [2, 0, 0], [4, 0, 0]])
    assert found.has_canonical_format


def test_keys_go_both_ways_and_nothing_has_none() -> None:
    assert [keys.tolist() for keys in pair_keys([(1, 2), (0, 3)], 4)] == [[6, 3], [9, 12]]
    assert [len(keys) for keys in pair_keys([], 4)] == [0, 0]
