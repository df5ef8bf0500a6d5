"""From the columns of a competitions table to numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.text import normalise, word_ngrams
from hanok.systems.rules.data import Features
from hanok.systems.rules.values import Kind, kind_of, number, pieces

Floats = npt.NDArray[np.float64]

MOST = 2000
"""Values or words of one column: the commonest."""


@dataclass(frozen=True)
class Column:
    """One column of the table, and the numbers made of it.

    Parameters
    ----------
    name : str
        Of the column.
    kind : Kind
        Told by its cells.
    terms : list of str, (n_terms,)
        A value, a tag or a word each; of a number its column's name.
    weights : list of float, (n_terms,)
        Inverse document frequency of words, else 1.
    means : list of float, (n_terms,)
        What stands there when nothing is known.
    """

    name: str
    kind: Kind
    terms: list[str]
    weights: list[float]
    means: list[float]

    @classmethod
    def fit(cls, name: str, texts: Sequence[str]) -> Self:
        """Look at all cells; "" for an empty one."""
        given = [text for text in texts if text]
        kind = kind_of(given)
        if kind == "number":
            terms, weights = [name], [1.0]
        else:
            counts = Counter(term for text in given for term in set(_terms(kind, text)))
            least = 2 if kind == "text" else 1
            common = [(term, n) for term, n in sorted(counts.items(), key=lambda t: (-t[1], t[0])) if n >= least]
            terms = [term for term, _ in common[:MOST]]
            idf = [1 + math.log((1 + len(given)) / (1 + n)) for _, n in common[:MOST]]
            weights = idf if kind == "text" else [1.0] * len(terms)
        blank = cls(name, kind, terms, weights, [0.0] * len(terms))
        rows = [row for row in map(blank.encode, given) if row is not None]
        means = np.mean(rows, axis=0).tolist() if rows else blank.means
        return cls(name, kind, terms, weights, means)

    def encode(self, text: str) -> Floats | None:
        """The numbers of one cell, (n_terms,); None where nothing in it is known."""
        if self.kind == "number":
            value = number(text)
            return None if value is None else np.array([value])
        found = Counter(_terms(self.kind, text))
        places = {term: place for place, term in enumerate(self.terms)}
        row = np.zeros(len(self.terms))
        for term, n in found.items():
            if term in places:
                row[places[term]] = (1 + math.log(n)) * self.weights[places[term]]
        length = float(np.linalg.norm(row))
        if not length:
            return None
        return row / length if self.kind == "text" else row


def _terms(kind: Kind, text: str) -> list[str]:
    if kind == "text":
        return word_ngrams(normalise(text), 1)
    return pieces(text) if kind == "several" else [normalise(text)]


class Encoder:
    """All columns side by side: n_terms numbers for each competition.

    What is not given, or is nothing that was seen in training, is encoded as the mean of its column: it says nothing
    for or against any rule.

    Parameters
    ----------
    columns : sequence of Column
        In the order of the table.

    Example
    -------
    >>> past = [{"game": "Go", "players": "8"}, {"game": "Go", "players": "16"}, {"players": "12"}]
    >>> encoder = Encoder.fit(past)
    >>> encoder.names
    ['game: go', 'players']
    >>> rows, notes = encoder.encode([{"game": "Go"}])
    >>> rows.tolist(), encoder.encode([{"game": "Chess"}])[1]
    ([[1.0, 12.0]], [["'Chess' was never seen as game: it says nothing"]])
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = list(columns)
        self.names = [c.name if c.kind == "number" else f"{c.name}: {term}" for c in columns for term in c.terms]
        ends = np.cumsum([len(column.terms) for column in columns]).tolist()
        self.spans = {c.name: slice(end - len(c.terms), end) for c, end in zip(columns, ends, strict=True)}
        self.means = np.array([mean for column in columns for mean in column.means])

    @classmethod
    def fit(cls, competitions: Sequence[Features]) -> Self:
        """Learn the values of every column.

        Raises
        ------
        Problem
            There is no column to learn from.
        """
        names = dict.fromkeys(name for features in competitions for name in features)
        columns = [Column.fit(name, [features.get(name, "") for features in competitions]) for name in names]
        if not any(column.terms for column in columns):
            raise Problem(
                "no_features",
                "found no column whose values recur, expected what competitions are known by",
                "competitions",
                "add columns such as game, level or number of players",
            )
        return cls(columns)

    def encode(self, competitions: Sequence[Features]) -> tuple[Floats, list[list[str]]]:
        """Numbers (n_competitions, n_terms), and for each what of it could not be used."""
        rows = np.tile(self.means, (len(competitions), 1))
        notes: list[list[str]] = [[] for _ in competitions]
        for row, features in enumerate(competitions):
            for name, text in self._matched(features, notes[row]).items():
                column = self._columns[name]
                found = column.encode(text)
                if found is not None:
                    rows[row, self.spans[name]] = found
                elif column.kind == "number":
                    notes[row].append(f"{text!r} is no number, as {name} should be: it says nothing")
                elif column.kind != "text":
                    notes[row].append(f"{text!r} was never seen as {name}: it says nothing")
        return rows, notes

    @property
    def _columns(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def _matched(self, features: Features, notes: list[str]) -> dict[str, str]:
        """By the names of the columns, whatever their case."""
        known = {normalise(column.name): column.name for column in self.columns}
        found = {}
        for name, text in features.items():
            if not text:
                continue
            if normalise(name) in known:
                found[known[normalise(name)]] = text
            else:
                near = get_close_matches(normalise(name), known, n=1)
                notes.append(f"{name} is no feature{f'; did you mean {known[near[0]]}?' if near else ''}")
        return found

    def dump(self) -> list[dict[str, Any]]:
        """For JSON."""
        return [asdict(column) for column in self.columns]

    @classmethod
    def load(cls, columns: Sequence[Mapping[str, Any]]) -> Self:
        """The mirror of `dump`."""
        return cls([Column(**column) for column in columns])
