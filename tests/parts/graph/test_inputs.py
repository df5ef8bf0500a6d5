from __future__ import annotations

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.graph import Graph
from hanok.parts.graph.inputs import Scale, rows_of, scaled, types_of

GRAPH = Graph.of(["a", "b", "c"], "cell", ["x", "x", "y"], "drug")


def test_features_are_brought_to_one_scale_and_rows_with_gaps_are_zeros() -> None:
    rows = np.array([[1, 5], [3, 5], [np.nan, 5]], np.float32)
    scale = Scale.of(rows)
    assert scale(rows).tolist() == [[-1, 0], [1, 0], [0, 0]]
    assert scale(np.array([[5, 6]], np.float32)).tolist() == [[3, 1]]


def test_without_a_single_whole_row_nothing_is_known() -> None:
    rows = np.full((2, 3), np.nan, np.float32)
    assert not Scale.of(rows)(rows).any()


def test_only_nodes_with_features_are_given_on() -> None:
    rows = rows_of(GRAPH, {"cell": [[1.0], [np.nan], [3.0]]})
    nodes, found = scaled(GRAPH, rows, {"cell": Scale.of(rows["cell"])})["cell"]
    assert nodes.tolist() == [0, 2]
    assert found.tolist() == [[-1], [1]]


def test_types_are_numbered_as_the_model_numbers_them() -> None:
    assert types_of(GRAPH, ["drug", "gene", "cell"]).tolist() == [2, 2, 2, 0, 0]
    with pytest.raises(Problem, match="found nodes of type 'drug'; expected cell"):
        types_of(GRAPH, ["cell"])
