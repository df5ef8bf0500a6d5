"""The inner loops of walks: alias tables of edges, and steps that look back one node."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_GAMMA, _FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_A, _B, _C = np.uint64(30), np.uint64(27), np.uint64(31)
_HIGH, _LOW, _DOUBLE = np.uint64(32), np.uint64(0xFFFFFFFF), np.uint64(11)
_UNIT32, _UNIT53 = np.float32(2**-32), 2.0**-53

_GROUP = 16
"""Walks that step in turn."""
_TRIES = 100
"""Proposals before a step is computed over all neighbours instead: what a step costs is bounded, whatever p and q."""


@njit(cache=True, inline="always")
def _mix(z: Any) -> Any:
    """A number as random as its argument is new: the output function of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (z ^ (z >> _A)) * _FIRST
    z = (z ^ (z >> _B)) * _SECOND
    return z ^ (z >> _C)


@njit(cache=True, nogil=True, error_model="numpy")
def fill(indptr: Any, indices: Any, weights: Any, stay: Any, alias: Any) -> None:
    """Alias tables of the edges of each node into `stay` and `alias`, (n_edges,); see `Negatives` for what they say."""
    widest: Any = np.diff(indptr).max()
    share, small, large = np.empty(widest), np.empty(widest, np.int32), np.empty(widest, np.int32)
    for node in range(len(indptr) - 1):
        first, n = indptr[node], indptr[node + 1] - indptr[node]
        total, n_small, n_large = 0.0, 0, 0
        for k in range(n):
            total += weights[first + k]
        for k in range(n):
            share[k] = weights[first + k] / total * n
            stay[first + k], alias[first + k] = 1, indices[first + k]
            if share[k] < 1:
                small[n_small] = k
                n_small += 1
            else:
                large[n_large] = k
                n_large += 1
        while n_small and n_large:  # what is left over is 1 but for rounding
            low, high = small[n_small - 1], large[n_large - 1]
            n_small -= 1
            stay[first + low], alias[first + low] = share[low], indices[first + high]
            share[high] -= 1 - share[low]
            if share[high] < 1:
                n_large -= 1
                small[n_small] = high
                n_small += 1


@njit(cache=True)
def _bias(node: Any, before: Any, indptr: Any, indices: Any, back: Any, away: Any) -> Any:
    """Of a step to `node` where the walk was at `before` a step ago: back there, near to it, or away from it."""
    if node == before:
        return back
    low, end = indptr[before], indptr[before + 1]
    high = end
    while low < high:
        middle = (low + high) >> 1
        if indices[middle] < node:
            low = middle + 1
        else:
            high = middle
    return 1.0 if low < end and indices[low] == node else away


@njit(cache=True)
def _computed(here: Any, before: Any, chance: Any, graph: Any, back: Any, away: Any) -> Any:
    """The next node by the sum of weight times bias over all neighbours; `chance` in [0, 1) says which."""
    indptr, indices, stay, alias = graph
    total, left, node = 0.0, np.inf, indices[indptr[here]]
    for turn in range(2):
        if turn:
            left = total * chance
        for at in range(indptr[here], indptr[here + 1]):
            own = np.float64(stay[at]) if len(stay) else 1.0
            for which in range(2 if own < 1 else 1):
                node = alias[at] if which else indices[at]
                mass = ((1 - own) if which else own) * _bias(node, before, indptr, indices, back, away)
                if not turn:
                    total += mass
                elif left < mass:
                    return node
                else:
                    left -= mass
    return node  # what rounding left over


@njit(cache=True, inline="always")
def _close_up(length: Any, tokens: Any, offsets: Any) -> None:
    """Walks that ended early leave gaps: move all behind one another, and turn their lengths into offsets."""
    place: Any = 0
    offsets[0] = 0
    for w in range(len(offsets) - 1):
        n = offsets[w + 1]
        if place < w * length:
            for k in range(n):
                tokens[place + k] = tokens[w * length + k]
        place += n
        offsets[w + 1] = place


@njit(cache=True, nogil=True, error_model="numpy")
def walk(graph: Any, starts: Any, number: Any, key: Any, back: Any, away: Any, tokens: Any, offsets: Any) -> None:
    """One walk from each of `starts`; a few of them step in turn, so that memory is waited for by all at once.

    Parameters
    ----------
    graph : (indptr, indices, stay, alias)
        Edges with neighbours in ascending order, and their alias tables; `stay` is empty where all weigh the same.
    starts : array (n_walks,), int32
        Nodes, each with an edge out.
    number, key : uint64
        Which walk from its start this is; the rest of what its random numbers depend on.
    back, away : float
        1/p and 1/q.
    tokens : array (n_walks * walk_length,), int32
        Takes the nodes of all walks one after the other.
    offsets : array (n_walks + 1,), int64
        Takes where each begins.
    """
    indptr, indices, stay, alias = graph
    length = len(tokens) // len(starts)
    plain, top, sure = back == 1 and away == 1, max(back, away, 1.0), min(back, away, 1.0)
    states = np.empty(_GROUP, np.uint64)
    for begin in range(0, len(starts), _GROUP):
        group = range(begin, min(begin + _GROUP, len(starts)))
        for w in group:
            states[w - begin] = _mix(_mix(key + _GAMMA * np.uint64(starts[w])) + _GAMMA * number)
            tokens[w * length] = starts[w]
            offsets[w + 1] = length
        for step in range(1, length):
            for w in group:
                if offsets[w + 1] < length:
                    continue
                place = w * length + step
                here = tokens[place - 1]
                first = indptr[here]
                many = np.uint64(indptr[here + 1] - first)
                if many == 0:
                    offsets[w + 1] = step
                    continue
                state, node, tries = states[w - begin], here, 0
                while True:
                    state += _GAMMA
                    draw = _mix(state)
                    at = first + np.int64(((draw >> _HIGH) * many) >> _HIGH)
                    node = indices[at]
                    if len(stay) and np.float32(draw & _LOW) * _UNIT32 >= stay[at]:
                        node = alias[at]
                    if plain or step == 1:
                        break
                    before = tokens[place - 2]
                    state += _GAMMA
                    chance = np.float64(_mix(state) >> _DOUBLE) * _UNIT53
                    if tries == _TRIES:
                        node = _computed(here, before, chance, graph, back, away)
                        break
                    height = chance * top
                    if height < sure or height < _bias(node, before, indptr, indices, back, away):
                        break
                    tries += 1
                states[w - begin] = state
                tokens[place] = node
    _close_up(length, tokens, offsets)
