"""Kinds of edges: from which type to which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

Ints = npt.NDArray[np.int64]
Relations = Sequence[tuple[int, int]]
"""Ordered pairs of types, as a model numbers types."""


class Kinds(NamedTuple):
    """What is known of each entry of an adjacency matrix, (nnz,).

    Parameters
    ----------
    kind : array (nnz,), int64
        Its relation; 0 where it is none of those given.
    known : array (nnz,), bool
        Whether it is.
    group : array (nnz,), int64
        Entries of one row and one relation have the same number, and those of one row and none.
    n_groups : int
    """

    kind: Ints
    known: npt.NDArray[np.bool_]
    group: Ints
    n_groups: int


def kinds(adjacency: csr_matrix, types: Ints, relations: Relations) -> Kinds:
    """Which relation each edge is of.

    Parameters
    ----------
    adjacency : csr_matrix (n, n)
        CSR.
    types : array (n,), int64
        Of the nodes.
    relations : sequence of (int, int)
        Those that count.
    """
    rows = np.repeat(np.arange(adjacency.shape[0]), np.diff(adjacency.indptr))
    n_types = 1 + max([int(types.max(initial=0)), *(max(pair) for pair in relations)])
    table = np.full((n_types, n_types), -1)
    for place, (a, b) in enumerate(relations):
        table[a, b] = place
    kind = table[types[rows], types[adjacency.indices]]
    distinct, group = np.unique(rows * (len(relations) + 1) + kind, return_inverse=True)  # -1 is a kind here, too
    return Kinds(np.maximum(kind, 0), kind >= 0, group.reshape(-1), len(distinct))


def relations_of(adjacency: csr_matrix, types: Ints) -> list[tuple[int, int]]:
    """The relations that a symmetric matrix has edges of, ascending."""
    rows = np.repeat(np.arange(adjacency.shape[0]), np.diff(adjacency.indptr))
    base = int(types.max(initial=0)) + 1
    found = np.unique(types[rows] * base + types[adjacency.indices]).tolist()
    return [divmod(code, base) for code in found]


def both_ways(adjacency: csr_matrix) -> csr_matrix:
    """The greater weight of either direction, canonical; a symmetric matrix stays as it is."""
    turned = adjacency.T.tocsr()
    if not (adjacency != turned).nnz:
        return adjacency
    found = adjacency.maximum(turned).tocsr()
    found.sum_duplicates()
    return found
