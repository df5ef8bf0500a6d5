from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from planted import world

from hanok.core.problem import Problem
from hanok.parts.embedding import Corpus
from hanok.parts.graph import Graph, Responses, check_leaks

WORLD = world(n_drugs=20)
HELD = WORLD.of_cells(WORLD.cells[::4])
TRAIN = WORLD.of_cells(np.setdiff1d(WORLD.cells, WORLD.cells[::4]))
HONEST = WORLD.graph.without(HELD.pairs)


def walks(graph: Graph, n: int = 300, length: int = 12) -> Corpus:
    """Walks along the edges of a graph, from any node."""
    rng, found = np.random.default_rng(0), []
    indptr, indices = graph.adjacency.indptr, graph.adjacency.indices
    for start in rng.integers(len(graph), size=n):
        walk = [int(start)]
        while len(walk) < length and indptr[walk[-1]] < indptr[walk[-1] + 1]:
            walk.append(int(rng.choice(indices[indptr[walk[-1]] : indptr[walk[-1] + 1]])))
        found.append(walk)
    return Corpus.of(found)


def features(noise: float = 1.0) -> dict[str, Any]:
    """Features that say something of cells and drugs, honestly."""
    rng = np.random.default_rng(1)
    block = np.arange(len(WORLD.cells))[:, None] % 2
    return {
        "cell": block + noise * rng.normal(size=(len(WORLD.cells), 6)),
        "drug": rng.normal(size=(len(WORLD.drugs), 3)),
    }


def test_what_is_honest_passes() -> None:
    check_leaks(
        HELD,
        graph=HONEST,
        walks=[walks(HONEST)],
        negatives=TRAIN.resistant_lists(len(HONEST)),
        positives=TRAIN,
        features=features(),
    )


def test_nothing_held_out_leaks_nowhere() -> None:
    nothing = Responses([], [], [])
    check_leaks(nothing, graph=WORLD.graph, walks=[walks(HONEST)], positives=TRAIN, features=features())
    check_leaks(np.zeros((0, 2), int), positives=TRAIN, negatives=TRAIN.resistant_lists(len(HONEST)))


# -- pairs -------------------------------------------------------------------------------------------------------------


def test_a_held_out_edge_in_the_graph_is_caught_and_named() -> None:
    pair = HELD.positives[:1]
    names = ", ".join(WORLD.graph.names[i] for i in pair[0])
    left_in = WORLD.graph.without(HELD.positives[1:])
    with pytest.raises(Problem, match=rf"graph: the held-out pair \({names}\) is an edge") as caught:
        check_leaks(HELD, graph=left_in)
    assert caught.value.code == "leak"


def test_a_directed_edge_is_caught_in_either_direction() -> None:
    for pair in ([0, 1], [1, 0]):
        with pytest.raises(Problem, match="is an edge"):
            check_leaks([pair], graph=Graph.of(["a"], "p", ["b"], "p", directed=True))


def test_a_held_out_step_in_a_walk_is_caught_in_whichever_chunk() -> None:
    a, b = HELD.pairs[5].tolist()

    def stream() -> Iterator[Corpus]:
        yield walks(HONEST)
        yield Corpus.of([[7, 8], [9, b, a, 9]])

    with pytest.raises(Problem, match=r"walks, chunk 1: the held-out pair .* is a step of a walk"):
        check_leaks(HELD, walks=stream())


def test_walks_over_a_graph_with_held_out_edges_are_caught() -> None:
    with pytest.raises(Problem, match="is a step of a walk"):
        check_leaks(HELD, graph=HONEST, walks=[walks(WORLD.graph)])


def test_the_end_of_a_walk_and_the_beginning_of_the_next_are_no_step() -> None:
    a, b = HELD.pairs[0].tolist()
    check_leaks(HELD, walks=[Corpus.of([[a], [b, 7], [], [8, a], [b]]), Corpus.of([[]]), Corpus.of([])])


def test_two_nodes_of_a_pair_with_another_between_are_no_step() -> None:
    a, b = HELD.pairs[0].tolist()
    check_leaks(HELD, walks=[Corpus.of([[a, len(HONEST) - 1, b]])])


def test_held_out_pairs_in_lists_of_negatives_are_caught() -> None:
    everything = WORLD.responses.resistant_lists(len(HONEST))
    with pytest.raises(Problem, match=r"negatives: the held-out pair \(c000, d\d+\) is in the list of a node"):
        check_leaks(HELD, graph=HONEST, negatives=everything)
    with pytest.raises(Problem, match="is in the list of a node"):
        check_leaks(HELD, negatives=HELD.pairs[-1:, ::-1])
    one_way = (np.r_[0, np.ones(len(HONEST), int)], [int(HELD.right[HELD.left == 0][0])])
    with pytest.raises(Problem, match="is in the list of a node"):
        check_leaks(HELD, negatives=one_way)


def test_held_out_pairs_in_the_loss_are_caught_whatever_their_label() -> None:
    for row in (int(HELD.label.argmax()), int(HELD.label.argmin())):
        with pytest.raises(Problem, match=r"positives: the held-out pair .* is a training pair"):
            check_leaks(HELD, positives=np.vstack([TRAIN.pairs, HELD.pairs[row][::-1]]))


# -- features ----------------------------------------------------------------------------------------------------------


def rows_of(kind: str, noise: float = 0.0) -> np.ndarray:
    """The responses of all nodes of a type, as features."""
    table = WORLD.responses.table(WORLD.cells, WORLD.drugs)
    table = np.nan_to_num(table if kind == "cell" else table.T, nan=0.5)
    return table + noise * np.random.default_rng(2).normal(size=table.shape)


@pytest.mark.parametrize("noise", [0, 0.1])
@pytest.mark.parametrize("kind", ["cell", "drug"])
def test_features_that_repeat_a_node_s_own_responses_are_caught(kind: str, noise: float) -> None:
    honest = features()
    planted = {**honest, kind: np.hstack([honest[kind], 3 - 2 * rows_of(kind, noise)])}
    with pytest.raises(Problem, match=rf"features of {kind}, column.*: the held-out pair .* can be read off"):
        check_leaks(HELD, graph=HONEST, features=planted)


def test_one_column_that_repeats_the_responses_to_one_drug_is_caught_and_named() -> None:
    big = world(n_cells=400)
    held = big.of_cells(big.cells[::2])
    labels = np.nan_to_num(big.responses.table(big.cells, big.drugs)[:, 3], nan=0.0)
    rng = np.random.default_rng(0)
    honest = big.cells[:, None] % 2 + rng.normal(size=(400, 4))
    check_leaks(held, graph=big.graph.without(held.pairs), features={"cell": honest})
    with pytest.raises(
        Problem, match=r"features of cell, column 4: .* and all others of d003 can be read off, AUROC 1"
    ):
        check_leaks(
            held,
            graph=big.graph.without(held.pairs),
            features={"cell": np.c_[honest, labels + rng.normal(0, 0.1, 400)]},
        )


def test_features_of_training_nodes_may_repeat_their_responses() -> None:
    own = rows_of("cell")
    own[np.isin(WORLD.cells, HELD.left)] = 0.5
    check_leaks(HELD, graph=HONEST, features={"cell": own})


def test_missing_and_constant_features_say_nothing() -> None:
    rows = np.c_[np.full(len(WORLD.cells), np.nan), np.ones(len(WORLD.cells))]
    check_leaks(HELD, graph=HONEST, features={"cell": rows, "gene": np.zeros((40, 0))})


def test_strong_features_of_few_cells_are_no_leak() -> None:
    held = WORLD.of_cells(WORLD.cells[:3])
    check_leaks(
        held, graph=WORLD.graph.without(held.pairs), features={"cell": rows_of("cell")}
    )  # chance would do as well


# -- refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"features": features()}, "features: looking at features needs the graph"),
        ({"graph": HONEST, "features": {"cell": np.zeros((3, 2))}}, r"cell: found shape \(3, 2\); expected a row for"),
        ({"graph": HONEST, "features": {"mouse": np.zeros((3, 2))}}, "found 'mouse'; expected one of"),
        ({"negatives": ([0, 2], [1])}, "negatives: expected"),
        ({"positives": [0, 1]}, r"pairs: found int64 of shape \(2,\)"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(arguments: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        check_leaks(HELD, **arguments)


def test_features_need_labels() -> None:
    with pytest.raises(Problem, match="held-out pairs with labels"):
        check_leaks(HELD.pairs, graph=HONEST, features=features())
