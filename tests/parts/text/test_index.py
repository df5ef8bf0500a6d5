import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.text import Index, Tfidf
from hanok.parts.text.index import Ranker

TERMS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=9)
DOCUMENTS = st.lists(TERMS, min_size=1, max_size=8)


def bm25(query: list[str], documents: list[list[str]], k1: float, b: float) -> list[float]:
    """By the book."""
    n, average = len(documents), sum(map(len, documents)) / len(documents)

    def idf(term: str) -> float:
        df = sum(term in document for document in documents)
        return float(np.log(1 + (n - df + 0.5) / (df + 0.5)))

    def score(document: list[str]) -> float:
        return sum(
            idf(t) * document.count(t) * (k1 + 1) / (document.count(t) + k1 * (1 - b + b * len(document) / average))
            for t in query
        )

    most = sum(map(idf, query))
    return [score(document) / most for document in documents]


@given(DOCUMENTS, TERMS, st.floats(0.1, 3), st.floats(0, 1))
def test_bm25_is_the_formula_over_the_most_it_could_reach(
    documents: list[list[str]], query: list[str], k1: float, b: float
) -> None:
    index = Index(k1=k1, b=b).fit(documents)
    np.testing.assert_allclose(index.scores(index.query(query)), bm25(query, documents, k1, b), rtol=1e-4, atol=1e-6)


@given(DOCUMENTS)
def test_cosine_of_known_terms_is_that_of_the_vectors(documents: list[list[str]]) -> None:
    index, tfidf = Index(ranker="cosine").fit(documents), Tfidf(sublinear=False).fit(documents)
    rows = tfidf.transform(documents).dense()
    np.testing.assert_allclose(index.scores(index.query(documents[0])), rows @ rows[0], atol=1e-5)


@pytest.mark.parametrize("ranker", ["bm25", "cosine"])
@given(DOCUMENTS, TERMS, st.data())
def test_a_span_scores_as_in_the_whole(
    ranker: Ranker, documents: list[list[str]], query: list[str], data: st.DataObject
) -> None:
    index = Index(ranker=ranker).fit(documents)
    start = data.draw(st.integers(0, len(documents) - 1))
    stop = data.draw(st.integers(start + 1, len(documents)))
    asked = index.query(query)
    (span,) = index.scores_within(asked, [(start, stop)])
    np.testing.assert_allclose(span, index.scores(asked)[start:stop], atol=1e-6)


@pytest.mark.parametrize("ranker", ["bm25", "cosine"])
def test_foreign_terms_lower_every_score_and_keep_the_order(ranker: Ranker) -> None:
    index = Index(ranker=ranker).fit([["a", "b"], ["b", "c", "d"], ["e"]])
    plain, foreign = index.scores(index.query(["a", "b"])), index.scores(index.query(["a", "b", "zz"]))
    assert (foreign[:2] < plain[:2]).all()
    assert np.argsort(plain).tolist() == np.argsort(foreign).tolist()


def test_a_query_without_a_known_term_finds_nothing() -> None:
    index = Index().fit([["a"], ["b"]])
    assert index.scores(index.query(["zz"])).tolist() == [0, 0]
    assert index.scores(index.query([])).tolist() == [0, 0]


def test_another_ranker_over_the_same_counts_is_as_fitted_anew() -> None:
    documents = [["a", "b", "b"], ["b", "c"], ["c", "a", "d"]]
    first = Index().fit(documents)
    again = Index(k1=0.4, b=0.1).over(first.vocabulary, first.counts)
    anew = Index(k1=0.4, b=0.1).fit(documents)
    assert again.scores(again.query(["a", "b"])).tolist() == anew.scores(anew.query(["a", "b"])).tolist()
