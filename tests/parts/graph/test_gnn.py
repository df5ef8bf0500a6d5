from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from planted import world

from hanok.core.problem import Problem, Stopped, Unavailable
from hanok.parts.graph import GNN, Graph, Responses, per_right, separation

WORLD = world(n_cells=80, n_drugs=12, n_genes=40)
CELLS, DRUGS = WORLD.cells, WORLD.drugs
TEST = WORLD.of_cells(CELLS[::5])
VALID = WORLD.of_cells(CELLS[1::5])
TRAIN = WORLD.of_cells(np.setdiff1d(CELLS, np.r_[CELLS[::5], CELLS[1::5]]))
GRAPH = WORLD.graph.without(np.r_[TEST.pairs, VALID.pairs])
FEATURES = {"cell": (np.arange(len(CELLS))[:, None] % 2 + np.random.default_rng(0).normal(size=(len(CELLS), 3)))}
KINDS = ("gcn", "gtn")

pytest.importorskip("torch")


def made(kind: Any = "gcn", **settings: Any) -> GNN:
    return GNN(kind, 16, **{"epochs": 60, "negative": 4, **settings})


def auroc(vectors: npt.NDArray[np.float32], responses: Responses) -> float:
    """Macro AUROC of dot products."""
    lefts = np.unique(responses.left)
    return per_right(vectors[lefts] @ vectors[DRUGS].T, responses.table(lefts, DRUGS)).macro_auroc


# -- learning ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_who_responds_and_ranks_cells_it_has_seen_no_response_of(kind: str) -> None:
    gnn = made(kind).fit(GRAPH, TRAIN)
    assert gnn.vectors.shape == (len(GRAPH), 16)
    assert gnn.vectors.dtype == np.float32
    assert auroc(gnn.vectors, TRAIN) > 0.9
    assert auroc(gnn.vectors, TEST) > 0.75


@pytest.mark.parametrize("kind", KINDS)
def test_features_serve_where_edges_say_nothing(kind: str) -> None:
    strong = {"cell": np.arange(len(CELLS))[:, None] % 2 + 0.1 * np.random.default_rng(0).normal(size=(len(CELLS), 3))}
    bare = Graph(GRAPH.names, GRAPH.types, GRAPH.type_names, GRAPH.relations()["cell", "drug"].maximum(
        GRAPH.relations()["drug", "cell"]).tocsr())  # fmt: skip
    with_features, without = (made(kind, cold=0.3).fit(bare, TRAIN, features=given) for given in (strong, None))
    alike = without.vectors[np.unique(TEST.left)]
    assert np.ptp(alike, axis=0).max() < 1e-5  # nothing tells them apart but rounding, which differs between processors
    assert auroc(with_features.vectors, TEST) > 0.85


def test_response_aware_negatives_set_apart_what_resists() -> None:
    def separated(fraction: float) -> float:
        vectors = made(fraction=fraction, epochs=30, seed=1).fit(GRAPH, TRAIN).vectors
        lefts = np.unique(TRAIN.left)
        return separation(vectors[lefts], vectors[DRUGS], TRAIN.table(lefts, DRUGS)).mean

    assert separated(1) > separated(0)


def test_edges_that_a_step_learns_from_are_hidden_from_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    from hanok.parts.graph.messages import Messages

    seen: list[int] = []
    places = Messages.places

    def listen(self: Messages, pairs: npt.NDArray[np.int64]) -> Any:
        found = places(self, pairs)
        seen.append(len(found))
        return found

    monkeypatch.setattr(Messages, "places", listen)
    made(epochs=3, hidden=1).fit(GRAPH, TRAIN)
    made(epochs=3, hidden=0.5).fit(GRAPH, TRAIN)
    made(epochs=3, hidden=0.01, cold=0.99).fit(GRAPH, TRAIN)
    n = 2 * len(TRAIN.positives)
    assert seen[:3] == [n] * 3
    assert seen[3:6] == [2 * round(n / 4)] * 3
    assert min(seen[6:]) > 0.9 * n


def test_the_graph_may_be_without_responses_and_directed() -> None:
    honest = WORLD.graph.without(WORLD.responses.pairs)
    assert auroc(made().fit(honest, TRAIN).vectors, TRAIN) > 0.9
    pairs, weights = GRAPH.edges()
    kinds = [[GRAPH.type_names[t] for t in GRAPH.types[side]] for side in pairs.T]
    names = [[GRAPH.names[i] for i in side] for side in pairs.T]
    nodes = list(zip(GRAPH.names, (GRAPH.type_names[t] for t in GRAPH.types), strict=True))
    directed = Graph.of(names[0], kinds[0], names[1], kinds[1], weights, directed=True, nodes=nodes)
    assert np.array_equal(made(epochs=3).fit(directed, TRAIN).vectors, made(epochs=3).fit(GRAPH, TRAIN).vectors)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_vectors_bit_for_bit(kind: str) -> None:
    one, two, other = (made(kind, epochs=5, seed=s, cold=0.2).fit(GRAPH, TRAIN, VALID, FEATURES) for s in (0, 0, 1))
    assert np.array_equal(one.vectors, two.vectors)
    assert not np.array_equal(one.vectors, other.vectors)


@pytest.mark.parametrize("kind", KINDS)
def test_parts_of_the_graph_serve_as_well_as_the_whole(kind: str) -> None:
    gnn = made(kind, batch_size=64, neighbours=8, epochs=15).fit(GRAPH, TRAIN, features=FEATURES)
    assert auroc(gnn.vectors, TRAIN) > 0.9
    assert auroc(gnn.vectors, TEST) > 0.75


def test_validation_stops_and_the_best_is_kept() -> None:
    heard: list[dict[str, float]] = []
    gnn = made(epochs=500, patience=5).fit(
        GRAPH, TRAIN, VALID, report=lambda step, total, **more: heard.append({**more, "step": step, "total": total})
    )
    assert len(heard) < 500
    assert [line["step"] for line in heard] == list(range(1, len(heard) + 1))
    best = max(line["valid"] for line in heard)
    assert [line["valid"] for line in heard].index(best) == len(heard) - 6
    assert auroc(gnn.vectors, VALID) == pytest.approx(best, abs=1e-6)
    assert heard[-1]["loss"] < heard[0]["loss"]


def test_validation_by_few_pairs_is_pooled() -> None:
    few = VALID.subset(
        [int(VALID.label.argmax()), int((~VALID.label & (VALID.right != VALID.right[VALID.label.argmax()])).argmax())]
    )
    heard: list[float] = []
    made(epochs=3).fit(GRAPH, TRAIN, few, report=lambda step, total, loss, valid: heard.append(valid))
    assert set(heard) <= {0.0, 0.5, 1.0}


def test_what_the_listener_raises_ends_the_fit_and_threads_are_as_before() -> None:
    import torch

    before = torch.get_num_threads()

    def stop(step: int, total: int, loss: float) -> None:
        if step == 2:
            raise Stopped

    gnn = made(threads=before + 1)
    with pytest.raises(Stopped):
        gnn.fit(GRAPH, TRAIN, report=stop)
    assert not hasattr(gnn, "vectors")
    assert torch.get_num_threads() == before


def test_nobody_else_s_random_numbers_are_used_or_changed() -> None:
    import torch

    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    made(epochs=2, batch_size=50).fit(GRAPH, TRAIN, VALID, FEATURES)
    assert torch.equal(torch.rand(3), expected)


# -- answering ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [None, FEATURES])
def test_without_torch_it_computes_what_was_trained(kind: str, given: Any) -> None:
    """The network in torch on the whole graph, against NumPy's vectors."""
    import torch

    from hanok.parts.graph.messages import Messages
    from hanok.parts.graph.model import Network, Nodes

    gnn = made(kind, epochs=4, layers=3).fit(GRAPH, TRAIN, features=given)
    n_types, relations = len(GRAPH.type_names), gnn._relations
    widths = {GRAPH.type_names.index("cell"): 3} if given else {}
    network = Network(kind, len(GRAPH), n_types, len(relations), widths, 16, 3, 2, 0.0, torch.Generator())
    network.load_state_dict({name: torch.as_tensor(values) for name, values in gnn._weights.items()})
    from hanok.parts.graph.inputs import rows_of

    nodes = Nodes.of(gnn._inputs(GRAPH, rows_of(GRAPH, given)), n_types, "cpu")
    with torch.no_grad():
        z = network(nodes, nodes.known, Messages(GRAPH.adjacency, GRAPH.types.astype(np.int64), relations))
    np.testing.assert_allclose(gnn.vectors, z.numpy(), atol=2e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_known_nodes_of_a_known_graph_have_the_vectors_they_had(kind: str) -> None:
    gnn = made(kind, epochs=4).fit(GRAPH, TRAIN, features=FEATURES)
    assert np.array_equal(gnn.embed(GRAPH, FEATURES), gnn.vectors)


def grown(name: str, parity: int) -> tuple[Graph, dict[str, npt.NDArray[np.float64]]]:
    """The graph with one more cell, which has the genes and features of a kind."""
    pairs, weights = GRAPH.edges()
    kinds = [[GRAPH.type_names[t] for t in GRAPH.types[side]] for side in pairs.T]
    names = [[GRAPH.names[i] for i in side] for side in pairs.T]
    genes = [g for g in (GRAPH.names[i] for i in GRAPH.of_type("gene")) if int(g[1:]) % 2 == parity][:8]
    graph = Graph.of(
        [*names[0], *[name] * len(genes)], [*kinds[0], *["cell"] * len(genes)],
        [*names[1], *genes], [*kinds[1], *["gene"] * len(genes)], [*weights, *[1] * len(genes)],
    )  # fmt: skip
    at = graph.index(name, "cell")
    return graph, {"cell": np.insert(FEATURES["cell"], at, parity, axis=0)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("parity", [0, 1])
def test_a_new_node_is_placed_by_its_edges_and_features(kind: str, parity: int) -> None:
    gnn = made(kind, cold=0.3).fit(GRAPH, TRAIN, features=FEATURES)
    graph, features = grown("a new one", parity)  # sorts before the others: every id moves
    vectors = gnn.embed(graph, features)
    drugs = graph.of_type("drug")
    scores = vectors[graph.index("a new one", "cell")] @ vectors[drugs].T
    assert scores[parity::2].mean() > scores[1 - parity :: 2].mean()
    old = graph.indices([GRAPH.names[i] for i in CELLS], "cell")
    np.testing.assert_allclose(vectors[old], gnn.vectors[CELLS], atol=0.3)  # they have gained a neighbour of neighbours


def test_a_new_name_and_a_cell_without_responses_are_both_new() -> None:
    """A held-out cell's own vector has been moved by nothing that says who it is: it is not used."""
    gnn = made(epochs=5, layers=1).fit(GRAPH, TRAIN)
    cell = int(CELLS[0])
    renamed = [*GRAPH.names]
    renamed[cell] = "somebody else"
    other = Graph(renamed, GRAPH.types, GRAPH.type_names, GRAPH.adjacency)
    assert np.array_equal(gnn.embed(other), gnn.vectors)
    trained = int(CELLS[2])
    renamed[trained] = "another"
    other = Graph(renamed, GRAPH.types, GRAPH.type_names, GRAPH.adjacency)
    assert not np.array_equal(gnn.embed(other)[trained], gnn.vectors[trained])


def test_features_may_be_missing_of_some_nodes_or_all() -> None:
    some = {"cell": FEATURES["cell"].copy()}
    some["cell"][::3] = np.nan
    gnn = made(epochs=3).fit(GRAPH, TRAIN, features=some)
    assert np.isfinite(gnn.vectors).all()
    assert np.isfinite(gnn.embed(GRAPH)).all()
    assert np.array_equal(gnn.embed(GRAPH), gnn.embed(GRAPH, {"cell": np.full((len(CELLS), 3), np.nan)}))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_saved_is_what_is_loaded(kind: str, tmp_path: Path) -> None:
    gnn = made(kind, epochs=3, seed=7).fit(GRAPH, TRAIN, features=FEATURES)
    gnn.save(tmp_path / "gnn.safetensors")
    again = GNN.load(tmp_path / "gnn.safetensors")
    assert np.array_equal(again.vectors, gnn.vectors)
    assert np.array_equal(again.embed(GRAPH, FEATURES), gnn.vectors)
    assert again._settings() == gnn._settings()


def test_answers_need_no_torch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(epochs=2).fit(GRAPH, TRAIN).save(tmp_path / "gnn")
    monkeypatch.setitem(sys.modules, "torch", None)
    gnn = GNN.load(tmp_path / "gnn")
    assert np.array_equal(gnn.embed(GRAPH), gnn.vectors)
    with pytest.raises(Unavailable, match="training a GNN needs torch") as caught:
        made().fit(GRAPH, TRAIN)
    assert caught.value.hint == "pip install 'hanok[train]'"


# -- refused -----------------------------------------------------------------------------------------------------------


COUNTS = ("vector_size", "layers", "channels", "epochs", "negative", "patience", "batch_size", "neighbours", "threads")
BOUNDS = [("learning_rate", 0), ("learning_rate", np.nan), ("weight_decay", -1), ("fraction", -0.1), ("fraction", 1.1)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, 0) for name in COUNTS),
        *BOUNDS,
        ("hidden", 0),
        ("cold", 1),
        ("cold", -1),
        ("dropout", 1),
        ("kind", "gat"),
    ],
)
def test_settings_out_of_bounds_are_refused(name: str, value: Any) -> None:
    settings = {"vector_size": 16, name: value}
    with pytest.raises(Problem, match=f"{name}: found"):
        GNN(**settings).fit(GRAPH, TRAIN)


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(Problem, match="none of which is responsive; expected one to learn from"):
        made().fit(GRAPH, TRAIN.subset(~TRAIN.label))
    with pytest.raises(Problem, match="responses: found 0 responses"):
        made().fit(GRAPH, TRAIN.subset([]))


def test_validation_that_leaks_is_refused() -> None:
    with pytest.raises(Problem, match="is an edge") as caught:
        made().fit(WORLD.graph, TRAIN, VALID)
    assert caught.value.code == "leak"
    with pytest.raises(Problem, match="is a training pair"):
        made().fit(GRAPH, TRAIN, TRAIN.subset(~TRAIN.label))


def test_ids_that_are_no_nodes_are_refused() -> None:
    with pytest.raises(Problem, match="responses: found 999; expected ids 0 to"):
        made().fit(GRAPH, Responses([0], [999], [True]))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ({"cell": np.zeros((3, 2))}, r"features of cell: found shape \(3, 2\); expected a row for each of 80 nodes"),
        ({"cell": np.full((80, 1), np.inf)}, "features of cell: some are infinite"),
        ({"mouse": np.zeros((3, 2))}, "found 'mouse'; expected one of"),
    ],
)
def test_features_that_do_not_fit_are_refused(features: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        made().fit(GRAPH, TRAIN, features=features)


def test_a_graph_of_other_types_or_features_is_refused() -> None:
    gnn = made(epochs=1).fit(GRAPH, TRAIN)
    with pytest.raises(Problem, match="found nodes of type 'mouse'; expected cell, drug, gene"):
        gnn.embed(Graph.of(["m"], "mouse", ["n"], "mouse"))
    with pytest.raises(Problem, match="features of cell: found 3 of each node; training had 0"):
        gnn.embed(GRAPH, FEATURES)


def test_a_learning_rate_that_is_too_high_is_named() -> None:
    with pytest.raises(Problem, match="learning_rate: the loss is not finite"):
        made(learning_rate=1e30).fit(GRAPH, TRAIN)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"nothing")
    with pytest.raises(Problem, match=r"expected what GNN\.save wrote"):
        GNN.load(tmp_path / "x")
    GRAPH.save(tmp_path / "graph")
    with pytest.raises(Problem, match=r"expected what GNN\.save wrote"):
        GNN.load(tmp_path / "graph")
