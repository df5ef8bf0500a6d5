import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.script import settled, written_with

KANA = st.text("へべぺりヘベペリはらこのパンダー熊二口A1", max_size=12)


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("はらペこ熊", "はらぺこ熊"),
        ("ぺンギン", "ペンギン"),
        ("のんびリたぬき", "のんびりたぬき"),
        ("アニメ二ュース", "アニメニュース"),
        ("赤いぺ", "赤いぺ"),
        ("二月の雪", "二月の雪"),
        ("口紅", "口紅"),
        ("へ", "へ"),
    ],
)
def test_letters_of_two_scripts_take_that_of_their_neighbours(read: str, meant: str) -> None:
    assert settled(read, "ja") == meant


@given(KANA)
def test_what_is_settled_stays(text: str) -> None:
    once = settled(text, "ja")
    assert len(once) == len(text)
    assert settled(once, "ja") == once


@given(st.text(max_size=20))
def test_other_languages_are_left_as_read(text: str) -> None:
    assert settled(text, "en") == settled(text, "ko") == text


def test_alphabets() -> None:
    assert written_with(["黒", "黑", "ア", "é"], "ja").tolist() == [True, False, True, False]
    assert written_with(["黒", "é", "_", ""], "en").tolist() == [False, False, True, True]
    assert written_with(["黒", "한"], "ko").all()
