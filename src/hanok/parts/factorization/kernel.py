"""The inner loops: one row's vector after the other, compiled for one width of vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import float32, float64, int32, int64, njit, types

LANES = 16
"""Vectors are padded with zeros to a multiple of this: whole SIMD registers, and few different kernels to compile."""

NEAR = 4096
"""Most vectors of a row that are held side by side, a power of two; more fit no cache and are read in place."""

_GIVEN = types.Array(int32, 1, "C", readonly=True), types.Array(float32, 1, "C", readonly=True)  # perhaps from a file
_VECTORS, _ROWS, _POINTERS, _NUMBERS = float32[:, ::1], int32[::1], int64[::1], float32[::1]
_SIGNATURE = float64(_ROWS, _POINTERS, *_GIVEN, _VECTORS, _VECTORS, _NUMBERS, _NUMBERS, int64, _VECTORS)


@cache
def kernel(width: int, weighted: bool) -> Callable[..., float]:
    """Compile the solver for vectors of one width; what was compiled once is read from disk.

    Parameters
    ----------
    width : int
        A constant of the compiled code, so that loops over it unroll into SIMD registers.
    weighted : bool
        Whether pairs have weights other than 1; otherwise they are not read.

    Returns
    -------
    callable
        ``solve(rows, indptr, indices, weights, own, other, gram, ridge, steps, near) -> loss``: a few steps of
        conjugate gradient for (diag(gram) + ridge_row + Σ w v vᵀ) x = Σ w v, starting at and written to ``own[row]``.
        `near`, (NEAR, width), holds a row's vectors v side by side. The loss is Σ w (1 - v·x)² over the rows as they
        were before.
    """

    # The signature is given, so that there is one kernel for each width and not one for every mixture of types.
    @njit(_SIGNATURE, cache=True, nogil=True, fastmath=True, error_model="numpy")
    def solve(rows, indptr, indices, weights, own, other, gram, ridge, steps, near):  # type: ignore[no-untyped-def]  # numba types it
        x, r = np.empty(width, np.float32), np.empty(width, np.float32)
        p, q = np.empty(width, np.float32), np.empty(width, np.float32)
        scale = np.empty(width, np.float32)
        places, loss = np.arange(NEAR, dtype=np.int32), 0.0
        for row in rows:
            first, last = indptr[row], indptr[row + 1]
            n = last - first
            if n == 0:
                own[row] = 0  # what minimises the loss of a row that has nothing
                continue
            for k in range(width):
                scale[k] = gram[k] + ridge[row]
                x[k] = own[row, k]
                r[k] = -scale[k] * x[k]
            loss += _residual(width, weighted, indices, weights, first, n, other, x, r, near)
            rr = np.float32(0)
            for k in range(width):
                p[k] = r[k]
                rr += r[k] * r[k]
            for step in range(steps):
                if rr < 1e-20:
                    break
                for k in range(width):
                    q[k] = scale[k] * p[k]
                if n <= NEAR:
                    _product(width, weighted, weights, first, n, near, places, 0, p, q)
                else:
                    _product(width, weighted, weights, first, n, other, indices, first, p, q)
                pq = np.float32(0)
                for k in range(width):
                    pq += p[k] * q[k]
                along = rr / pq
                for k in range(width):
                    x[k] += along * p[k]
                if step + 1 == steps:
                    break
                before, rr = rr, np.float32(0)
                for k in range(width):
                    r[k] -= along * q[k]
                    rr += r[k] * r[k]
                turn = rr / before
                for k in range(width):
                    p[k] = r[k] + turn * p[k]
            for k in range(width):
                own[row, k] = x[k]
        return loss

    return solve


@njit(inline="always")
def _residual(width, weighted, indices, weights, first, n, other, x, r, near):  # type: ignore[no-untyped-def]  # numba types it
    """Add Σ w (1 - v·x) v to r and gather the vectors on the way, four at a time; Σ w (1 - v·x)².

    Gathering them in a loop of its own takes twice as long. Places behind the last vector are taken by it, at weight 0.
    """
    loss = np.float64(0)
    for j in range(0, n, 4):
        left = n - 1 - j
        j1, j2, j3 = first + j + min(1, left), first + j + min(2, left), first + j + min(3, left)
        i0, i1, i2, i3 = indices[first + j], indices[j1], indices[j2], indices[j3]
        at = j & (NEAR - 1)
        a = b = c = d = np.float32(0)
        for k in range(width):
            near[at, k] = other[i0, k]
            a += other[i0, k] * x[k]
        for k in range(width):
            near[at + 1, k] = other[i1, k]
            b += other[i1, k] * x[k]
        for k in range(width):
            near[at + 2, k] = other[i2, k]
            c += other[i2, k] * x[k]
        for k in range(width):
            near[at + 3, k] = other[i3, k]
            d += other[i3, k] * x[k]
        one, none = np.float32(1), np.float32(0)
        w0 = weights[first + j] if weighted else one
        w1 = none if left < 1 else weights[j1] if weighted else one
        w2 = none if left < 2 else weights[j2] if weighted else one
        w3 = none if left < 3 else weights[j3] if weighted else one
        a, b, c, d = one - a, one - b, one - c, one - d
        loss += w0 * a * a + w1 * b * b + w2 * c * c + w3 * d * d
        a, b, c, d = w0 * a, w1 * b, w2 * c, w3 * d
        for k in range(width):
            r[k] += a * near[at, k] + b * near[at + 1, k] + c * near[at + 2, k] + d * near[at + 3, k]
    return loss


@njit(inline="always")
def _product(width, weighted, weights, first, n, table, places, begin, p, q):  # type: ignore[no-untyped-def]  # numba types it
    """Add Σ w (v·p) v to q, four at a time, of the n vectors in `table` at ``places[begin:]``."""
    for j in range(0, n, 4):
        left = n - 1 - j
        j1, j2, j3 = j + min(1, left), j + min(2, left), j + min(3, left)
        i0, i1, i2, i3 = places[begin + j], places[begin + j1], places[begin + j2], places[begin + j3]
        a = b = c = d = np.float32(0)
        for k in range(width):
            a += table[i0, k] * p[k]
            b += table[i1, k] * p[k]
            c += table[i2, k] * p[k]
            d += table[i3, k] * p[k]
        if weighted:
            a *= weights[first + j]
            b *= weights[first + j1]
            c *= weights[first + j2]
            d *= weights[first + j3]
        none = np.float32(0)
        b, c, d = b if left >= 1 else none, c if left >= 2 else none, d if left >= 3 else none
        for k in range(width):
            q[k] += a * table[i0, k] + b * table[i1, k] + c * table[i2, k] + d * table[i3, k]
