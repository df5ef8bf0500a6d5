"""Finding the documents nearest to a query, by the terms they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, Self

import numpy as np

from hanok.parts.text.vocabulary import Floats, Floats32, Ints, Sparse, Vocabulary, sums

Ranker = Literal["bm25", "cosine"]
"""How a document is scored for a query: Okapi BM25, or the cosine of their TF-IDF vectors."""

FREQUENT = 128
"""Terms whose weights are kept for every document: adding up their rows is faster than following long lists."""


class Query(NamedTuple):
    """Columns of the known terms of a query, and their weights divided by the most the query could reach."""

    columns: Ints
    weights: Floats


class Index:
    """An inverted index: one query touches only the posting lists of its own terms.

    Scores say which share of the query's information a document holds: 0 is none of it, 1 is all of it in a document of
    ordinary length. Terms that no document has count as information not found, so what is foreign scores low.

    Parameters
    ----------
    ranker : "bm25" or "cosine"
        How a shared term is weighed.
    k1 : float
        BM25: how much a repeated term adds; 0 counts it once.
    b : float, 0 to 1
        BM25: how much long documents are discounted.

    Attributes
    ----------
    vocabulary : Vocabulary
    counts : Sparse, (n_documents, n_terms)

    Example
    -------
    >>> index = Index().fit([["lost", "card"], ["card", "fee"], ["open", "account"]])
    >>> index.scores(index.query(["card", "fee"])).round(2).tolist()
    [0.32, 1.0, 0.0]
    >>> index.scores(index.query(["card", "fee", "abroad"])).round(2).tolist()
    [0.13, 0.41, 0.0]

    Source
    ------
    Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", eq. 3.15, with the idf
    ln(1 + (n - df + .5) / (df + .5)), which is never negative. Cosine is that of `Tfidf` with counts as they are. We
    divide by the most a query could reach; the order of documents is untouched, and scores of different queries can be
    compared.
    """

    vocabulary: Vocabulary
    counts: Sparse

    def __init__(self, *, ranker: Ranker = "bm25", k1: float = 1.2, b: float = 0.75) -> None:
        self.ranker, self.k1, self.b = ranker, k1, b

    def fit(self, documents: Sequence[Sequence[str]]) -> Self:
        """Index documents, each a list of terms."""
        vocabulary = Vocabulary.of(documents)
        return self.over(vocabulary, vocabulary.table(documents))

    def over(self, vocabulary: Vocabulary, counts: Sparse) -> Self:
        """Index what was counted before: of another ranker, or read from a file."""
        self.vocabulary, self.counts = vocabulary, counts
        n, frequency = len(counts), counts.per_column()
        if self.ranker == "bm25":
            self._idf = np.log1p((n - frequency + 0.5) / (frequency + 0.5))
            self._foreign = float(np.log1p((n + 0.5) / 0.5))
        else:
            self._idf = np.log((1 + n) / (1 + frequency)) + 1
            self._foreign = float(np.log(1 + n) + 1)
        self._rows = Sparse(counts.starts, counts.columns, self._weights(), counts.width)
        self._postings = self._rows.transposed()
        most = np.argsort(-frequency, kind="stable")[:FREQUENT]
        self._place = np.full(counts.width, -1)
        self._place[most] = np.arange(len(most))
        self._frequent = np.zeros((len(most), n), np.float32)
        inside = self._place[self._rows.columns] >= 0
        at = self._place[self._rows.columns[inside]], self._rows.rows()[inside]
        self._frequent[at] = self._rows.values[inside]
        return self

    def query(self, terms: Iterable[str]) -> Query:
        """A query from its terms."""
        columns, found, unknown = self.vocabulary.count(terms)
        counts, idf = np.array(found, np.float64), self._idf[columns]
        if self.ranker == "bm25":
            weights, most = counts, float(counts @ idf) + unknown * self._foreign
        else:
            weights = counts * idf
            most = float(np.sqrt(weights @ weights + unknown * self._foreign**2))
        return Query(np.array(columns, np.int64), weights / max(most, 1e-12))

    def scores(self, query: Query) -> Floats:
        """How near each document is to a query, (n_documents,)."""
        place = self._place[query.columns]
        frequent = place >= 0
        weights = query.weights[frequent].astype(np.float32)
        total: Floats = np.einsum("t,td->d", weights, self._frequent[place[frequent]]).astype(np.float64)
        rare = query.columns[~frequent]
        if not len(rare):
            return total
        starts, documents, values = self._postings.starts, self._postings.columns, self._postings.values
        spans = list(zip(starts[rare].tolist(), starts[rare + 1].tolist(), strict=True))
        found = np.concatenate([documents[a:z] for a, z in spans])
        shares = [values[a:z] * weight for (a, z), weight in zip(spans, query.weights[~frequent].tolist(), strict=True)]
        return total + sums(found, np.concatenate(shares), len(self.counts))

    def scores_within(self, query: Query, spans: Iterable[tuple[int, int]]) -> list[Floats]:
        """The same for spans of documents only, at the price of reading those: (stop - start,) for each span."""
        wanted = np.zeros(self.counts.width, np.float32)
        wanted[query.columns] = query.weights
        found = []
        for start, stop in spans:
            bounds = self._rows.starts[start : stop + 1]
            inside = slice(int(bounds[0]), int(bounds[-1]))
            shares = wanted[self._rows.columns[inside]] * self._rows.values[inside]
            found.append(sums(np.repeat(np.arange(stop - start), np.diff(bounds)), shares, stop - start))
        return found

    def _weights(self) -> Floats32:
        """What a query's term is worth in each document that has it, (n_stored,)."""
        counts, idf = self.counts.values.astype(np.float64), self._idf[self.counts.columns]
        rows = self.counts.rows()
        if self.ranker == "bm25":
            lengths = self.counts.row_sums()
            relative = lengths / max(float(lengths.mean()), 1e-12)
            damping = self.k1 * (1 - self.b + self.b * relative[rows])
            weights = idf * counts * (self.k1 + 1) / (counts + damping)
        else:
            weights = counts * idf
            norms = np.sqrt(sums(rows, weights**2, len(self.counts)))
            weights /= np.maximum(norms, 1e-12)[rows]
        return weights.astype(np.float32)
