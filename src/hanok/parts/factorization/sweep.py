"""One half of an iteration: every row's vector anew while the other side stands still."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hanok.parts.factorization.kernel import NEAR, kernel

Floats32 = npt.NDArray[np.float32]
Ints32 = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]

HANDS = 4
"""For each thread: rows are dealt into more hands than threads, so that one that is disturbed holds up few rows."""


class Side:
    """The interactions seen from one side, users or items.

    Parameters
    ----------
    indptr : array (n_rows + 1,), int64
    indices : array (nnz,), int32
        Of the CSR matrix whose rows are solved.
    weights : array (nnz,), float32, or None
        Of each pair; None where all are 1.
    ridge : array (n_rows,), float32
        What each row pays for the length of its vector.
    """

    def __init__(self, indptr: Ints, indices: Ints32, weights: Floats32 | None, ridge: Floats32) -> None:
        self.indptr, self.indices, self.weights, self.ridge = indptr, indices, weights, ridge
        self.order = np.argsort(-np.diff(indptr), kind="stable").astype(np.int32)


class Threads:
    """Threads that solve rows, each with its own room to gather vectors in; a context, as the threads must end.

    A row is solved alike whoever solves it, so that the number of threads changes no vector.

    Parameters
    ----------
    workers : int
        How many.
    width : int
        Of the vectors.
    """

    def __init__(self, workers: int, width: int) -> None:
        self.workers, self.width = workers, width

    def __enter__(self) -> Self:
        self._closing = ExitStack()
        self._pool = self._closing.enter_context(ThreadPoolExecutor(self.workers)) if self.workers > 1 else None
        self._rooms: SimpleQueue[Floats32] = SimpleQueue()
        for _ in range(self.workers):
            self._rooms.put(np.empty((NEAR, self.width), np.float32))
        return self

    def __exit__(self, *raised: Any) -> None:
        self._closing.close()

    def sweep(self, side: Side, own: Floats32, other: Floats32, gram: Floats32, steps: int) -> float:
        """Solve every row in place; Σ w (1 - u·v)² of the vectors as they were before.

        Parameters
        ----------
        side : Side
            What is seen from the side that is solved.
        own : array (n_rows, width), float32
            Its vectors.
        other : array (n_columns, width), float32
            Those of the side that stands still.
        gram : array (width,), float32
            α0 VᵀV of the other side, which must be diagonal.
        steps : int
            Of conjugate gradient.
        """
        solve = kernel(self.width, side.weights is not None)
        weights = np.zeros(0, np.float32) if side.weights is None else side.weights

        def play(hand: Ints32) -> float:
            room = self._rooms.get()
            try:
                return solve(hand, side.indptr, side.indices, weights, own, other, gram, side.ridge, steps, room)
            finally:
                self._rooms.put(room)

        if self._pool is None:
            return play(side.order)
        n = HANDS * self.workers
        return sum(self._pool.map(play, [np.ascontiguousarray(side.order[i::n]) for i in range(n)]))
