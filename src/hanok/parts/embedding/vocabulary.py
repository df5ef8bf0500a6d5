"""Which words are frequent enough to be learnt, and their ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.embedding.corpus import Corpus

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Vocabulary:
    """Words with their counts, the most frequent first; ties in order of the alphabet.

    Parameters
    ----------
    words : list of str, (n_words,)
        A word's place is its id.
    counts : array (n_words,), int64
        How often each occurs.

    Example
    -------
    >>> sequences = [["a", "b", "a"], ["b", "c", "a"]]
    >>> vocabulary = Vocabulary.of(sequences, min_count=2)
    >>> vocabulary.words, vocabulary.counts.tolist()
    (['a', 'b'], [3, 2])
    >>> vocabulary.encode(sequences).tokens.tolist()
    [0, 1, 0, 1, 0]
    """

    words: list[str]
    counts: Ints

    @classmethod
    def of(cls, sequences: Iterable[Sequence[str]], min_count: int = 5) -> Self:
        """Count the words of `sequences` and keep those that occur `min_count` times or more.

        Raises
        ------
        Problem
            ``empty_vocabulary``: no word is that frequent.
        """
        found = Counter(chain.from_iterable(sequences))
        kept = sorted(((-count, word) for word, count in found.items() if count >= min_count))
        if not kept:
            raise Problem(
                "empty_vocabulary",
                f"none of {len(found)} different words occurs {min_count} times",
                "min_count",
                "lower min_count or give more sequences",
            )
        return cls([word for _, word in kept], np.array([-count for count, _ in kept], np.int64))

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def index(self) -> dict[str, int]:
        """The id of each word."""
        return {word: place for place, word in enumerate(self.words)}

    def encode(self, sequences: Iterable[Sequence[str]]) -> Corpus:
        """Ids of the words of each sequence; words that are not in the vocabulary are left out."""
        index = self.index
        return Corpus.of([index[word] for word in sequence if word in index] for sequence in sequences)
