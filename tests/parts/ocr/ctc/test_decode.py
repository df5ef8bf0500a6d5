from itertools import groupby, product

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.ctc.decode import decoded, probabilities
from hanok.parts.ocr.digits.alphabet import CLASSES, SYMBOLS, codes, spelt
from hanok.parts.ocr.ngrams import Ngrams, Wording
from hanok.parts.ocr.ngrams.wording import REPEATED

SEEDS = st.integers(0, 2**32 - 1)


def read(scores: npt.NDArray[np.float32]) -> list[tuple[str, float]]:
    """Texts from scores (19, T) of the alphabet of numbers."""
    chances = np.exp(scores.astype(np.float64))
    return decoded(chances / chances.sum(0), ["", *SYMBOLS])


def column_by_column(*symbols: str, sure: float = 12.0) -> npt.NDArray[np.float32]:
    """Scores (19, T) that name one symbol in each column; ``_`` is blank."""
    scores = np.zeros((CLASSES, len(symbols)), np.float32)
    for column, symbol in enumerate(symbols):
        scores[0 if symbol == "_" else codes(symbol)[0], column] = sure
    return scores


@given(st.text(SYMBOLS))
def test_a_text_is_spelt_as_its_codes_say(text: str) -> None:
    assert spelt(codes(text)) == text


@given(st.text(SYMBOLS, min_size=1, max_size=8).map(str.strip).filter(bool))
def test_what_every_column_says_is_read(text: str) -> None:
    columns = [symbol for letter in text for symbol in (letter, letter, "_")]
    found = read(column_by_column("_", *columns))
    assert found[0][0] == text
    assert found[0][1] > 0.99


@given(SEEDS, st.integers(1, 4))
def test_probabilities_are_those_of_all_alignments(seed: int, columns: int) -> None:
    """Beside adding up every path of a small alphabet."""
    rng = np.random.default_rng(seed)
    chances = np.zeros((CLASSES, columns))
    chances[:3] = rng.dirichlet([0.7] * 3, columns).T
    total: dict[tuple[int, ...], float] = {}
    for path in product(range(3), repeat=columns):
        text = tuple(symbol for symbol, _ in groupby(path) if symbol)
        total[text] = total.get(text, 0.0) + float(np.prod(chances[list(path), range(columns)]))
    texts = [list(text) for text in total]
    assert probabilities(chances, texts) == pytest.approx(list(total.values()))


@given(SEEDS, st.integers(2, 40))
def test_readings_are_ranked_and_differ(seed: int, columns: int) -> None:
    scores = np.random.default_rng(seed).normal(0, 4, (CLASSES, columns)).astype(np.float32)
    found = read(scores)
    texts, chances = [text for text, _ in found], [chance for _, chance in found]
    assert len(set(texts)) == len(texts) <= 9
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)


def test_the_doubtful_symbol_is_offered_otherwise() -> None:
    scores = column_by_column("_", "1", "_", "8", "_")
    scores[codes("3")[0], 3] = 11
    scores[codes("7")[0], 1] = 6
    texts = [text for text, _ in read(scores)]
    assert texts[:2] == ["18", "13"]
    assert "78" in texts


def test_a_symbol_too_many_or_missing_is_an_alternative_too() -> None:
    scores = column_by_column("_", "5", "_", "_", "_")
    scores[codes("0")[0], 3] = 11
    assert [text for text, _ in read(scores)][:2] == ["5", "50"]
    scores[codes("0")[0], 3] = 13
    assert [text for text, _ in read(scores)][:2] == ["50", "5"]


def test_nothing_is_read_from_blanks() -> None:
    (text, chance), *_ = read(column_by_column("_", "_", "_"))
    assert text == ""
    assert chance > 0.99


def lettered(sure: float) -> npt.NDArray[np.float64]:
    """Chances (4, 5) of blank, l, o, 1: an o between two columns that may be 1 or l, 1 the surer by so much."""
    one = np.array([0.01, 0.99 - sure, 0.0, sure])
    blank, middle = np.array([0.97, 0.01, 0.01, 0.01]), np.array([0.01, 0.0, 0.99, 0.0])
    return np.stack([one, blank, middle, blank, one], 1)


def test_letters_that_follow_each_other_decide_what_the_picture_leaves_open() -> None:
    symbols, words = ["", "l", "o", "1"], Ngrams.learnt(["lol", "rain", "seek", "thumb", "gap"])
    assert decoded(lettered(0.6), symbols)[0][0] == "1o1"
    (text, chance), *_ = decoded(lettered(0.6), symbols, words)
    assert text == "lol"
    assert chance > decoded(lettered(0.3), symbols)[0][1]
    assert decoded(lettered(0.989), symbols, words)[0][0] == "1o1"


def test_they_count_as_much_as_they_are_told_to() -> None:
    symbols, words = ["", "l", "o", "1"], Ngrams.learnt(["lol", "rain", "seek", "thumb", "gap"])
    assert [decoded(lettered(0.6), symbols, words, weight)[0][0] for weight in (0.0, 1.0)] == ["1o1", "lol"]


def test_what_is_often_written_is_asked_for_even_if_the_network_thinks_of_others() -> None:
    symbols = ["", *"abcdefgh"]
    chances = np.array([[0.0, 0.30, 0.20, 0.15, 0.10, 0.08, 0.07, 0.06, 0.04]]).T  # (symbols, one column)
    assert "g" not in dict(decoded(chances, symbols))  # five others are likelier
    usual = Wording(["g"] * REPEATED, "en")
    (text, share), *others = decoded(chances, symbols, usual)
    assert text == "g"
    assert share > dict(others)["a"]
