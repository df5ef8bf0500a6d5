from __future__ import annotations

import numpy as np
import pytest
from planted import world

torch = pytest.importorskip("torch")

from hanok.parts.graph.messages import Messages  # noqa: E402
from hanok.parts.graph.relations import relations_of  # noqa: E402

WORLD = world(n_cells=20, n_drugs=6, n_genes=10)
GRAPH, TYPES = WORLD.graph, WORLD.graph.types.astype(np.int64)
RELATIONS = relations_of(GRAPH.adjacency, TYPES)
DENSE = GRAPH.adjacency.toarray().astype(float)


def dense(messages: Messages, values: object) -> np.ndarray:
    return messages.structure.times(values, torch.eye(messages.n)).numpy()


def without(pairs: np.ndarray) -> np.ndarray:
    return GRAPH.without(pairs).adjacency.toarray().astype(float)


def symmetric(a: np.ndarray) -> np.ndarray:
    looped = a + np.eye(len(a))
    scale = looped.sum(1) ** -0.5
    return scale[:, None] * looped * scale


def by_relation(a: np.ndarray) -> np.ndarray:
    found = np.zeros_like(a)
    for one, other in RELATIONS:
        part = a * ((one == TYPES)[:, None] & (other == TYPES))
        total = part.sum(1, keepdims=True)
        found += np.divide(part, total, out=np.zeros_like(part), where=total > 0)
    return found


HIDDEN = WORLD.responses.positives[::2]


@pytest.mark.parametrize("pairs", [np.zeros((0, 2), int), HIDDEN, HIDDEN[:, ::-1], WORLD.responses.pairs])
def test_normalised_as_if_hidden_edges_were_not_there(pairs: np.ndarray) -> None:
    messages = Messages(GRAPH.adjacency, TYPES, RELATIONS)
    hidden = messages.places(pairs)
    values, own = messages.symmetric(hidden)
    expected = symmetric(without(pairs))
    np.testing.assert_allclose(dense(messages, values) + np.diag(own.numpy()), expected, atol=1e-6)
    np.testing.assert_allclose(dense(messages, messages.by_relation(hidden)), by_relation(without(pairs)), atol=1e-6)


def test_hiding_changes_nothing_for_the_next_step() -> None:
    messages = Messages(GRAPH.adjacency, TYPES, RELATIONS)
    before = messages.symmetric()[0].clone()
    messages.symmetric(messages.places(HIDDEN))
    assert torch.equal(messages.symmetric()[0], before)


def test_edges_are_found_in_both_directions_and_pairs_without_edge_are_not() -> None:
    messages = Messages(GRAPH.adjacency, TYPES, RELATIONS)
    pair = WORLD.responses.positives[0]
    a, b = pair.tolist()
    marked = dense(messages, torch.zeros(GRAPH.adjacency.nnz).index_fill_(0, messages.places(pair[None]), 1.0))
    assert np.argwhere(marked).tolist() == sorted([[a, b], [b, a]])
    resistant = WORLD.responses.pairs[~WORLD.responses.label]
    assert len(messages.places(resistant)) == 0
    assert len(messages.places(np.array([[len(GRAPH) - 1, len(GRAPH) - 1]]))) == 0


def test_relations_that_a_model_does_not_know_carry_nothing() -> None:
    few = [pair for pair in RELATIONS if pair != RELATIONS[0]]
    messages = Messages(GRAPH.adjacency, TYPES, few)
    one, other = RELATIONS[0]
    found = dense(messages, messages.by_relation())
    assert not found[np.ix_(one == TYPES, other == TYPES)].any()
    rest = found.copy()
    rest[np.ix_(one == TYPES, other == TYPES)] = by_relation(DENSE)[np.ix_(one == TYPES, other == TYPES)]
    np.testing.assert_allclose(rest, by_relation(DENSE), atol=1e-6)
