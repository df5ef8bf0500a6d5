"""Where negatives are drawn from: tables that compiled code reads, so that any rule of drawing runs at full speed."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]


class Negatives(NamedTuple):
    """Tables of negatives, in the layout that the kernel reads: one draw is two look-ups, whatever the weights.

    Parameters
    ----------
    table : array (n_words,), int32
        Which table is drawn from when this word is the input.
    offsets : array (n_tables + 1,), int64
        Table t holds the entries ``offsets[t]:offsets[t + 1]``; a table without entries gives no negatives.
    ids : array (n_entries,), int32
        The word of each entry.
    stay : array (n_entries,), float32
        Probability that a draw which hits an entry gives this entry's word.
    alias : array (n_entries,), int32
        The word it gives otherwise.
    bounds : array (n_words + 1,), int64, or empty
        The list of word w is ``lists[bounds[w]:bounds[w + 1]]``; empty where no word has one.
    lists : array (n_listed,), int32
        Words that a share of a word's negatives comes from: as many in a row as are wanted, from a random place of its
        list, past whose end its beginning follows. Each at most once; where a list is too short, the table gives more.
    fraction : float
        That share, from 0 to 1.

    Source
    ------
    Walker 1977, "An efficient method for generating discrete random variables with general distributions"; the tables
    are built in the manner of Vose 1991. word2vec looks words up in a table of 10⁸ places instead.
    """

    table: Int32s
    offsets: Ints
    ids: Int32s
    stay: Floats32
    alias: Int32s
    bounds: Ints = np.zeros(0, np.int64)
    lists: Int32s = np.zeros(0, np.int32)
    fraction: float = 0.0

    @classmethod
    def of(cls, table: npt.ArrayLike, rows: list[tuple[npt.ArrayLike, npt.ArrayLike]]) -> Negatives:
        """From `rows` of (ids, weights), one for each table."""
        ids = [np.asarray(i, np.int32) for i, _ in rows]
        made = [_alias(i, np.asarray(w, np.float64)) for i, (_, w) in zip(ids, rows, strict=True)]
        return cls(
            np.asarray(table, np.int32),
            np.cumsum([0, *(len(i) for i in ids)], dtype=np.int64),
            np.concatenate([np.zeros(0, np.int32), *ids]),
            np.concatenate([np.zeros(0, np.float32), *(stay for stay, _ in made)]),
            np.concatenate([np.zeros(0, np.int32), *(alias for _, alias in made)]),
        )

    def checked(self, n_words: int) -> Negatives:
        """The same, in the types that the kernel is compiled for, once sure that it reads nothing outside.

        Raises
        ------
        Problem
            ``bad_sampler``, naming the array.
        """
        kinds = (np.int32, np.int64, np.int32, np.float32, np.int32, np.int64, np.int32)
        arrays: Any = (np.ascontiguousarray(array, kind) for array, kind in zip(self[:-1], kinds, strict=True))
        found = Negatives(*arrays)._replace(fraction=float(self.fraction))
        entries, rows = len(found.ids), len(found.offsets) - 1
        for name, right in {
            "table": found.table.shape == (n_words,) and _within(found.table, rows),
            "offsets": rows >= 0 and found.offsets[0] == 0 and found.offsets[-1] == entries,
            "offsets ": bool((np.diff(found.offsets) >= 0).all()),
            "ids": _within(found.ids, n_words),
            "stay": found.stay.shape == (entries,) and bool(np.isfinite(found.stay).all()),
            "alias": found.alias.shape == (entries,) and _within(found.alias, n_words),
            "bounds": found.bounds.shape == (n_words + 1,) or not (len(found.bounds) or len(found.lists)),
            "bounds ": not len(found.bounds) or (found.bounds[0] == 0 and found.bounds[-1] == len(found.lists)),
            "bounds  ": bool((np.diff(found.bounds) >= 0).all()),
            "lists": _within(found.lists, n_words),
            "fraction": 0 <= found.fraction <= 1,
        }.items():
            if not right:
                raise Problem("bad_sampler", f"does not fit {n_words} words and the other arrays", name.strip())
        return found

    def listed(self, negative: int) -> int:
        """How many of `negative` come from a word's list, if it has one."""
        return round(self.fraction * negative) if len(self.lists) else 0


class Sampler(Protocol):
    """A rule of drawing negatives.

    It is asked once, before training, and answers with tables: Python never runs while vectors are learnt.
    """

    def negatives(self, counts: Ints, ns_exponent: float) -> Negatives:
        """The tables for words that occur `counts` times, (n_words,)."""


class Unigram:
    """Every word, as often as counts ** ns_exponent says; 0 is uniform.

    Example
    -------
    >>> Unigram().negatives(np.array([9, 1]), 0.5).stay.round(2).tolist()
    [1.0, 0.5]

    Source
    ------
    Mikolov et al. 2013, "Distributed representations of words and phrases and their compositionality", section 2.2.
    """

    def negatives(self, counts: Ints, ns_exponent: float) -> Negatives:
        """One table for all words."""
        ids = np.flatnonzero(counts > 0)
        return Negatives.of(np.zeros(len(counts), np.int32), [(ids, counts[ids] ** float(ns_exponent))])


class Keyed:
    """Negatives by the group of the input word: for each group the groups that its negatives come from.

    Parameters
    ----------
    groups : array (n_words,), int
        Group of each word, 0 … n_groups - 1: its type, say.
    allowed : array (n_groups, n_groups), bool
        Row g marks the groups whose words may be negatives of an input of group g.

    Example
    -------
    Two kinds of nodes, negatives always of the other kind:

    >>> sampler = Keyed(np.array([0, 0, 1, 1]), ~np.eye(2, dtype=bool))
    >>> tables = sampler.negatives(np.array([5, 1, 1, 1]), 0.75)
    >>> tables.table.tolist(), tables.ids.tolist(), tables.offsets.tolist()
    ([0, 0, 1, 1], [2, 3, 0, 1], [0, 2, 4])
    """

    def __init__(self, groups: npt.ArrayLike, allowed: npt.ArrayLike) -> None:
        self.groups, self.allowed = np.asarray(groups, np.int32), np.asarray(allowed, bool)

    def negatives(self, counts: Ints, ns_exponent: float) -> Negatives:
        """One table for each group."""
        if len(self.groups) != len(counts):
            raise Problem("bad_sampler", f"found {len(self.groups)} groups for {len(counts)} words", "groups")
        n = len(self.allowed)
        if self.allowed.shape != (n, n) or not _within(self.groups, n):
            raise Problem("bad_sampler", f"found shape {self.allowed.shape}; expected all groups by all", "allowed")
        weights = counts ** float(ns_exponent)
        rows: list[tuple[npt.ArrayLike, npt.ArrayLike]] = []
        for allowed in self.allowed:
            ids = np.flatnonzero(allowed[self.groups] & (counts > 0))
            rows.append((ids, weights[ids]))
        return Negatives.of(self.groups, rows)


def _within(array: npt.NDArray[np.integer], size: int) -> bool:
    return not len(array) or bool(array.min() >= 0 and array.max() < size)


def _alias(ids: Int32s, weights: Floats) -> tuple[Floats32, Int32s]:
    """Fill each entry's missing share with the word of an entry that has too much."""
    if not np.isfinite(weights).all() or (weights < 0).any() or (len(weights) and weights.sum() <= 0):
        raise Problem("bad_sampler", "weights must be finite, at least 0, and some above 0", "weights")
    share = weights * (len(weights) / weights.sum()) if len(weights) else weights
    alias = ids.copy()
    small, large = [int(i) for i in np.flatnonzero(share < 1)], [int(i) for i in np.flatnonzero(share >= 1)]
    while small and large:
        low, high = small.pop(), large[-1]
        alias[low] = ids[high]
        share[high] -= 1 - share[low]
        if share[high] < 1:
            small.append(large.pop())
    share[small + large] = 1.0  # what rounding left over
    return share.astype(np.float32), alias
