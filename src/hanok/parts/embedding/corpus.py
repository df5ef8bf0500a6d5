"""Sequences of token ids in two arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Corpus:
    """Sequences of token ids: sentences of words, baskets of items, walks over nodes.

    Parameters
    ----------
    tokens : array (n_tokens,), int32
        All sequences one after the other.
    offsets : array (n_sequences + 1,), int64
        Sequence i is ``tokens[offsets[i]:offsets[i + 1]]``.

    Raises
    ------
    Problem
        ``bad_corpus``: the arrays are not of whole numbers of one dimension, or offsets do not rise from 0 to n_tokens.

    Example
    -------
    >>> corpus = Corpus.of([[0, 1, 2], [2, 1]])
    >>> corpus.tokens.tolist(), corpus.offsets.tolist(), len(corpus)
    ([0, 1, 2, 2, 1], [0, 3, 5], 2)
    """

    tokens: Int32s
    offsets: Ints

    def __post_init__(self) -> None:
        for name, kind in (("tokens", np.int32), ("offsets", np.int64)):
            array = np.asarray(getattr(self, name))
            if array.ndim != 1 or array.dtype.kind not in "iu":
                raise Problem(
                    "bad_corpus", f"found {array.dtype} of shape {array.shape}; expected whole numbers (n,)", name
                )
            ends = [array.min(), array.max()] if array.size else []
            if any(not np.iinfo(kind).min <= end <= np.iinfo(kind).max for end in ends):
                raise Problem("bad_corpus", f"found {ends[0]} to {ends[1]}; expected {np.dtype(kind)}", name)
            object.__setattr__(self, name, np.ascontiguousarray(array, kind))
        at = self.offsets
        if not len(at) or at[0] != 0 or at[-1] != len(self.tokens) or (np.diff(at) < 0).any():
            raise Problem(
                "bad_corpus", f"expected to rise from 0 to {len(self.tokens)}, the number of tokens", "offsets"
            )

    @classmethod
    def of(cls, sequences: Iterable[Sequence[int] | npt.NDArray[np.integer]]) -> Self:
        """From sequences of ids."""
        parts = [np.asarray(sequence, np.int64) for sequence in sequences]
        offsets = np.cumsum([0, *(len(part) for part in parts)], dtype=np.int64)
        return cls(np.concatenate([np.zeros(0, np.int64), *parts]), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> Int32s:
        return self.tokens[self.offsets[index] : self.offsets[index + 1]]

    def counts(self, n_words: int) -> Ints:
        """How often each token occurs, (n_words,)."""
        self.check(n_words)
        return np.bincount(self.tokens, minlength=n_words).astype(np.int64, copy=False)

    def check(self, n_words: int) -> None:
        """Refuse ids outside of 0 … n_words - 1.

        Raises
        ------
        Problem
            ``unknown_token``, naming the first of them and its sequence.
        """
        wrong = (self.tokens < 0) | (self.tokens >= n_words)
        if wrong.any():
            place = int(wrong.argmax())
            sequence = int(np.searchsorted(self.offsets, place, side="right")) - 1
            where = f"sequence {sequence}, token {place - int(self.offsets[sequence])}"
            raise Problem("unknown_token", f"found {self.tokens[place]}; expected 0 to {n_words - 1}", where)

    def shuffled(self, rng: np.random.Generator) -> Corpus:
        """The same sequences, each in a random order of its own: for sets without order, such as baskets."""
        sequence = np.repeat(np.arange(len(self)), np.diff(self.offsets))
        order = np.lexsort((rng.random(len(self.tokens)), sequence))
        return Corpus(self.tokens[order], self.offsets)
