"""Walks that choose the type of the next node first, so that no type crowds out the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.embedding.adjacency import adjacency as clean


def balanced(adjacency: Any, types: npt.ArrayLike, shares: npt.ArrayLike) -> csr_matrix:
    """Edges reweighted so that a step chooses the type of the next node by `shares`, then the node by weight.

    Parameters
    ----------
    adjacency : sparse matrix (n_nodes, n_nodes)
        As for `Walks`.
    types : array (n_nodes,), int
        Type of each node, 0 … n_types - 1.
    shares : array (n_types, n_types)
        Row a says how a step from a node of type a is divided among types; of these only the ones count that the node
        has neighbours of. 0 forbids: such edges are left out, and a node that keeps none ends a walk.

    Returns
    -------
    csr_matrix (n_nodes, n_nodes), float64
        In general not symmetric.

    Raises
    ------
    Problem
        ``bad_types`` or ``bad_shares``, besides what `Walks` says of `adjacency`.

    Example
    -------
    Node 0 has one neighbour of its own type and three of the other:

    >>> star = csr_matrix(([1, 1, 1, 1], ([0, 0, 0, 0], [1, 2, 3, 4])), shape=(5, 5))
    >>> balanced(star, [0, 0, 1, 1, 1], np.ones((2, 2))).toarray()[0].round(2).tolist()
    [0.0, 1.0, 0.33, 0.33, 0.33]

    Source
    ------
    Type first, then node, is how JUST walks (Hussein et al. 2018, "Are Meta-Paths Necessary?"), where the chance of a
    type depends on the walk so far. Ours depends on the current type only, so that it is a weight and a step costs no
    more.
    """
    matrix = clean(adjacency)
    n, kinds = matrix.shape[0], np.asarray(types)
    share = np.asarray(shares, np.float64)
    m = len(share) if share.ndim else 0
    if share.shape != (m, m) or not (np.isfinite(share).all() and (share >= 0).all()):
        raise Problem("bad_shares", f"found shape {share.shape}; expected finite shares of types by types", "shares")
    if kinds.shape != (n,) or kinds.dtype.kind not in "iu":
        found = f"found {kinds.dtype} of shape {kinds.shape}"
        raise Problem("bad_types", f"{found}; expected whole numbers ({n},), one for each node", "types")
    if n and not (kinds.min() >= 0 and kinds.max() < m):
        raise Problem("bad_types", f"found {kinds.min()} to {kinds.max()}; expected 0 to {m - 1}", "types")
    left = np.repeat(np.arange(n), np.diff(matrix.indptr))  # (n_edges,)
    right = kinds[matrix.indices]
    group = left * m + right  # the edges of a node to one type
    total = np.bincount(group, matrix.data, minlength=n * m)
    found = csr_matrix(
        (share[kinds[left], right] * (matrix.data / total[group]), matrix.indices, matrix.indptr), matrix.shape
    )
    if not found.data.all():
        found = found.copy()  # the arrays of places are those of `adjacency`
        found.eliminate_zeros()
    return found
