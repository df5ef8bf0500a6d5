import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from hanok.parts.text import Tfidf

WORDS = st.lists(st.sampled_from(["card", "fee", "pin", "lost", "카드", "返金"]), min_size=1, max_size=9)
DOCUMENTS = st.lists(WORDS, min_size=1, max_size=8)


@pytest.mark.parametrize("sublinear", [False, True])
@given(DOCUMENTS, DOCUMENTS)
def test_weights_are_those_of_scikit_learn(sublinear: bool, fitted: list[list[str]], asked: list[list[str]]) -> None:
    peer = TfidfVectorizer(analyzer=lambda document: document, sublinear_tf=sublinear).fit(fitted)
    ours = Tfidf(sublinear=sublinear).fit(fitted)
    assert ours.vocabulary.terms == peer.get_feature_names_out().tolist()
    np.testing.assert_allclose(ours.transform(asked).dense(), peer.transform(asked).toarray(), atol=1e-6)


@given(DOCUMENTS)
def test_one_document_is_a_row_of_many(documents: list[list[str]]) -> None:
    tfidf = Tfidf().fit(documents)
    rows = tfidf.transform(documents).dense()
    for row, document in zip(rows, documents, strict=True):
        columns, weights = tfidf.vector(document)
        assert np.flatnonzero(row).tolist() == columns.tolist()
        np.testing.assert_allclose(row[columns], weights, atol=1e-6)


def test_a_document_of_unknown_terms_is_empty() -> None:
    columns, weights = Tfidf().fit([["a"]]).vector(["z"])
    assert len(columns) == len(weights) == 0
