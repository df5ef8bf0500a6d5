"""What users did, as a sparse matrix that has been looked at."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, issparse

from hanok.core.problem import Problem

Floats32 = npt.NDArray[np.float32]


def interactions(given: Any, where: str = "user_items") -> csr_matrix:
    """Clean interactions of any scipy sparse matrix, (n_users, n_items): float32, sorted, each pair once, none 0.

    Parameters
    ----------
    given : sparse matrix or array (n_users, n_items)
        How much each user had to do with each item; a pair that is stored twice counts as the sum, 0 as not at all.
    where : str
        What to call it in a problem.

    Raises
    ------
    Problem
        It is no sparse matrix, or a value is negative, infinite or not a number.
    """
    if not issparse(given) or given.ndim != 2:
        raise Problem("bad_matrix", f"found {type(given).__name__}; expected a scipy.sparse.csr_matrix", where)
    matrix = csr_matrix(given)
    bad = np.flatnonzero(~(np.isfinite(matrix.data) & (matrix.data >= 0)))
    if len(bad):
        row = int(np.searchsorted(matrix.indptr, bad[0], side="right")) - 1
        value, column = matrix.data[bad[0]], matrix.indices[bad[0]]
        raise Problem(
            "bad_value",
            f"found {value}; expected a finite weight of 0 or more",
            f"{where} row {row} column {column}",
            "leave out what a user disliked: a pair that is not stored counts as not wanted",
        )
    tidy = matrix.has_canonical_format and bool((matrix.data != 0).all())
    if not tidy:
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return cast(csr_matrix, matrix.astype(np.float32, copy=False))


def weights(matrix: csr_matrix) -> Floats32 | None:
    """The stored values, (nnz,); None where all are 1, so that they need not be read."""
    return None if (matrix.data == 1).all() else matrix.data
