from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.text import DocumentVectors

RNG = np.random.default_rng(0)
WORDS = [f"w{i}" for i in range(30)]
COUNTS = np.arange(1, 31) ** 2
VECTORS = RNG.normal(size=(30, 8)) + 2.0  # a strong common direction
DOCUMENTS = [[WORDS[i] for i in RNG.integers(30, size=RNG.integers(1, 12))] for _ in range(40)]


def fitted() -> DocumentVectors:
    return DocumentVectors(WORDS, VECTORS, COUNTS).fit(DOCUMENTS)


def test_rows_are_the_formula_of_the_paper() -> None:
    weights = 1e-3 / (1e-3 + COUNTS / COUNTS.sum())
    means = np.array(
        [np.mean([weights[WORDS.index(w)] * VECTORS[WORDS.index(w)] for w in d], axis=0) for d in DOCUMENTS]
    )
    common = np.linalg.svd(means)[2][0]
    wanted = means - means @ np.outer(common, common)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    np.testing.assert_allclose(fitted().transform(DOCUMENTS), wanted, atol=2e-4)


def test_unknown_words_are_left_out_and_a_document_of_them_is_zero() -> None:
    vectors = fitted()
    with_unknown, without = vectors.transform([["w3", "nobody", "w7"], ["w3", "w7"]])
    np.testing.assert_array_equal(with_unknown, without)
    assert not vectors.transform([["nobody"], []]).any()


def test_no_documents_give_no_rows() -> None:
    assert fitted().transform([]).shape == (0, 8)


def test_of_few_documents_no_direction_is_taken_out() -> None:
    vectors = DocumentVectors(WORDS, VECTORS, COUNTS).fit(DOCUMENTS[:9])
    assert not vectors.common.any()
    assert np.linalg.norm(vectors.transform(DOCUMENTS[:1])) == pytest.approx(1)


def test_documents_that_all_say_the_same_are_similar_to_nothing() -> None:
    vectors = DocumentVectors(WORDS, VECTORS, COUNTS).fit([["w1", "w2"]] * 20)
    assert not vectors.transform([["w1", "w2"]]).any()


def test_frequent_words_count_less() -> None:
    rare_first = DocumentVectors(["rare", "often"], np.eye(2), [1, 999]).transform([["rare", "often"]])[0]
    assert rare_first[0] > 10 * rare_first[1]


def test_without_any_word_everything_is_unknown() -> None:
    empty = DocumentVectors([], np.zeros((0, 4)), []).fit(DOCUMENTS)
    assert not empty.transform(DOCUMENTS).any()


@given(st.lists(st.lists(st.sampled_from([*WORDS, "nobody"]), max_size=6), max_size=5))
def test_rows_have_length_one_or_zero_whoever_stands_beside_them(documents: list[list[str]]) -> None:
    vectors = fitted()
    together = vectors.transform(documents)
    assert together.dtype == np.float32
    lengths = np.linalg.norm(together, axis=1)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    for document, row in zip(documents, together, strict=True):
        np.testing.assert_array_equal(vectors.transform([document])[0], row)


@pytest.mark.parametrize("words", [[], ["猫"], ["走る", "a b"]])
def test_what_is_saved_is_loaded(tmp_path: Path, words: list[str]) -> None:
    before = DocumentVectors(words, RNG.normal(size=(len(words), 4)), np.ones(len(words)), a=1e-2)
    before.fit([words] * 20)
    before.save(tmp_path / "text.safetensors")
    after = DocumentVectors.load(tmp_path / "text.safetensors")
    assert (after.words, after.a) == (before.words, before.a)
    for name in ("vectors", "counts", "common"):
        np.testing.assert_array_equal(getattr(after, name), getattr(before, name))
    np.testing.assert_array_equal(after.transform([words]), before.transform([words]))
