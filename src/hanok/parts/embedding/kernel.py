"""The inner loop: skip-gram or CBOW with negative sampling, compiled for one vector size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import log
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from hanok.parts.embedding.prefetch import ask

FAST = {"reassoc", "contract", "nsz", "arcp"}  # without "nnan": a diverging NaN must still fail comparisons, see _learn

_MULTIPLIER = np.uint64(0x2545F4914F6CDD1D)
_HIGH, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_A, _B, _C = np.uint64(12), np.uint64(25), np.uint64(27)
_UNIT = np.float32(2**-32)

_REACH = np.float32(8)  # dot products beyond change nothing any more: σ(8) = .9997
_PER_UNIT = np.float32(64)
_ONE, _ZERO, _HALF = np.float32(1), np.float32(0), np.float32(0.5)
_SIGMOID = (1 / (1 + np.exp(-np.arange(-8 * 64, 8 * 64 + 1) / 64))).astype(np.float32)
_AHEAD = 2  # pairs whose negatives are drawn before they are learnt from
_TINY = 1e-200  # a product of probabilities is turned into a logarithm before it underflows


def aligned(rows: int, size: int) -> npt.NDArray[np.float32]:
    """Zeros (rows, size), beginning at a cache line: vector instructions are a quarter slower across two."""
    memory = np.zeros(rows * size + 16, np.float32)
    first = -memory.ctypes.data % 64 // 4
    return memory[first : first + rows * size].reshape(rows, size)


@njit(cache=True, inline="always")
def _step(state: Any) -> Any:
    """The next state of Marsaglia's xorshift; the caller multiplies (xorshift64*)."""
    state ^= state >> _A
    state ^= state << _B
    state ^= state >> _C
    return state


@njit(cache=True, inline="always")
def _reach(state: Any, centre: Any, window: Any, length: Any) -> Any:
    """Where the neighbours of a centre begin and end, in a window of a drawn size; the state before that."""
    state = _step(state)
    reach: Any = 1 + np.int64((((state * _MULTIPLIER) >> _HIGH) * np.uint64(window)) >> _HIGH)
    return state, max(0, centre - reach), min(length, centre + reach + 1)


@njit(cache=True, inline="always")
def _draw(state: Any, targets: Any, negative: Any, listed: Any, word: Any, tables: Any, context: Any, size: Any) -> Any:
    """Negatives of `word` behind the centre ``targets[0]``, which is left out; state and number of targets.

    Their rows of `context` are asked for at once.

    At most `listed` come from the list of `word`, one after the other round the circle; the others from its table.
    """
    n, rest = 1, negative
    if listed > 0:
        begin = tables.bounds[word]
        length = tables.bounds[word + 1] - begin
        if length > 0:
            state = _step(state)
            at: Any = np.int64((((state * _MULTIPLIER) >> _HIGH) * np.uint64(length)) >> _HIGH)
            take = min(listed, length)
            for _ in range(take):
                other = tables.lists[begin + at]
                at = at + 1 if at + 1 < length else 0
                if other != targets[0]:
                    targets[n] = other
                    n += 1
                    ask(context, other, size)
            rest = negative - take
    row = tables.table[word]
    first = tables.offsets[row]
    many = np.uint64(tables.offsets[row + 1] - first)
    if many > 0:
        for _ in range(rest):
            state = _step(state)
            draw = state * _MULTIPLIER
            at = first + np.int64(((draw >> _HIGH) * many) >> _HIGH)
            other = tables.ids[at] if np.float32(draw & _LOW) * _UNIT < tables.stay[at] else tables.alias[at]
            if other != targets[0]:
                targets[n] = other
                n += 1
                ask(context, other, size)
    return state, n


@njit(cache=True, inline="always")
def _learn(source: Any, change: Any, context: Any, targets: Any, n: Any, step: Any, size: Any) -> Any:
    """Pull ``context[targets[0]]`` to `source` and push the others away; the probability of it all before.

    What `source` should change by is left in `change`.
    """
    likely = 1.0
    for d in range(size):
        change[d] = _ZERO
    for k in range(n):
        target = context[targets[k]]
        dot = _ZERO
        for d in range(size):
            dot += source[d] * target[d]
        # NaN fails both comparisons and must not become a place outside of the table
        inside = (dot if dot < _REACH else _REACH) if dot > -_REACH else -_REACH
        share = _SIGMOID[np.int64((inside + _REACH) * _PER_UNIT + _HALF)]
        if k == 0:
            likely *= share
            pull = (_ONE - share) * step
        else:
            likely *= _ONE - share
            pull = -share * step
        for d in range(size):
            change[d] += pull * target[d]
            target[d] += pull * source[d]
    return likely


@cache
def kernel(size: int, cbow: bool) -> Callable[..., Any]:
    """The kernel for vectors of `size` numbers.

    A loop over a known number of floats becomes a few vector instructions. The factory's arguments are all that a
    compiled kernel depends on, so that it is found again on disk by the next process.
    """

    @njit(cache=True, nogil=True, fastmath=FAST, error_model="numpy")
    def train(
        tokens: Any,
        edges: Any,
        vectors: Any,
        context: Any,
        keep: Any,
        tables: Any,
        work: Any,
        window: Any,
        negative: Any,
        listed: Any,
        rate: Any,
        slope: Any,
        seed: Any,
    ) -> tuple[float, int]:
        state = np.uint64(seed) | np.uint64(1)  # xorshift must not start at 0
        line: Any = np.empty(np.diff(edges).max(), np.int32)
        buffers: Any = np.empty((_AHEAD, negative + 1), np.int32)
        near_by: Any = np.empty(_AHEAD, np.int32)
        many: Any = np.empty(_AHEAD, np.int64)
        targets = buffers[0]
        change, mean = work[0], work[1]
        loss, pairs, likely, n = 0.0, 0, 1.0, 0
        for s in range(len(edges) - 1):
            length: Any = 0
            for place in range(edges[s], edges[s + 1]):
                state = _step(state)
                if ((state * _MULTIPLIER) >> _HIGH) <= keep[tokens[place]]:
                    line[length] = tokens[place]
                    if length <= window:
                        ask(vectors, line[length], size)
                        ask(context, line[length], size)
                    length += 1
            step = np.float32(rate - slope * edges[s])
            if not cbow:
                # negatives are drawn some pairs ahead: their rows arrive while other pairs are learnt from
                centre, other, high, drawn, learnt = -1, 0, 0, 0, 0
                while True:
                    while drawn - learnt < _AHEAD:
                        other = other + 1 if other + 1 != centre else other + 2
                        while other >= high and centre + 1 < length:
                            centre += 1
                            state, low, high = _reach(state, centre, window, length)
                            other = low if low != centre else low + 1
                            if centre + window + 1 < length:
                                ask(vectors, line[centre + window + 1], size)
                                ask(context, line[centre + window + 1], size)
                        if other >= high:
                            break
                        slot = drawn % _AHEAD
                        buffers[slot, 0], near_by[slot] = line[centre], line[other]
                        state, many[slot] = _draw(
                            state, buffers[slot], negative, listed, line[other], tables, context, size
                        )
                        drawn += 1
                    if learnt == drawn:
                        break
                    slot = learnt % _AHEAD
                    near = vectors[near_by[slot]]
                    likely *= _learn(near, change, context, buffers[slot], many[slot], step, size)
                    learnt += 1
                    for d in range(size):
                        near[d] += change[d]
                    if likely < _TINY:
                        loss -= log(likely)
                        likely = 1.0
                pairs += learnt
                continue
            for i in range(length):
                state, low, high = _reach(state, i, window, length)
                if high - low < 2:
                    continue
                if i + window + 1 < length:
                    ask(vectors, line[i + window + 1], size)
                    ask(context, line[i + window + 1], size)
                targets[0] = line[i]
                state, n = _draw(state, targets, negative, listed, line[i], tables, context, size)
                for d in range(size):
                    mean[d] = _ZERO
                for j in range(low, high):
                    if j != i:
                        near = vectors[line[j]]
                        for d in range(size):
                            mean[d] += near[d]
                part = _ONE / np.float32(high - low - 1)
                for d in range(size):
                    mean[d] *= part
                likely *= _learn(mean, change, context, targets, n, step, size)
                pairs += 1
                for j in range(low, high):
                    if j != i:
                        near = vectors[line[j]]
                        for d in range(size):
                            near[d] += change[d]
                if likely < _TINY:
                    loss -= log(likely)
                    likely = 1.0
        return loss - log(likely), pairs

    return train
