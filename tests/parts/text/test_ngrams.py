from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from hanok.parts.text import char_ngrams, normalise, word_ngrams, words

LATIN = st.lists(st.text("abcdeé1", min_size=1, max_size=9), max_size=6).map(" ".join).map(normalise)


@given(LATIN, st.integers(2, 3), st.integers(3, 6))
def test_pieces_of_latin_words_are_those_of_scikit_learn(text: str, shortest: int, longest: int) -> None:
    analyse = TfidfVectorizer(analyzer="char_wb", ngram_range=(shortest, longest)).build_analyzer()
    assert sorted(char_ngrams(text, shortest, longest)) == sorted(analyse(text))


@given(LATIN)
def test_word_ngrams_are_those_of_scikit_learn(text: str) -> None:
    analyse = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b").build_analyzer()
    assert word_ngrams(text, 2) == analyse(text)


@given(st.text(max_size=40), st.integers(1, 3), st.integers(3, 6))
def test_pieces_are_short_and_come_from_the_text(text: str, shortest: int, longest: int) -> None:
    text = normalise(text)
    for piece in char_ngrams(text, shortest, longest):
        assert piece.strip() in text
        assert piece.strip()


def test_scripts_are_kept_apart() -> None:
    assert words("hanok을 설치") == ["hanok", "을", "설치"]
    assert words("apiキーを") == ["api", "キーを"]


def test_punctuation_is_left_out_but_not_what_names_a_language() -> None:
    assert words("c++, c# (and c)!") == ["c++", "c#", "and", "c"]


def test_japanese_words_begin_where_the_script_changes() -> None:
    assert word_ngrams("カードを紛失した", 2) == ["カード", "を", "紛失", "した", "カード を", "を 紛失", "紛失 した"]


def test_no_words_wanted_no_words_given() -> None:
    assert word_ngrams("my card", 0) == []


def test_a_syllable_counts_as_two_letters() -> None:
    assert {len(piece) for piece in char_ngrams("환불하고싶어요", 2, 5)} == {1, 2}
    assert {len(piece) for piece in char_ngrams("refundable", 2, 5)} == {2, 3, 4, 5}


def test_text_without_words_has_no_pieces() -> None:
    assert char_ngrams("?! …", 2, 5) == []
