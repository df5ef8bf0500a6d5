"""One half of an iteration: every row's vector anew, by conjugate gradient, while the other side stands still."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[Any]

LANES = 16
"""Vectors are padded with zeros to a multiple of this: whole SIMD registers, and few different kernels to compile."""
CHUNKS = 32
"""Rows are dealt into so many hands whatever the number of threads, so that it changes no figure."""


@cache
def kernel(width: int, weighted: bool) -> Callable[..., float]:
    """Compile the solver for vectors of one width, a compile-time constant: loops over it unroll into registers."""

    @njit(cache=True, nogil=True, fastmath=True)  # type: ignore[misc]
    def solve(rows, indptr, indices, weights, own, other, gram, ridge, steps, gathered):  # type: ignore[no-untyped-def]
        x, r = np.empty(width, np.float32), np.empty(width, np.float32)
        p, q = np.empty(width, np.float32), np.empty(width, np.float32)
        loss = 0.0
        for row in rows:
            start, end = indptr[row], indptr[row + 1]
            n = end - start
            if n == 0:
                own[row] = 0  # what minimises the loss of a row that has nothing
                continue
            padded = (n + 3) // 4 * 4  # zero vectors at the end add nothing, and no loop needs a remainder
            for j in range(n):
                item = indices[start + j]
                for k in range(width):
                    gathered[j, k] = other[item, k]
            for j in range(n, padded):
                for k in range(width):
                    gathered[j, k] = 0
            for k in range(width):
                x[k] = own[row, k]
                r[k] = -(gram[k] + ridge[row]) * x[k]
            for j in range(0, padded, 4):
                a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
                for k in range(width):
                    a += gathered[j, k] * x[k]
                    b += gathered[j + 1, k] * x[k]
                    c += gathered[j + 2, k] * x[k]
                    d += gathered[j + 3, k] * x[k]
                a, b, c, d = np.float32(1) - a, np.float32(1) - b, np.float32(1) - c, np.float32(1) - d
                if weighted:
                    wa = weights[start + j]
                    wb = weights[start + j + 1] if j + 1 < n else np.float32(0)
                    wc = weights[start + j + 2] if j + 2 < n else np.float32(0)
                    wd = weights[start + j + 3] if j + 3 < n else np.float32(0)
                    loss += wa * a * a + wb * b * b + wc * c * c + wd * d * d
                    a, b, c, d = wa * a, wb * b, wc * c, wd * d
                else:
                    loss += a * a + b * b + c * c + d * d
                for k in range(width):
                    r[k] += (
                        a * gathered[j, k] + b * gathered[j + 1, k] + c * gathered[j + 2, k] + d * gathered[j + 3, k]
                    )
            if not weighted:
                loss -= padded - n
            rr = np.float32(0)
            for k in range(width):
                p[k] = r[k]
                rr += r[k] * r[k]
            for step in range(steps):
                if rr < 1e-20:
                    break
                for k in range(width):
                    q[k] = (gram[k] + ridge[row]) * p[k]
                for j in range(0, padded, 4):
                    a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
                    for k in range(width):
                        a += gathered[j, k] * p[k]
                        b += gathered[j + 1, k] * p[k]
                        c += gathered[j + 2, k] * p[k]
                        d += gathered[j + 3, k] * p[k]
                    if weighted:
                        a *= weights[start + j]
                        b *= weights[start + j + 1] if j + 1 < n else np.float32(0)
                        c *= weights[start + j + 2] if j + 2 < n else np.float32(0)
                        d *= weights[start + j + 3] if j + 3 < n else np.float32(0)
                    for k in range(width):
                        q[k] += (
                            a * gathered[j, k]
                            + b * gathered[j + 1, k]
                            + c * gathered[j + 2, k]
                            + d * gathered[j + 3, k]
                        )
                pq = np.float32(0)
                for k in range(width):
                    pq += p[k] * q[k]
                along = rr / pq
                for k in range(width):
                    x[k] += along * p[k]
                if step + 1 == steps:
                    break
                before = rr
                rr = np.float32(0)
                for k in range(width):
                    r[k] -= along * q[k]
                    rr += r[k] * r[k]
                turn = rr / before
                for k in range(width):
                    p[k] = r[k] + turn * p[k]
            for k in range(width):
                own[row, k] = x[k]
        return loss

    return solve  # type: ignore[no-any-return]


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
            gathered = np.empty((longest + 3, width), np.float32)
            return solve(hand, self.indptr, self.indices, weights, own, other, gram, ridge, steps, gathered)

        return float(sum((pool.map if pool else map)(play, self.hands)))
