import pytest

from hanok.parts.ocr.header import WORDS, field_of

pytest.importorskip("rapidfuzz")


@pytest.mark.parametrize("field", list(WORDS))
def test_every_word_names_its_field(field: str) -> None:
    assert {field_of(word) for word in WORDS[field]} == {field}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        *(("PLAYER", "name"), ("P1ayer", "name"), ("K", "kills"), ("Ｋ", "kills"), ("Assits", "assists")),
        *(("Total:", "total"), ("점 수", "score"), ("선수명", "name"), ("어시스드", "assists")),
        *(("アシスﾄ", "assists"), ("プレイヤ一", "name"), ("得点", "score")),
    ],
)
def test_headers_as_they_are_read(text: str, field: str) -> None:
    assert field_of(text) == field


@pytest.mark.parametrize("text", ["", "12", "x", "Red_Wolf", "3805", "정유진", "小林", "MATCH RESULT", "Kings"])
def test_what_is_no_header(text: str) -> None:
    assert field_of(text) is None


def test_no_word_has_two_meanings() -> None:
    words = [word for each in WORDS.values() for word in each]
    assert len(words) == len(set(words))
