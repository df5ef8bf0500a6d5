from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from planted import world
from sklearn.linear_model import Ridge

from hanok.core.problem import Problem
from hanok.parts.graph import Graph, Responses, linear_probe, transductive_gap

# genes tell two kinds of cells apart, drugs four: of which a cell is, only its own edges say
WORLD = world(n_cells=150, n_drugs=24, n_genes=60, kinds=4)
N = len(WORLD.cells)
FOLD = np.random.default_rng(0).permutation(N) % 5


def spectral(graph: Graph, d: int = 16) -> npt.NDArray[np.float64]:
    """Vectors of the cells, from the singular vectors of the graph's scaled matrix: what any embedding is at heart."""
    dense = graph.adjacency.toarray().astype(float)
    scale = 1 / np.sqrt(np.maximum(dense.sum(axis=1), 1))
    u, s, _ = np.linalg.svd(scale[:, None] * dense * scale)
    return (u[:, :d] * np.sqrt(s[:d]))[WORLD.cells]


def honest(fold: int) -> npt.NDArray[np.float64]:
    held = WORLD.of_cells(WORLD.cells[fold == FOLD])
    return spectral(WORLD.graph.without(held.pairs))


GENES = WORLD.graph.adjacency[WORLD.cells][:, WORLD.graph.of_type("gene")].toarray()


def test_vectors_of_the_whole_graph_are_seen_to_leak() -> None:
    found = transductive_gap({fold: spectral(WORLD.graph) for fold in range(5)}, WORLD.responses, FOLD, GENES)
    assert found.verdict == "leaking"
    assert found.retained is not None
    assert found.retained.value == pytest.approx(1, abs=0.1)
    assert found.gap.low < 0.01
    assert found.excess.low > 0


def test_vectors_without_held_out_edges_show_no_sign_of_a_leak() -> None:
    found = transductive_gap({fold: honest(fold) for fold in range(5)}, WORLD.responses, FOLD, GENES)
    assert found.verdict == "no sign of a leak"
    assert found.gap.low > 0


@pytest.mark.parametrize("leaking", [True, False])
def test_the_vectors_of_one_fold_are_enough(leaking: bool) -> None:
    vectors = spectral(WORLD.graph) if leaking else honest(2)
    found = transductive_gap({2: vectors}, WORLD.responses, FOLD, GENES)
    assert found.verdict == ("leaking" if leaking else "no sign of a leak")


def test_features_are_no_leak_beside_themselves_but_look_like_one_beside_chance() -> None:
    vectors = dict.fromkeys(range(5), GENES)
    found = transductive_gap(vectors, WORLD.responses, FOLD, GENES)
    assert (found.verdict, found.retained, found.excess.value) == ("no sign of a leak", None, 0)
    assert transductive_gap(vectors, WORLD.responses, FOLD).honest.value == 0.5


def test_noise_is_no_leak() -> None:
    noise = np.random.default_rng(0).normal(size=(N, 8))
    found = transductive_gap(dict.fromkeys(range(5), noise), WORLD.responses, FOLD)
    assert found.verdict == "no sign of a leak"
    assert found.retained is None


def test_nodes_without_a_reference_are_left_out() -> None:
    some = GENES.astype(float)
    some[::10] = np.nan
    vectors = spectral(WORLD.graph)
    vectors[::10] = np.nan
    found = transductive_gap(dict.fromkeys(range(5), vectors), WORLD.responses, FOLD, some)
    assert found.held_out.n == N - len(range(0, N, 10))
    assert found.verdict == "leaking"


def test_the_probe_is_ridge_regression_of_each_column_on_what_was_measured() -> None:
    rng = np.random.default_rng(0)
    rows, train = rng.normal(2, 3, size=(40, 5)), np.arange(40) < 30
    labels = np.where(rng.random((40, 4)) < 0.2, np.nan, rng.random((40, 4)) < 0.5)
    labels[:, 3] = np.nan
    found = linear_probe(rows, labels, train, regularization=2)
    scaled = (rows - rows[train].mean(0)) / rows[train].std(0)
    for column in range(3):
        used = train & np.isfinite(labels[:, column])
        expected = Ridge(2).fit(scaled[used], labels[used, column]).predict(scaled)
        np.testing.assert_allclose(found[:, column], expected)
    assert not found[:, 3].any()


@pytest.mark.parametrize(
    ("vectors", "fold", "message"),
    [
        ({0: GENES[1:]}, FOLD, r"vectors 0: found shape"),
        ({}, FOLD, r"found vectors for folds \[\]"),
        ({9: GENES}, FOLD, r"found vectors for folds \[9\] and nodes of folds"),
        ({0: GENES}, FOLD % 2, "expected three folds or more"),
        ({0: GENES * np.nan}, FOLD, "vectors 0: some vectors are not finite"),
    ],
)
def test_what_cannot_be_judged_is_refused(vectors: Any, fold: Any, message: str) -> None:
    with pytest.raises(Problem, match=message):
        transductive_gap(vectors, WORLD.responses, fold, GENES)


def test_labels_that_are_all_alike_cannot_be_judged() -> None:
    alike = Responses(WORLD.responses.left, WORLD.responses.right, np.ones(len(WORLD.responses), bool))
    with pytest.raises(Problem, match="no fold has a right node with both labels"):
        transductive_gap({0: GENES}, alike, FOLD)
