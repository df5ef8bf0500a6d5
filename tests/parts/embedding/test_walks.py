"""Walks as a corpus: what they are made of, how many, that they can be repeated, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.embedding import SGNS, ResponseAware, Walks
from hanok.parts.embedding import walks as module

GRAPHS = st.integers(1, 8).flatmap(
    lambda n: st.lists(
        st.tuples(st.integers(0, n - 1), st.integers(0, n - 1), st.sampled_from([0.5, 1.0, 3.0])), min_size=1
    ).map(lambda edges: csr_matrix(([e[2] for e in edges], tuple(zip(*(e[:2] for e in edges), strict=True))), (n, n)))
)


def clusters(seed=0, n=60, groups=3):
    """An undirected graph of groups with few edges between them."""
    rng = np.random.default_rng(seed)
    group = np.arange(n) % groups
    dense = rng.random((n, n)) < np.where(group[:, None] == group, 0.5, 0.01)
    return csr_matrix((dense | dense.T) * 1.0)


def sequences(walks, epoch=0):
    return [chunk[i].tolist() for chunk in walks(epoch) for i in range(len(chunk))]


@given(GRAPHS, st.integers(2, 9), st.integers(1, 3), st.sampled_from([(1, 1), (0.5, 2), (1, 0.5)]))
def test_every_step_is_an_edge_and_only_a_dead_end_stops_a_walk(graph, walk_length, num_walks, bias):
    walks = Walks(graph, p=bias[0], q=bias[1], walk_length=walk_length, num_walks=num_walks, seed=3)
    edge, out = graph.toarray() > 0, graph.getnnz(axis=1) > 0
    found = sequences(walks)
    for nodes in found:
        assert edge[nodes[:-1], nodes[1:]].all()
        assert len(nodes) == walk_length or not out[nodes[-1]]
    begun = np.bincount([nodes[0] for nodes in found], minlength=graph.shape[0])
    assert begun.tolist() == (num_walks * out).tolist()
    assert walks.counts().tolist() == np.bincount(np.concatenate(found), minlength=graph.shape[0]).tolist()


@pytest.mark.parametrize("chunk", [50, 1000, 200_000])
def test_walks_are_the_same_whatever_the_workers(monkeypatch, chunk):
    monkeypatch.setattr(module, "CHUNK", chunk)
    found = [sequences(Walks(clusters(), q=0.5, walk_length=10, workers=w), epoch=4) for w in (1, 2, 5)]
    assert found[0] == found[1] == found[2]


def test_a_walk_depends_on_seed_epoch_start_and_number_only():
    whole, part = Walks(clusters(), num_walks=3), Walks(clusters(), num_walks=2, starts=[7, 1])
    all_walks = sequences(whole)
    assert [nodes[0] for nodes in all_walks].count(7) == 3
    assert all(nodes in all_walks for nodes in sequences(part))
    assert sequences(whole) == all_walks
    assert not any(nodes in all_walks for nodes in sequences(whole, epoch=1))
    assert not any(nodes in all_walks for nodes in sequences(Walks(clusters(), num_walks=3, seed=1)))


def test_starts_are_given_or_all_that_lead_somewhere():
    line = csr_matrix(([1.0, 1.0], ([0, 1], [1, 2])), shape=(5, 5))  # node 2 ends, 3 and 4 are alone
    assert Walks(line).starts.tolist() == [0, 1]
    assert Walks(line, starts=[1, 2, 3]).starts.tolist() == [1]
    assert sorted(sequences(Walks(line, num_walks=1))) == [[0, 1, 2], [1, 2]]


def test_a_round_begins_everywhere_in_an_order_of_its_own():
    begun = [nodes[0] for nodes in sequences(Walks(clusters(), num_walks=2))]
    first, second = begun[:60], begun[60:]
    assert sorted(first) == sorted(second) == list(range(60))
    assert first != second != sorted(first)


def test_a_node_may_be_its_own_neighbour():
    assert sequences(Walks(csr_matrix(np.eye(1)), p=0.5, walk_length=4, num_walks=1)) == [[0, 0, 0, 0]]


def test_chunks_are_no_larger_than_they_need_to_be_and_made_when_asked_for(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 100)
    for chunk in Walks(clusters(), walk_length=20)(0):
        assert 0 < len(chunk.tokens) <= 100
    endless = Walks(clusters(), walk_length=20, num_walks=10**12)(0)
    assert len(next(iter(endless))) == 5


def test_the_graph_is_not_changed():
    graph = csr_matrix(([2.0, 0.0, 1.0], [1, 0, 0], [0, 2, 3]), shape=(2, 2))
    before = graph.data.tolist(), graph.indices.tolist(), graph.indptr.tolist()
    sequences(Walks(graph))
    assert before == (graph.data.tolist(), graph.indices.tolist(), graph.indptr.tolist())


@pytest.mark.parametrize("workers", [1, 2])
def test_groups_of_a_graph_come_together(workers):
    walks = Walks(clusters(), walk_length=20)
    model = SGNS(16, sample=0, learning_rate=0.05, workers=workers).fit(walks, walks.n_nodes)
    right = [np.mean(model.similar(node, 10)[0] % 3 == node % 3) for node in range(60)]
    assert np.mean(right) > 0.9
    assert model.counts.tolist() == walks.counts().tolist()


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("workers", [1, 3])
def test_walks_and_training_together_give_the_same_twice(architecture, workers):
    def fitted():
        walks = Walks(clusters(), q=0.5, walk_length=12, workers=workers, seed=5)
        sampler = ResponseAware([[0, 1], [0, 2], [1, 0]])
        return SGNS(16, architecture=architecture, epochs=2, seed=9).fit(walks, walks.counts(), sampler)

    first, again = fitted(), fitted()
    assert np.array_equal(first.vectors, again.vectors)
    assert np.array_equal(first.context, again.context)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("p", value) for value in (0, -1.0, np.nan, np.inf)),
        *(("q", value) for value in (0, -1.0, np.nan, np.inf)),
        *(("walk_length", 1), ("num_walks", 0), ("workers", 0), ("seed", -1)),
    ],
)
def test_settings_without_walks_are_refused(name, value):
    with pytest.raises(Problem) as problem:
        Walks(clusters(), **{name: value})
    assert (problem.value.code, problem.value.where) == ("bad_setting", name)


@pytest.mark.parametrize(
    ("starts", "code"),
    [
        ([60], "bad_starts"),
        ([-1], "bad_starts"),
        ([0.0], "bad_starts"),
        ([[0]], "bad_starts"),
        ([3, 4, 3], "bad_starts"),
        ([], "no_edges"),
    ],
)
def test_starts_that_are_none_are_refused(starts, code):
    with pytest.raises(Problem) as problem:
        Walks(clusters(), starts=starts)
    assert (problem.value.code, problem.value.where) == (code, "starts")


@pytest.mark.parametrize("graph", [csr_matrix((3, 3)), csr_matrix((0, 0)), csr_matrix(np.zeros((2, 2)))])
def test_a_graph_without_an_edge_is_refused(graph):
    with pytest.raises(Problem) as problem:
        Walks(graph)
    assert (problem.value.code, problem.value.where) == ("no_edges", "adjacency")


def test_a_graph_that_is_none_is_refused():
    with pytest.raises(Problem, match="row 0 column 1"):
        Walks(csr_matrix(([np.nan], ([0], [1])), shape=(2, 2)))
