"""A document as one vector: the mean of its words' vectors, frequent words weighing less."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]

FEWEST = 10
"""Documents from which the common direction is taken: of a few it would be what they are about."""

NOTHING = 1e-5
"""A document of which no more than this share is left without the common direction is a rounding error."""


class DocumentVectors:
    """Smooth inverse frequency: the weighted mean of word vectors, without the direction all documents share.

    Needs NumPy only. A word that has no vector is left out of the mean; a document without any known word is the zero
    vector, which is similar to nothing.

    Parameters
    ----------
    words : sequence of str, (n_words,)
        Distinct.
    vectors : array (n_words, d)
        A vector for each, such as `SGNS.vectors`.
    counts : array (n_words,)
        How often each occurs, in the text the vectors were learnt from.
    a : float
        A word of probability p weighs a / (a + p): the smaller, the less frequent words count.

    Attributes
    ----------
    common : array (d,), float32
        The shared direction, of length one; zeros until `fit`, and where there are fewer than 10 documents.

    Example
    -------
    >>> vectors = DocumentVectors(["cat", "dog", "the"], np.eye(3), [10, 10, 80])
    >>> vectors.transform([["the", "cat"], ["the", "dog", "dog"], ["unicorn"]]).round(2) + 0.0
    array([[0.99, 0.  , 0.13],
           [0.  , 1.  , 0.06],
           [0.  , 0.  , 0.  ]], dtype=float32)

    Source
    ------
    Arora, Liang and Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings", Algorithm 1: equation for
    the weight, and the first singular vector of the documents, here of those given to `fit`. Ours are scaled to
    length one afterwards, so that a dot product is the cosine.
    """

    common: Floats32

    def __init__(self, words: Sequence[str], vectors: npt.ArrayLike, counts: npt.ArrayLike, *, a: float = 1e-3) -> None:
        self.words = list(words)
        self.vectors = np.asarray(vectors, np.float32)
        self.counts = np.asarray(counts, np.int64)
        self.a = a
        probabilities = self.counts / max(int(self.counts.sum()), 1)
        self._weighted = (self.vectors * (a / (a + probabilities))[:, None]).astype(np.float32)
        self._row = {word: row for row, word in enumerate(self.words)}
        self.common = np.zeros(self.vectors.shape[1], np.float32)

    def fit(self, documents: Iterable[Sequence[str]]) -> Self:
        """Find the direction that documents (each a list of words) share."""
        means = self._means(documents)
        known = means[(means != 0).any(axis=1)]
        if len(known) >= FEWEST:
            self.common = np.linalg.svd(known, full_matrices=False)[2][0]
        return self

    def transform(self, documents: Iterable[Sequence[str]]) -> Floats32:
        """Vectors of documents, each a list of words.

        Returns
        -------
        array (n_documents, d), float32
            Rows of length one; a row of zeros where no word is known, or nothing but the common direction was said.
        """
        means = self._means(documents)
        # sums along rows, no matrix product: a row does not depend on how many others there are
        own = means - (means * self.common).sum(axis=1, keepdims=True) * self.common
        lengths, before = (np.sqrt((rows**2).sum(axis=1, keepdims=True)) for rows in (own, means))
        said = lengths > NOTHING * before
        return np.where(said, own / np.where(said, lengths, 1), 0).astype(np.float32)

    def save(self, path: Path) -> None:
        """One safetensors file."""
        from safetensors.numpy import save_file

        arrays: dict[str, npt.NDArray[Any]] = {
            "words": np.frombuffer("\n".join(self.words).encode(), np.uint8),  # no word has a line break
            "vectors": self.vectors,
            "counts": self.counts,
            "common": self.common,
            "a": np.array([self.a]),
        }
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """The mirror of `save`."""
        from safetensors.numpy import load_file

        arrays = load_file(path)
        text = arrays["words"].tobytes().decode()
        found = cls(text.split("\n") if text else [], arrays["vectors"], arrays["counts"], a=float(arrays["a"][0]))
        found.common = arrays["common"]
        return found

    def _means(self, documents: Iterable[Sequence[str]]) -> Floats32:
        """Weighted means, (n_documents, d)."""
        means = []
        for document in documents:
            counted = Counter(row for word in document if (row := self._row.get(word)) is not None)
            mean = np.zeros(self.vectors.shape[1], np.float32)
            if counted:
                rows, times = list(counted), np.array(list(counted.values()), np.float32)
                mean = times @ self._weighted[rows] / times.sum()
            means.append(mean)
        return np.array(means, np.float32).reshape(len(means), self.vectors.shape[1])
