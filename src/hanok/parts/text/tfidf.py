"""TF-IDF: a text as a unit vector of its terms, rare ones weighing more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from hanok.parts.text.vocabulary import Floats32, Ints, Sparse, Vocabulary, sums


class Tfidf:
    """Weights terms by how often a text has them and how few texts do; vectors have length one.

    Needs NumPy only, so that a server which answers with it starts fast.

    Parameters
    ----------
    sublinear : bool
        Count the n-th occurrence of a term less: 1 + ln(count) instead of count.

    Attributes
    ----------
    vocabulary : Vocabulary
    idf : array (n_terms,), float32

    Example
    -------
    >>> tfidf = Tfidf().fit([["lost", "card"], ["card", "fee"]])
    >>> columns, weights = tfidf.vector(["lost", "card", "today"])
    >>> [tfidf.vocabulary.terms[c] for c in columns], weights.round(2).tolist()
    (['card', 'lost'], [0.5799999833106995, 0.8100000023841858])

    Source
    ------
    Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"; the smoothed form
    idf = ln((1 + n) / (1 + df)) + 1 and the weights are those of scikit-learn's ``TfidfVectorizer``.
    """

    vocabulary: Vocabulary
    idf: Floats32

    def __init__(self, *, sublinear: bool = True) -> None:
        self.sublinear = sublinear

    def fit(self, documents: Sequence[Sequence[str]]) -> Self:
        """Take vocabulary and idf from documents, each a list of terms."""
        vocabulary = Vocabulary.of(documents)
        return self.over(vocabulary, vocabulary.table(documents))

    def over(self, vocabulary: Vocabulary, counts: Sparse) -> Self:
        """The same from what was counted before, (n_documents, n_terms)."""
        self.vocabulary = vocabulary
        self.idf = (np.log((1 + len(counts)) / (1 + counts.per_column())) + 1).astype(np.float32)
        return self

    def transform(self, documents: Iterable[Sequence[str]]) -> Sparse:
        """Weights of many documents, (n_documents, n_terms)."""
        return self.weigh(self.vocabulary.table(documents))

    def weigh(self, counts: Sparse) -> Sparse:
        """The same from their counts."""
        weights = self._weighted(counts.columns, counts.values)
        norms = np.sqrt(sums(counts.rows(), weights**2, len(counts)))
        values = weights / np.maximum(norms, 1e-12)[counts.rows()]
        return Sparse(counts.starts, counts.columns, values.astype(np.float32), counts.width)

    def vector(self, document: Iterable[str]) -> tuple[Ints, Floats32]:
        """Columns and weights of one document; both empty where it has no known term."""
        found, counts, _ = self.vocabulary.count(document)
        columns = np.array(found, np.int64)
        weights = self._weighted(columns, np.array(counts, np.float32))
        return columns, weights / max(float(np.sqrt(weights @ weights)), 1e-12)

    def _weighted(self, columns: Ints, counts: Floats32) -> Floats32:
        weights: Floats32 = (1 + np.log(counts) if self.sublinear else counts) * self.idf[columns]
        return weights
