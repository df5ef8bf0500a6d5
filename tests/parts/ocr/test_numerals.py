from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr import numeral, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1555", "1555"),
        ("1,555", "1555"),
        ("1.555", "1555"),
        ("1'234,567", ""),
        ("1,234,567", "1234567"),
        ("12.5", "12.5"),
        ("0.500", "0.500"),
        ("１２３", "123"),
        (" 1 2 ", "12"),
        ("O", "0"),
        ("l0", "10"),
        ("2S", "25"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("+7", "7"),
        ("-0", "0"),
        ("007", "7"),
        ("22.", "22"),
        ("42%", "42"),
        ("1200점", "1200"),
        ("3位", "3"),
        ("12 pts", "12"),
        ("二十三", "23"),
        ("十", "10"),
        ("三百五", "305"),
        ("一二三", "123"),
        ("1万", "10000"),
        ("2万5千", "25000"),
        ("12만", "120000"),
        ("二万三千", "23000"),
        ("이십삼", "23"),
        ("천이백", "1200"),
        ("만", "10000"),
        ("", ""),
        ("-", ""),
        ("Red", ""),
        ("Solo", ""),
        ("1OO5", "1005"),
        ("1-2", ""),
        ("12:30", ""),
        ("½", ""),
    ],
)
def test_numbers_in_one_spelling(text: str, wanted: str) -> None:
    assert numeral(text) == wanted


@given(st.text(max_size=12))
def test_spelling_twice_changes_nothing(text: str) -> None:
    assert numeral(numeral(text)) == numeral(text)
    assert words(words(text)) == words(text)


@given(st.integers(-(10**9), 10**9))
def test_every_whole_number_is_itself(number: int) -> None:
    assert numeral(str(number)) == str(number)
    assert numeral(f"{number:,}") == str(number)


@given(st.text("0123456789OolI|SBZ,.-–점点十百二삼", max_size=8))
def test_what_comes_out_is_a_number_or_nothing(text: str) -> None:
    found = numeral(text)
    assert found == "" or float(found) is not None
