from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from hanok.core.problem import NotFound, Problem
from hanok.parts.graph import Graph

CELLS = ["a", "a", "b"], "cell", ["TP53", "MYC", "TP53"], "gene"


def listed(graph: Graph) -> dict[tuple[tuple[str, str], tuple[str, str]], float]:
    """Edges by the types and names of their ends."""
    named = [(graph.type_names[kind], name) for kind, name in zip(graph.types, graph.names, strict=True)]
    pairs, weights = graph.edges()
    return {(named[i], named[j]): w for (i, j), w in zip(pairs.tolist(), weights.tolist(), strict=True)}


# -- made from lists ---------------------------------------------------------------------------------------------------


def test_it_holds_what_was_listed() -> None:
    graph = Graph.of(*CELLS, [1, 0.5, 2])
    assert (graph.names, graph.type_names, graph.types.tolist()) == (
        ["a", "b", "MYC", "TP53"],
        ["cell", "gene"],
        [0, 0, 1, 1],
    )
    assert graph.adjacency.toarray().tolist() == [[0, 0, 0.5, 1], [0, 0, 0, 2], [0.5, 0, 0, 0], [1, 2, 0, 0]]
    assert graph.adjacency.dtype == np.float32
    assert graph.types.dtype == np.int32


def test_nodes_of_two_types_may_have_one_name() -> None:
    graph = Graph.of(["x"], "cell", ["x"], "gene")
    assert len(graph) == 2
    assert graph.index("x", "cell") != graph.index("x", "gene")


def test_an_edge_listed_more_than_once_has_its_greatest_weight() -> None:
    graph = Graph.of(["a", "a", "x"], ["c", "c", "g"], ["x", "x", "a"], ["g", "g", "c"], [1, 3, 2])
    assert listed(graph) == {(("c", "a"), ("g", "x")): 3}


def test_a_directed_edge_leads_one_way() -> None:
    graph = Graph.of(["a", "x"], ["c", "g"], ["x", "a"], ["g", "c"], [1, 3], directed=True)
    assert listed(graph) == {(("c", "a"), ("g", "x")): 1, (("g", "x"), ("c", "a")): 3}


def test_self_loops_and_weights_of_zero_are_no_edges_but_their_nodes_stay() -> None:
    graph = Graph.of(["a", "a", "b"], "p", ["a", "b", "c"], "p", [1, 1, 0])
    assert graph.names == ["a", "b", "c"]
    assert listed(graph) == {(("p", "a"), ("p", "b")): 1}


def test_nodes_may_be_without_edges() -> None:
    graph = Graph.of(["a"], "p", ["b"], "p", nodes=[("z", "cell"), ("a", "p")])
    assert graph.names == ["z", "a", "b"]
    assert graph.adjacency[graph.index("z", "cell")].nnz == 0


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("st"), st.sampled_from("abc"), st.sampled_from("st")),
    min_size=1,
    max_size=12,
)


@given(ROWS, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[Any], directed: bool, random: Any) -> None:
    def made(rows: list[Any]) -> Graph:
        return Graph.of(*zip(*rows, strict=True), directed=directed, nodes=[("z", "s")])

    rows = [("p", "s", "q", "s"), *rows]
    again = random.sample(rows, len(rows)) if directed else [(*r[2:], *r[:2]) for r in random.sample(rows, len(rows))]
    one, other = made(rows), made(again)
    assert (one.names, one.types.tolist(), listed(one)) == (other.names, other.types.tolist(), listed(other))


@given(ROWS, st.booleans())
def test_a_graph_is_made_of_its_own_edges(rows: list[Any], directed: bool) -> None:
    graph = Graph.of(*zip(*[("p", "s", "q", "s"), *rows], strict=True), directed=directed)
    edges = listed(graph)
    sources, targets = zip(*edges, strict=True)
    kinds = [[kind for kind, _ in side] for side in (sources, targets)]
    names = [[name for _, name in side] for side in (sources, targets)]
    again = Graph.of(names[0], kinds[0], names[1], kinds[1], list(edges.values()), directed=directed)
    assert listed(again) == edges


# -- nodes and edges ---------------------------------------------------------------------------------------------------


def test_nodes_are_found_by_name_and_type() -> None:
    graph = Graph.of(*CELLS)
    assert graph.index("MYC", "gene") == 2
    assert graph.indices(["TP53", "MYC"], "gene").tolist() == [3, 2]
    assert graph.of_type("cell").tolist() == [0, 1]


def test_an_unknown_node_is_named_with_what_is_near() -> None:
    with pytest.raises(NotFound, match="'TP35', which is no node of type 'gene'") as caught:
        Graph.of(*CELLS).index("TP35", "gene")
    assert caught.value.hint == "is it 'TP53'?"
    with pytest.raises(NotFound, match="found 'drug'; expected one of cell, gene"):
        Graph.of(*CELLS).of_type("drug")


def test_without_drops_edges_both_ways_and_keeps_nodes() -> None:
    for directed in (False, True):
        graph = Graph.of(["a", "b", "x"], "n", ["x", "x", "b"], "n", directed=directed)
        less = graph.without([(2, 1), (0, 1)])
        assert less.names == graph.names
        assert list(listed(less)) == [(("n", "a"), ("n", "x"))]
        assert len(listed(graph)) == (3 if directed else 2)
    assert graph.without(np.zeros((0, 2), int)).adjacency.nnz == 3


def test_relations_add_up_to_the_graph() -> None:
    graph = Graph.of(["a", "a", "x"], ["c", "c", "g"], ["x", "d", "y"], ["g", "d", "g"], [1, 2, 3])
    parts = graph.relations()
    assert set(parts) == {("c", "g"), ("g", "c"), ("c", "d"), ("d", "c"), ("g", "g")}
    assert (sum(parts.values()) != graph.adjacency).nnz == 0
    assert parts["c", "d"].toarray().sum() == 2


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    graph = Graph.of(*CELLS, directed=True, nodes=[("ß 세포", "cell")])
    graph.save(tmp_path / "graph.safetensors")
    again = Graph.load(tmp_path / "graph.safetensors")
    assert (again.names, again.type_names, again.directed) == (graph.names, graph.type_names, True)
    assert (again.adjacency != graph.adjacency).nnz == 0
    assert again.types.tolist() == graph.types.tolist()


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*CELLS, [1, np.nan, 1]), "row 1 weight: found nan; expected a finite number, 0 or more"),
        ((*CELLS, [1, 1, np.inf]), "row 2 weight: found inf"),
        ((*CELLS, [-1, 1, 1]), "row 0 weight: found -1"),
        ((*CELLS, [1, 1, 1e39]), "row 2 weight: found 1e"),
        ((*CELLS, ["1", "x", "1"]), "weights: found could not convert"),
        ((*CELLS, [1, 1]), r"weights: found shape \(2,\) for 3 edges"),
        ((["a", " "], "cell", ["x", "y"], "gene"), "row 1 source: found an empty text"),
        ((["a", "b"], "cell", ["x", None], "gene"), "row 1 target: found None; expected text"),
        ((["a"], [""], ["x"], "gene"), "row 0 source_type: found an empty text"),
        ((["a"], "cell", ["x", "y"], "gene"), "target: found 2 for 1 edges"),
        (([], "cell", [], "gene"), "edges: 0 rows hold no edge"),
        ((["a"], "cell", ["a"], "cell"), "edges: 1 rows hold no edge of a weight above 0 between two nodes"),
    ],
)
def test_rows_that_make_no_sense_are_named(arguments: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        Graph.of(*arguments)


@pytest.mark.parametrize(
    ("types", "adjacency", "message"),
    [
        ([0], csr_matrix((2, 2)), "types: found int64 of shape"),
        ([0, 1], csr_matrix((2, 2)), "types: expected 0 to 0"),
        ([0, 0], csr_matrix((3, 2)), "adjacency: found shape"),
        ([0, 0], csr_matrix([[0, 1.0], [0, 0]]), "adjacency: is not symmetric"),
        ([0, 0], csr_matrix([[1.0, 0], [0, 0]]), "adjacency: found an edge from a node to itself"),
        ([0, 0], csr_matrix([[0, -1.0], [-1, 0]]), "adjacency: expected finite weights above 0"),
    ],
)
def test_parts_that_do_not_fit_are_refused(types: list[int], adjacency: csr_matrix, message: str) -> None:
    with pytest.raises(Problem, match=message):
        Graph(["a", "b"], np.array(types), ["t"], adjacency)


def test_pairs_of_unknown_nodes_are_refused() -> None:
    with pytest.raises(Problem, match=r"pairs 1: found \[0, 9\]; expected ids 0 to 3"):
        Graph.of(*CELLS).without([(0, 2), (0, 9)])
    with pytest.raises(Problem, match=r"pairs: found int64 of shape \(2,\); expected ids"):
        Graph.of(*CELLS).without([0, 2])


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nothing")
    with pytest.raises(Problem, match=r"expected what Graph\.save wrote"):
        Graph.load(tmp_path / "x")
