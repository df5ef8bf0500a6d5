"""What users did, as a sparse matrix that has been looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, issparse  # type: ignore[import-untyped]

from hanok.core.problem import Problem


def interactions(given: Any, where: str = "user_items") -> csr_matrix:
    """Clean interactions of any scipy sparse matrix: float32, each pair once, none 0.

    Parameters
    ----------
    given : sparse matrix (n_users, n_items)
        How much each user had to do with each item; a pair that is stored twice counts as the sum, 0 as not at all.
    where : str
        What to call it in a problem.

    Returns
    -------
    csr_matrix (n_users, n_items), float32
        `given` itself where there is nothing to do; it is never changed.

    Raises
    ------
    Problem
        It is no sparse matrix, or a value is negative, infinite or not a number.
    """
    if not issparse(given) or given.ndim != 2:
        raise Problem("bad_matrix", f"found {type(given).__name__}; expected a scipy.sparse.csr_matrix", where)
    matrix = given.tocsr()
    if not (matrix.has_canonical_format and _all_positive(matrix.data)):
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    matrix = matrix.astype(np.float32, copy=False)
    if not _all_positive(matrix.data):
        bad = np.flatnonzero(~(matrix.data >= 0) | np.isinf(matrix.data))
        row = int(np.searchsorted(matrix.indptr, bad[0], side="right")) - 1
        raise Problem(
            "bad_value",
            f"found {matrix.data[bad[0]]}; expected a finite weight of 0 or more",
            f"{where} row {row} column {matrix.indices[bad[0]]}",
            "leave out what a user disliked: a pair that is not stored counts as not wanted",
        )
    return matrix


def transposed(matrix: csr_matrix, weighted: bool) -> csr_matrix:
    """The same pairs by column, (n_columns, n_rows); without weights its values are ones of a single byte each."""
    if not weighted:
        ones = np.ones(matrix.nnz, np.int8)
        matrix = csr_matrix((ones, matrix.indices, matrix.indptr), shape=matrix.shape)
    return matrix.T.tocsr()


def _all_positive(values: npt.NDArray[np.generic]) -> bool:
    """Whether every value is above 0 and finite, found without an array for the answers."""
    return not len(values) or bool(values.min() > 0 and values.max() < np.inf)
