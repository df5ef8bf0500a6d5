"""Probabilities of columns → the likeliest text, how likely it is, and what else it may be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Run = tuple[int, int, int]
"""A symbol and the columns where it is the likeliest: class, first, end."""

OTHERS = 3
"""Alternatives at most."""
CERTAIN = 0.9999
"""Of a blank that may be passed over."""
UNLIKELY = 1e-4
"""What is less probable is no alternative."""


def decoded(chances: Doubles, symbols: Sequence[str]) -> list[tuple[str, float]]:
    """Texts with their probabilities, the likeliest first.

    The likeliest symbol of each column gives a first text. Each alternative differs from it by the one symbol about
    which the network doubts most: another, none, or one more. All are then judged by CTC's own probability, over all
    alignments, so that an alternative may come out first.

    Parameters
    ----------
    chances : array (n_symbols, T)
        Of each symbol in each column.
    symbols : sequence of n_symbols str
        Each once; the first is the blank, ``""``.

    Returns
    -------
    list of (text, probability)
        At least one.

    Source
    ------
    Graves et al. 2006, "Connectionist temporal classification", section 3.1 (best path decoding) and equations 6 and 7
    (the forward variables); alternatives by single changes are ours, instead of a beam.
    """
    chances = _without_long_blanks(chances)
    runs = _runs(chances.argmax(0))
    texts = [_spelt([symbol for symbol, _, _ in runs], symbols)]
    for text in _changed(chances, runs, symbols):
        if text not in texts and len(texts) <= OTHERS:
            texts.append(text)
    places = {symbol: place for place, symbol in enumerate(symbols)}
    codes = [[places[letter] for letter in text] for text in texts]
    judged = zip(texts, probabilities(chances, codes).tolist(), strict=True)
    ranked = sorted(judged, key=lambda one: -one[1])
    return [ranked[0], *(one for one in ranked[1:] if one[1] > UNLIKELY)]


def probabilities(chances: Doubles, texts: list[list[int]]) -> Doubles:
    """P(text) over all alignments, of several texts at once.

    Parameters
    ----------
    chances : array (n_symbols, T)
        Of each symbol in each column.
    texts : list of lists of int
        Classes.

    Returns
    -------
    array (n,)
    """
    states = 2 * max(len(text) for text in texts) + 1
    symbols, ends = np.zeros((len(texts), states), np.intp), np.array([2 * len(text) for text in texts])
    for row, text in zip(symbols, texts, strict=True):
        row[1 : 2 * len(text) : 2] = text
    jumps = np.zeros((len(texts), states))
    jumps[:, 2:] = (symbols[:, 2:] != 0) & (symbols[:, 2:] != symbols[:, :-2])
    given = np.ascontiguousarray(chances[symbols].transpose(2, 0, 1))  # (T, n, states)
    alpha = np.zeros((len(texts), states + 2))  # two states before the first are never reached
    now, before, twice = alpha[:, 2:], alpha[:, 1:-1], alpha[:, :-2]
    now[:, :2] = given[0, :, :2]
    taken = np.empty_like(jumps)
    for column in given[1:]:
        np.multiply(jumps, twice, out=taken)
        taken += before
        taken += now
        np.multiply(taken, column, out=now)
    rows = np.arange(len(texts))
    last = now[rows, ends] + np.where(ends > 0, now[rows, np.maximum(ends - 1, 0)], 0)
    return np.asarray(np.minimum(last, 1.0))


def _without_long_blanks(chances: Doubles) -> Doubles:
    """Of blank columns in a row that are all but certain, the first: each other changes a probability by .0001."""
    certain = chances[0] > CERTAIN
    certain[1:] &= certain[:-1].copy()
    certain[0] = False
    return chances[:, ~certain]


def _runs(path: npt.NDArray[np.intp]) -> list[Run]:
    """The likeliest path as runs of one symbol."""
    edges = [0, *(np.flatnonzero(path[1:] != path[:-1]) + 1).tolist(), len(path)]
    return [(int(path[start]), start, end) for start, end in pairwise(edges)]


def _changed(chances: Doubles, runs: list[Run], letters: Sequence[str]) -> list[str]:
    """Texts that differ by one symbol, by the largest doubt first."""
    found: list[tuple[float, str]] = []
    symbols = [symbol for symbol, _, _ in runs]
    for place, (symbol, start, end) in enumerate(runs):
        best = chances[:, start:end].max(1)
        doubt = best / best[symbol]
        doubt[symbol] = 0
        if not symbol:  # a neighbour's edge is no symbol of its own
            doubt[symbols[max(place - 1, 0)]] = doubt[symbols[min(place + 1, len(symbols) - 1)]] = 0
        other = int(doubt.argmax())
        if doubt[other] > UNLIKELY:
            text = _spelt([other if at == place else s for at, s in enumerate(symbols)], letters)
            found.append((float(doubt[other]), text))
    return [text for _, text in sorted(found, reverse=True)]


def _spelt(classes: Sequence[int], symbols: Sequence[str]) -> str:
    return "".join(symbols[k] for k in classes).strip()
