"""The inner loops: one row's vector after the other, compiled for one width of vectors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numba import njit


@cache
def kernel(width: int, weighted: bool) -> Callable[..., float]:
    """Compile the solver for vectors of one width.

    Parameters
    ----------
    width : int
        A constant of the compiled code, so that loops over it unroll into SIMD registers.
    weighted : bool
        Whether pairs have weights other than 1; otherwise they are not read.

    Returns
    -------
    callable
        ``solve(rows, indptr, indices, weights, own, other, gram, ridge, steps, near) -> loss``: a few steps of conjugate
        gradient for (diag(gram) + ridge_row + Σ w v vᵀ) x = Σ w v, starting at and written to ``own[row]``. `near`,
        (longest row + 3, width) float32, holds a row's item vectors side by side. The loss is Σ w (1 - v·x)² over the
        rows as they were before.
    """

    @njit(cache=True, nogil=True, fastmath=True)
    def solve(rows, indptr, indices, weights, own, other, gram, ridge, steps, near):  # type: ignore[no-untyped-def]
        x, r = np.empty(width, np.float32), np.empty(width, np.float32)
        p, q = np.empty(width, np.float32), np.empty(width, np.float32)
        w = np.zeros(4, np.float32)
        loss = 0.0
        for row in rows:
            start, n = indptr[row], indptr[row + 1] - indptr[row]
            if n == 0:
                own[row] = 0  # what minimises the loss of a row that has nothing
                continue
            for k in range(width):
                x[k] = own[row, k]
                r[k] = -(gram[k] + ridge[row]) * x[k]
            # r = Σ w (1 - v·x) v - (gram + ridge) x. Copying within the sum is faster than copying first. Places after
            # the last vector are filled up to four with the last one, at weight 0.
            for j in range(0, n, 4):
                a = b = c = d = np.float32(0)
                last = n - 1 - j
                e, f = indices[start + j], indices[start + j + min(1, last)]
                g, h = indices[start + j + min(2, last)], indices[start + j + min(3, last)]
                for k in range(width):
                    near[j, k] = other[e, k]
                    a += other[e, k] * x[k]
                for k in range(width):
                    near[j + 1, k] = other[f, k]
                    b += other[f, k] * x[k]
                for k in range(width):
                    near[j + 2, k] = other[g, k]
                    c += other[g, k] * x[k]
                for k in range(width):
                    near[j + 3, k] = other[h, k]
                    d += other[h, k] * x[k]
                w[0] = weights[start + j] if weighted else 1
                for i in range(1, 4):
                    w[i] = 0 if i > last else weights[start + j + i] if weighted else 1
                a, b, c, d = 1 - a, 1 - b, 1 - c, 1 - d
                loss += w[0] * a * a + w[1] * b * b + w[2] * c * c + w[3] * d * d
                a, b, c, d = w[0] * a, w[1] * b, w[2] * c, w[3] * d
                for k in range(width):
                    r[k] += a * near[j, k] + b * near[j + 1, k] + c * near[j + 2, k] + d * near[j + 3, k]
            rr = np.float32(0)
            for k in range(width):
                p[k] = r[k]
                rr += r[k] * r[k]
            for step in range(steps):
                if rr < 1e-20:
                    break
                for k in range(width):
                    q[k] = (gram[k] + ridge[row]) * p[k]
                for j in range(0, n, 4):  # q += Σ w (v·p) v
                    a = b = c = d = np.float32(0)
                    for k in range(width):
                        a += near[j, k] * p[k]
                        b += near[j + 1, k] * p[k]
                        c += near[j + 2, k] * p[k]
                        d += near[j + 3, k] * p[k]
                    last = n - 1 - j
                    if weighted:
                        a *= weights[start + j]
                        b *= weights[start + j + min(1, last)]
                        c *= weights[start + j + min(2, last)]
                        d *= weights[start + j + min(3, last)]
                    if last < 3:
                        b = b if last >= 1 else np.float32(0)
                        c = c if last >= 2 else np.float32(0)
                        d = np.float32(0)
                    for k in range(width):
                        q[k] += a * near[j, k] + b * near[j + 1, k] + c * near[j + 2, k] + d * near[j + 3, k]
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

    return solve  # type: ignore[no-any-return]
