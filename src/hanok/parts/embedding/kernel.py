"""The inner loop of skip-gram with negative sampling, compiled for one vector size."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import exp, log
from typing import Any

import numpy as np
from numba import njit

_MULTIPLIER = np.uint64(0x2545F4914F6CDD1D)
_HIGH = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_A, _B, _C = np.uint64(12), np.uint64(25), np.uint64(27)


@njit(cache=True, inline="always")
def _step(state):  # type: ignore[no-untyped-def]
    """Marsaglia's xorshift; the caller multiplies (xorshift64*)."""
    state ^= state >> _A
    state ^= state << _B
    state ^= state >> _C
    return state


@cache
def kernel(size: int) -> Callable[..., Any]:
    """The kernel for vectors of `size` numbers."""

    @njit(cache=True, nogil=True, fastmath=True)
    def train(  # type: ignore[no-untyped-def]
        tokens, edges, vectors, context, keep, table, offsets, ids, stay, alias, window, negative, rate, slope, seed
    ):
        state = np.uint64(seed) * _MULTIPLIER + np.uint64(88172645463325252)
        longest: Any = 0
        for s in range(len(edges) - 1):
            longest = max(longest, int(edges[s + 1] - edges[s]))
        line: Any = np.empty(longest, np.int32)
        change = np.empty(size, np.float32)
        loss, pairs = 0.0, 0
        for s in range(len(edges) - 1):
            length: Any = 0
            for place in range(edges[s], edges[s + 1]):
                word = tokens[place]
                state = _step(state)
                if ((state * _MULTIPLIER) >> _HIGH) <= keep[word]:
                    line[length] = word
                    length += 1
            step = np.float32(rate - slope * (edges[s] - edges[0]))
            for i in range(length):
                state = _step(state)
                reach = 1 + np.int64((((state * _MULTIPLIER) >> _HIGH) * np.uint64(window)) >> _HIGH)
                for j in range(max(0, i - reach), min(length, i + reach + 1)):
                    if j == i:
                        continue
                    source = line[j]
                    first = offsets[table[source]]
                    many = np.uint64(offsets[table[source] + 1] - first)
                    for d in range(size):
                        change[d] = 0
                    for k in range(negative + 1):
                        if k == 0:
                            target, label = line[i], np.float32(1)
                        else:
                            if many == 0:
                                break
                            state = _step(state)
                            draw = state * _MULTIPLIER
                            at = first + np.int64(((draw >> _HIGH) * many) >> _HIGH)
                            target = ids[at] if np.float32(draw & _LOW) * np.float32(2**-32) < stay[at] else alias[at]
                            if target == line[i]:
                                continue
                            label = np.float32(0)
                        dot = np.float32(0)
                        for d in range(size):
                            dot += vectors[source, d] * context[target, d]
                        dot = min(max(dot, np.float32(-8)), np.float32(8))
                        share = np.float32(1) / (np.float32(1) + np.float32(exp(-dot)))
                        loss -= log(share if k == 0 else 1 - share)
                        pull = (label - share) * step
                        for d in range(size):
                            change[d] += pull * context[target, d]
                            context[target, d] += pull * vectors[source, d]
                    for d in range(size):
                        vectors[source, d] += change[d]
                    pairs += 1
        return loss, pairs

    return train
