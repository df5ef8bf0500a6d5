"""word2vec's text format."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hanok.core.problem import Problem
from hanok.parts.embedding import SGNS, Corpus, from_word2vec_text, to_word2vec_text

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(arrays(np.float32, (3, 4), elements=FLOATS))
def test_numbers_come_back_bit_for_bit(tmp_path_factory, vectors):
    file = tmp_path_factory.mktemp("text") / "vectors.txt"
    to_word2vec_text(file, ["猫", "b", "c,d"], vectors)
    words, found = from_word2vec_text(file)
    assert words == ["猫", "b", "c,d"]
    assert np.array_equal(found, vectors)


def test_the_format_is_that_of_word2vec(tmp_path):
    model = SGNS(2, sample=0, epochs=1).fit(Corpus.of([[0, 1]]), 2)
    model.vectors[:] = [[0.5, -1], [2, 0.25]]
    model.to_word2vec_text(tmp_path / "v.txt", ["a", "b"])
    assert (tmp_path / "v.txt").read_text() == "2 2\na 0.5 -1\nb 2 0.25\n"


@pytest.mark.parametrize("words", [["a b", "c"], ["", "c"], ["a\n", "c"], ["\u3000", "c"], ["a"], ["a", "a"]])
def test_words_that_the_format_cannot_say_are_refused(tmp_path, words):
    with pytest.raises(Problem, match="words"):
        to_word2vec_text(tmp_path / "v.txt", words, np.zeros((2, 2), np.float32))
    assert not (tmp_path / "v.txt").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("two words\n", 1),
        ("1 2\na 1\n", 2),
        ("1 2\na 1 x\n", 2),
        ("1 2\na 1 nan\n", 2),
        ("1 2\na 1 inf\n", 2),
        ("2 1\na 1\na 2\n", 3),
        ("3 1\na 1\nb 2\n", None),
        ("1 1\na 1\nb 2\n", None),
    ],
)
def test_a_broken_file_is_refused_by_line(tmp_path, text, line):
    file = tmp_path / "v.txt"
    file.write_text(text)
    with pytest.raises(Problem) as problem:
        from_word2vec_text(file)
    assert problem.value.where == (f"{file}:{line}" if line else str(file))
    assert problem.value.code == "bad_vectors"


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "v.txt").write_bytes(b"1 1\n\xff\xfe 1\n")
    with pytest.raises(Problem, match="UTF-8"):
        from_word2vec_text(tmp_path / "v.txt")
