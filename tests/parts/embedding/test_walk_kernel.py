"""Alias tables of edges, and steps against the probabilities that node2vec's paper defines."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from hanok.parts.embedding.walk_kernel import fill, walk


def edges(dense):
    """Places and weights of the edges of a dense graph: indptr, indices, weights."""
    rows, columns = np.nonzero(dense)
    indptr = np.searchsorted(rows, np.arange(len(dense) + 1)).astype(np.int64)
    return indptr, columns.astype(np.int32), dense[rows, columns].astype(float)


def tables(dense):
    indptr, indices, weights = edges(dense)
    stay, alias = np.full(len(indices), np.nan, np.float32), np.full(len(indices), -1, np.int32)
    fill(indptr, indices, weights, stay, alias)
    return indptr, indices, stay, alias


@given(st.lists(st.lists(st.sampled_from([0, 1, 2, 1e-9, 1e9, 0.1]), min_size=6, max_size=6), min_size=6, max_size=6))
def test_a_draw_is_in_proportion_to_weight(rows):
    dense = np.array(rows, float)
    if not dense.any():
        return
    indptr, indices, stay, alias = tables(dense)
    chance = np.zeros((6, 6))
    owner = np.repeat(np.arange(6), np.diff(indptr))
    np.add.at(chance, (owner, indices), stay)
    np.add.at(chance, (owner, alias), 1 - stay)
    degrees, sums = (dense > 0).sum(axis=1), np.maximum(dense.sum(axis=1), 1e-12)
    assert np.allclose(chance, dense * (degrees / sums)[:, None], atol=1e-5)


def exact(dense, before, here, p, q):
    """Equation of section 3.2: weight times 1/p, 1 or 1/q by the distance from the node before."""
    bias = np.where(dense[before] > 0, 1.0, 1 / q)
    bias[before] = 1 / p
    mass = dense[here] * bias
    return mass / mass.sum()


def walked(graph, length, p, q, rounds=700):
    """Walks from every node that has an edge out."""
    starts = np.flatnonzero(np.diff(graph[0])).astype(np.int32)
    found = []
    for number in range(rounds):
        tokens, offsets = np.empty(len(starts) * length, np.int32), np.empty(len(starts) + 1, np.int64)
        walk(graph, starts, np.uint64(number), np.uint64(5), 1 / p, 1 / q, tokens, offsets)
        found += [tokens[a:b] for a, b in pairwise(offsets)]
    return found


def misfit(dense, walks, p, q):
    """How likely steps as far from the exact probabilities are by chance."""
    n = len(dense)
    seen = np.zeros((n, n, n))
    for tokens in walks:
        np.add.at(seen, (tokens[:-2], tokens[1:-1], tokens[2:]), 1)
    statistic, freedom = 0.0, 0
    for before, here in zip(*np.nonzero(seen.sum(axis=2)), strict=True):
        counts = seen[before, here]
        wanted = exact(dense, before, here, p, q) * counts.sum()
        assert not counts[wanted == 0].any()
        rare = wanted < 5
        wanted = np.append(wanted[~rare], wanted[rare].sum())
        counts = np.append(counts[~rare], counts[rare].sum())
        counts, wanted = counts[wanted > 0], wanted[wanted > 0]
        statistic += ((counts - wanted) ** 2 / wanted).sum()
        freedom += len(counts) - 1
    assert freedom > 20
    return float(chi2.sf(statistic, freedom))


@pytest.mark.parametrize("directed", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("p", "q"), [(1, 1), (1, 0.5), (0.25, 4), (4, 0.25), (1e-4, 1), (1, 1e-4), (1e4, 1e-4)])
def test_steps_are_as_likely_as_the_paper_says(directed, weighted, p, q):
    """The last three are so lopsided that proposals are given up and the step is computed."""
    rng = np.random.default_rng(7)
    dense = (rng.random((9, 9)) < 0.45) * (rng.integers(1, 10, (9, 9)) if weighted else 1.0)
    if not directed:
        dense = np.maximum(dense, dense.T)
    graph = tables(dense)
    if not weighted:
        graph = (*graph[:2], np.zeros(0, np.float32), np.zeros(0, np.int32))
    walks = walked(graph, 12, p, q)
    assert 1e-3 < misfit(dense, walks, p, q) < 1 - 1e-6


def test_a_wrong_bias_would_be_seen():
    dense = np.maximum((d := (np.random.default_rng(7).random((9, 9)) < 0.45) * 1.0), d.T)
    walks = walked(tables(dense), 12, 1, 0.5)
    assert misfit(dense, walks, 1, 1) < 1e-6
    assert misfit(dense, walks, 1.2, 0.5) < 1e-6
