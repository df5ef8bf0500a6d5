"""One half of an iteration: every row's vector anew, by conjugate gradient, while the other side stands still."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.parts.factorization.kernel import kernel

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[Any]

LANES = 16
"""Vectors are padded with zeros to a multiple of this: whole SIMD registers, and few different kernels to compile."""
CHUNKS = 32
"""Rows are dealt into so many hands whatever the number of threads, so that it changes no figure."""


class Side:
    """The interactions seen from one side, users or items, with its rows dealt evenly into hands.

    Parameters
    ----------
    indptr, indices : array (n_rows + 1,), (nnz,)
        Of the CSR matrix whose rows are solved.
    weights : array (nnz,), float32, or None
        Of each pair; None where all are 1.
    """

    def __init__(self, indptr: Ints, indices: Ints, weights: Floats32 | None) -> None:
        self.indptr, self.indices = indptr, indices
        self.weights = weights
        lengths = np.diff(indptr)
        self.longest = int(lengths.max(initial=0))
        order = np.argsort(-lengths, kind="stable")
        self.hands = [order[i::CHUNKS] for i in range(min(CHUNKS, len(order)))]

    def sweep(
        self,
        own: Floats32,
        other: Floats32,
        gram: Floats32,
        ridge: Floats32,
        steps: int,
        pool: ThreadPoolExecutor | None,
    ) -> float:
        """Solve every row in place; Σ w (1 - u·v)² before it is returned."""
        width = own.shape[1]
        solve = kernel(width, self.weights is not None)
        weights = np.zeros(0, np.float32) if self.weights is None else self.weights

        def play(hand: Ints) -> float:
            longest = int(self.indptr[hand[0] + 1] - self.indptr[hand[0]])  # a hand begins with its longest row
            near = np.empty((longest + 3, width), np.float32)
            return solve(hand, self.indptr, self.indices, weights, own, other, gram, ridge, steps, near)

        return float(sum((pool.map if pool else map)(play, self.hands)))
