"""Who is joined to whom, as a sparse matrix that has been looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, issparse  # type: ignore[import-untyped]

from hanok.core.problem import Problem


def adjacency(given: Any, where: str = "adjacency") -> csr_matrix:
    """Clean edges of any scipy sparse matrix: each once, none of weight 0, neighbours in ascending order.

    Parameters
    ----------
    given : sparse matrix (n_nodes, n_nodes)
        Weight of the edge from row to column; an edge that is stored twice weighs the sum, one of 0 is none.
    where : str
        What to call it in a problem.

    Returns
    -------
    csr_matrix (n_nodes, n_nodes), float64
        `given` itself where there is nothing to do; it is never changed.

    Raises
    ------
    Problem
        ``bad_adjacency``: no sparse matrix, not square, or broken; ``bad_weight``, naming the edge: negative, infinite,
        not a number, or so large that a node's weights have no finite sum.
    """
    if not issparse(given) or given.ndim != 2:
        raise Problem("bad_adjacency", f"found {type(given).__name__}; expected a scipy.sparse.csr_matrix", where)
    if given.shape[0] != given.shape[1]:
        raise Problem("bad_adjacency", f"found shape {given.shape}; expected as many columns as rows", where)
    if given.dtype.kind not in "buif":
        raise Problem("bad_adjacency", f"found weights of type {given.dtype}; expected numbers", where)
    matrix = csr_matrix(given).astype(np.float64, copy=False)
    try:
        matrix.check_format(full_check=True)  # compiled code will read where `indices` points
    except ValueError as error:
        raise Problem("bad_adjacency", f"its arrays do not fit each other: {error}", where) from None
    bad = np.flatnonzero(~(matrix.data >= 0) | np.isinf(matrix.data))
    if len(bad):
        row, column = _row(matrix, bad[0]), matrix.indices[bad[0]]
        found = f"found {matrix.data[bad[0]]}; expected a finite weight above 0"
        raise Problem("bad_weight", found, f"{where} row {row} column {column}", "leave out what is no edge")
    if not (matrix.has_canonical_format and matrix.data.all()):
        matrix = csr_matrix(given, dtype=np.float64, copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    with np.errstate(over="ignore"):
        endless = np.flatnonzero(np.isinf(matrix.sum(axis=1)))
    if len(endless):
        raise Problem("bad_weight", "found weights without a finite sum", f"{where} row {endless[0]}", "scale them")
    return matrix


def _row(matrix: csr_matrix, place: int) -> int:
    return int(np.searchsorted(matrix.indptr, place, side="right")) - 1
