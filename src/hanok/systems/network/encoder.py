"""From columns of a features table to numbers and words of left nodes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from hanok.systems.network.data import GROUP, Features

Floats32 = npt.NDArray[np.float32]

MOST = 200
"""Words of one column: the commonest."""


@dataclass(frozen=True)
class Encoder:
    """Which columns are numbers, and which words others hold.

    Parameters
    ----------
    numbers : list of str
        Columns all of whose cells are numbers.
    words : mapping of str to list of str
        Of each other column, and always of "group", the words it is known to hold.

    Example
    -------
    >>> encoder = Encoder.fit([{"height": "3", "soil": "clay"}, {"height": "5.5", "soil": "sand"}])
    >>> encoder.numbers, encoder.words
    (['height'], {'soil': ['clay', 'sand']})
    >>> numbers, words, notes = encoder.encode([{"soil": "sand", "colour": "red"}])
    >>> numbers.tolist(), words.tolist(), notes[0]
    ([[nan]], [[0.0, 1.0]], ['colour is no feature'])
    """

    numbers: list[str]
    words: Mapping[str, list[str]]

    @classmethod
    def fit(cls, rows: Sequence[Features]) -> Self:
        """Look at the rows that are learnt from."""
        cells: dict[str, list[str]] = {}
        for row in rows:
            for column, text in row.items():
                cells.setdefault(column, []).append(text)
        numbers = [
            column
            for column, texts in cells.items()
            if column != GROUP and all(number(text) is not None for text in texts)
        ]
        words = {
            column: [word for word, _ in sorted(Counter(texts).most_common(MOST))]
            for column, texts in cells.items()
            if column not in numbers
        }
        return cls(numbers, words)

    def encode(self, rows: Sequence[Features]) -> tuple[Floats32, Floats32, list[list[str]]]:
        """Numbers (n, n_numbers), NaN where missing; words (n, n_words); and of each row what could not be used."""
        places = {
            (column, word): j
            for j, (column, word) in enumerate((column, word) for column, words in self.words.items() for word in words)
        }
        at = {column: j for j, column in enumerate(self.numbers)}
        numbers = np.full((len(rows), len(at)), np.nan, np.float32)
        words = np.zeros((len(rows), len(places)), np.float32)
        notes: list[list[str]] = [[] for _ in rows]
        for i, row in enumerate(rows):
            for column, text in row.items():
                if column in at:
                    value = number(text)
                    if value is None:
                        notes[i].append(f"{text[:40]!r} is no number, as {column} should be")
                    else:
                        numbers[i, at[column]] = value
                elif (column, text) in places:
                    words[i, places[column, text]] = 1
                elif column in self.words:
                    notes[i].append(f"{text[:40]!r} was never seen as {column}")
                else:
                    near = get_close_matches(column, [*at, *self.words], n=1)
                    notes[i].append(f"{column} is no feature" + (f"; did you mean {near[0]}?" if near else ""))
        return numbers, words, notes

    def dump(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"numbers": self.numbers, "words": dict(self.words)}


def number(text: str) -> float | None:
    """A finite number that 32 bits hold, or None.

    Example
    -------
    >>> number("2.5"), number("1e999"), number("few")
    (2.5, None, None)
    """
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) < 1e30 else None
