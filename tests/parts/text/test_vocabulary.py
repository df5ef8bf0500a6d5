import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.text import Sparse, Vocabulary

DOCUMENTS = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=6)


@given(DOCUMENTS)
def test_a_table_holds_every_count(documents: list[list[str]]) -> None:
    vocabulary = Vocabulary.of(documents)
    table = vocabulary.table(documents).dense()
    assert table.tolist() == [[document.count(term) for term in vocabulary.terms] for document in documents]


@given(DOCUMENTS)
def test_transposing_is_transposing(documents: list[list[str]]) -> None:
    table = Vocabulary.of(documents).table(documents)
    assert np.array_equal(table.transposed().dense(), table.dense().T)
    assert np.array_equal(table.transposed().transposed().dense(), table.dense())


@given(DOCUMENTS)
def test_sums_by_row_and_column(documents: list[list[str]]) -> None:
    table = Vocabulary.of(documents).table(documents)
    assert table.row_sums().tolist() == table.dense().sum(axis=1).tolist()
    assert table.per_column().tolist() == (table.dense() > 0).sum(axis=0).tolist()
    assert len(table) == len(documents)


def test_unknown_terms_are_counted_as_such() -> None:
    vocabulary = Vocabulary(["a", "b"])
    assert vocabulary.count(["b", "z", "b", "a", "z"]) == ([0, 1], [1, 2], 2)
    assert len(vocabulary) == 2


def test_an_empty_row_stays_a_row() -> None:
    table = Sparse(np.array([0, 0, 1]), np.array([1]), np.array([2.0], np.float32), 2)
    assert table.dense().tolist() == [[0, 0], [0, 2]]
