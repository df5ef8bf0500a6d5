from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.graph import Responses, contradictions

FEW = Responses([0, 0, 0, 1], [2, 3, 4, 2], [True, False, False, False])


def lists(responses: Responses, n: int) -> list[list[int]]:
    offsets, ids = responses.resistant_lists(n)
    assert (offsets.dtype, ids.dtype, len(offsets)) == (np.int64, np.int32, n + 1)
    return [part.tolist() for part in np.split(ids, offsets[1:-1])]


def test_both_sides_have_lists_of_what_they_resist() -> None:
    assert lists(FEW, 6) == [[3, 4], [2], [1], [0], [0], []]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(5, 8), st.booleans()), unique_by=lambda row: row[:2]))
def test_lists_hold_exactly_the_resistant_pairs(rows: list[tuple[int, int, bool]]) -> None:
    responses = Responses(*(np.array([row[k] for row in rows]) for k in range(3))) if rows else Responses([], [], [])
    found = {(i, j) for i, ids in enumerate(lists(responses, 9)) for j in ids}
    resistant = {(a, b) for a, b, label in rows if not label}
    assert found == resistant | {(b, a) for a, b in resistant}


def test_what_is_given_again_counts_once_and_order_is_kept() -> None:
    responses = Responses([3, 1, 3, 0], [9, 9, 9, 9], [1, 0, 1, 1])
    assert responses.pairs.tolist() == [[3, 9], [1, 9], [0, 9]]
    assert responses.label.tolist() == [True, False, True]
    assert len(responses) == 3


def test_parts_are_taken_by_mask_or_place() -> None:
    assert FEW.subset(FEW.left == 0).pairs.tolist() == [[0, 2], [0, 3], [0, 4]]
    assert FEW.subset([3]).label.tolist() == [False]
    assert len(FEW.subset([])) == 0
    assert len(FEW.subset([]).subset(np.zeros(0, bool))) == 0
    assert FEW.positives.tolist() == [[0, 2]]


def test_a_table_has_nothing_where_nothing_was_measured() -> None:
    table = FEW.table([1, 0], [2, 4, 5])
    assert np.array_equal(table, [[0, np.nan, np.nan], [1, 0, np.nan]], equal_nan=True)


def test_contradictions_are_refused_by_name_and_all_of_them_found() -> None:
    given = [0, 1, 1, 0, 1], [2, 2, 3, 2, 3], [1, 1, 0, 0, 1]
    with pytest.raises(Problem, match=r"row 3: found \(0, 2\) both responsive and resistant"):
        Responses(*given)
    assert contradictions(*given).tolist() == [[0, 2], [1, 3]]
    assert contradictions([0, 0], [1, 1], [1, 1]).tolist() == []


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0, 1], [2], [True]), r"left: found shape \(2,\) for labels of shape \(1,\)"),
        (([0.5], [2], [True]), "left: found float64"),
        (([0], [-1], [True]), "right 0: found -1; expected ids from 0"),
        (([0], [2], [2]), "label: found int64; expected true or false"),
        (([0], [2], [np.nan]), "label: found float64; expected true or false"),
        (([0, 1], [2, 1], [True, True]), "row 1: found node 1 paired with itself"),
    ],
)
def test_what_makes_no_sense_is_refused(arrays: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        Responses(*arrays)


def test_lists_for_too_few_nodes_are_refused() -> None:
    with pytest.raises(Problem, match="found 4; expected ids 0 to 3"):
        FEW.resistant_lists(4)
