"""Probabilities of columns → the likeliest text, how likely it is, and what else it may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.ngrams import Expected

Doubles = npt.NDArray[np.float64]
Run = tuple[int, int, int]
"""A symbol and the columns where it is the likeliest: class, first, end."""

WIDTH = 8
"""Texts that are followed at once, and judged in the end."""
OPTIONS = 5
"""Symbols that a run may be, at most."""
CERTAIN = 0.9999
"""Of a blank that may be passed over."""
UNLIKELY = 1e-4
"""What is less probable is no alternative."""
LEAST = 1e-300
"""Instead of 0, which has no logarithm."""


def decoded(
    chances: Doubles, symbols: Sequence[str], expected: Expected | None = None, weight: float = 1.0
) -> list[tuple[str, float]]:
    """Texts with their probabilities, the likeliest first.

    The likeliest symbol of each column gives a first text. Others differ from it where the network doubts: by another
    symbol, none, or one more, in several places at once; what is often written may differ more. All are then judged by
    CTC's own probability, over all alignments, and by how well their letters follow each other.

    Parameters
    ----------
    chances : array (n_symbols, T)
        Of each symbol in each column.
    symbols : sequence of n_symbols str
        Each once; the first is the blank, ``""``.
    expected : Ngrams or Wording, optional
        Of the language, or of the source; without them any letter may follow any other.
    weight : float
        Of what they say, beside the network; below 1 where it has learnt itself what follows what.

    Returns
    -------
    list of (text, probability)
        At least one; nine, and what is often written.

    Source
    ------
    Graves et al. 2006, "Connectionist temporal classification", section 3.1 (best path decoding) and equations 6 and 7
    (the forward variables). A beam over runs of the best path is ours, as runs are few and columns are many.
    """
    chances = _without_long_blanks(chances)
    runs = _runs(chances.argmax(0))
    first = _spelt([symbol for symbol, _, _ in runs], symbols)
    places = {symbol: place for place, symbol in enumerate(symbols)}
    known = [text for text, letters in expected.known.items() if letters <= places.keys()] if expected else []
    texts = list(dict.fromkeys([first, *_followed(_options(chances, runs), symbols, expected, weight), *known]))
    shares = probabilities(chances, [[places[letter] for letter in text] for text in texts])
    if expected is not None:
        shares = _weighed(shares, weight * np.array([expected.log(text) for text in texts]))
    ranked = sorted(zip(texts, shares.tolist(), strict=True), key=lambda one: -one[1])
    return [ranked[0], *(one for one in ranked[1:] if one[1] > UNLIKELY)]


def _weighed(shares: Doubles, logs: Doubles) -> Doubles:
    """Probabilities (n,) of texts, some of which are likelier in the language; others are as likely as the best."""
    odds = shares * np.exp(logs - logs[int((np.log(np.maximum(shares, LEAST)) + logs).argmax())])
    return np.asarray(odds / (odds.sum() + max(1 - shares.sum(), 0)))


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


def _options(chances: Doubles, runs: list[Run]) -> list[list[tuple[int, float]]]:
    """Symbols that each run may be, and the logarithm of how likely that is beside the likeliest."""
    found = []
    for place, (symbol, start, end) in enumerate(runs):
        best = chances[:, start:end].max(1)
        doubt = best / best[symbol]
        if not symbol:  # a neighbour's edge is no symbol of its own
            doubt[[other for other, _, _ in (*runs[max(place - 1, 0) : place], *runs[place + 1 : place + 2])]] = 0
        likely = doubt.argsort()[: -OPTIONS - 1 : -1]
        found.append([(int(other), math.log(doubt[other])) for other in likely if doubt[other] > UNLIKELY])
    return found


def _followed(
    options: list[list[tuple[int, float]]], symbols: Sequence[str], expected: Expected | None, weight: float
) -> list[str]:
    """The likeliest texts that options of runs make, in a beam."""
    beam = {"": 0.0}
    for run in options:
        longer: dict[str, float] = {}
        for text, score in beam.items():
            for symbol, doubt in run:
                other, found = text + symbols[symbol], score + doubt
                if symbol and expected is not None:
                    found += weight * math.log(expected.times(text, symbols[symbol]))
                longer[other] = max(found, longer.get(other, found))
        beam = dict(sorted(longer.items(), key=lambda one: -one[1])[:WIDTH])
    return [text.strip() for text in beam]


def _spelt(classes: Sequence[int], symbols: Sequence[str]) -> str:
    return "".join(symbols[k] for k in classes).strip()
