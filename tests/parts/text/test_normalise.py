import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.text import language, normalise


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=60))
def test_case_and_surrounding_space_do_not_matter_to_plain_letters(text: str) -> None:
    plain = "".join(c for c in text if c.isascii())
    assert normalise(f"  {plain.upper()}\n") == normalise(plain.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＦＡＱ　１", "faq 1"),
        ("ｶｰﾄﾞ", "カード"),
        ("\u1112\u1161\u11ab\u110b\u1169\u11a8", "한옥"),
        ("カード を 紛失", "カードを紛失"),
        ("STRASSE", "straße"),
        ("a\u00a0 \tb", "a b"),
    ],
)
def test_spellings_of_one_text_are_unified(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_korean_keeps_its_spaces() -> None:
    assert normalise("환불  언제 되나요") == "환불 언제 되나요"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("환불 되나요?", "ko"),
        ("hanok train 명령은 무엇을 하나요", "ko"),
        ("返金できますか", "ja"),
        ("APIキーはどこ?", "ja"),
        ("返品", "ja"),
        ("What does 漢字 mean in Japanese writing?", "en"),
        ("refund", "en"),
        ("12345", "en"),
        ("", "en"),
    ],
)
def test_the_script_tells_the_language(text: str, code: str) -> None:
    assert language(text) == code
