"""A part of a large graph: some nodes, and of those around them a few of each node's neighbours."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

Ints = npt.NDArray[np.int64]


def surroundings(adjacency: csr_matrix, seeds: Ints, hops: int, neighbours: int, rng: np.random.Generator) -> Ints:
    """Nodes within some hops of the seeds, at most a few neighbours of each node, ascending and with the seeds.

    Parameters
    ----------
    adjacency : csr_matrix (n, n)
        Weights do not matter.
    seeds : array (k,), int
        Where to begin.
    hops : int
        How far.
    neighbours : int
        Of a node with more, so many are drawn, with repetition.
    rng : Generator
        Of the drawing.

    Source
    ------
    Hamilton, Ying and Leskovec 2017, "Inductive representation learning on large graphs", section 3.1, for the drawing;
    messages then pass over all edges between the nodes found, as in GraphSAINT (Zeng et al. 2020), so that each node is
    worked on once.
    """
    reached = np.zeros(adjacency.shape[0], bool)
    reached[seeds] = True
    frontier = np.unique(seeds)
    indptr, indices = adjacency.indptr.astype(np.int64), adjacency.indices
    for _ in range(hops):
        first, degree = indptr[frontier], indptr[frontier + 1] - indptr[frontier]
        few, many = degree <= neighbours, degree > neighbours
        places = [_ranges(first[few], degree[few])]
        drawn = (rng.random((int(many.sum()), neighbours)) * degree[many][:, None]).astype(np.int64)
        places.append((first[many][:, None] + drawn).reshape(-1))
        found = np.unique(indices[np.concatenate(places)]).astype(np.int64)
        frontier = found[~reached[found]]
        reached[frontier] = True
    return np.flatnonzero(reached)


def _ranges(first: Ints, length: Ints) -> Ints:
    """first, first + 1, … of each, one after the other."""
    ends = np.cumsum(length)
    found: Ints = np.arange(int(length.sum())) + np.repeat(first - (ends - length), length)
    return found
