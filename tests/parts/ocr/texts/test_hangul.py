import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.texts.hangul import FIRST, SYLLABLES, common, letters, syllable

ANY = st.integers(FIRST, FIRST + SYLLABLES - 1).map(chr)


@given(ANY)
def test_a_syllable_is_its_letters(symbol: str) -> None:
    found = letters(symbol)
    assert found is not None
    assert syllable(*found) == symbol
    assert len(unicodedata.normalize("NFD", symbol)) == 2 + (found[2] > 0)


def test_other_symbols_have_no_letters() -> None:
    assert [letters(symbol) for symbol in "A7あㄱ"] == [None] * 4


def test_the_standard_has_2350_syllables() -> None:
    assert len(common()) == 2350
    assert {"가", "힝", "늑"} <= set(common())
    assert "뷁" not in common()
