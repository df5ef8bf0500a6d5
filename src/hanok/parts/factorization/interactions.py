"""What users did, as a sparse matrix that has been looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
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
    if not (matrix.has_canonical_format and (matrix.data != 0).all()):
        matrix = matrix.copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    matrix = matrix.astype(np.float32, copy=False)
    bad = np.flatnonzero(~(matrix.data >= 0) | np.isinf(matrix.data))
    if len(bad):
        row = int(np.searchsorted(matrix.indptr, bad[0], side="right")) - 1
        raise Problem(
            "bad_value",
            f"found {matrix.data[bad[0]]}; expected a finite weight of 0 or more",
            f"{where} row {row} column {matrix.indices[bad[0]]}",
            "leave out what a user disliked: a pair that is not stored counts as not wanted",
        )
    return matrix
