from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.core.table.decode import encoding_of

KOREAN = "질문,답\n환불은 어떻게 하나요?,영업일 기준 3일이 걸립니다.\n비밀번호를 잊었어요,설정에서 다시 만드세요.\n"
JAPANESE = "質問,答え\n返金はどうすれば?,営業日で3日かかります。\nパスワードを忘れました,設定で作り直してください。\n"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (KOREAN, "utf-8"),
        (KOREAN, "utf-8-sig"),
        (KOREAN, "utf-16"),
        (KOREAN, "cp949"),
        (JAPANESE, "utf-8"),
        (JAPANESE, "utf-16"),
        (JAPANESE, "cp932"),
        ("plain,ascii\n1,2\n", "utf-8"),
    ],
)
def test_each_encoding_is_recognised_and_decodes_to_the_text(text: str, codec: str) -> None:
    raw = text.encode(codec)
    assert encoding_of(raw, "faq.csv") == codec
    assert raw.decode(encoding_of(raw, "faq.csv")) == text


def test_utf_16_is_recognised_in_both_byte_orders() -> None:
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert encoding_of(mark + KOREAN.encode(codec), "faq.csv") == "utf-16"


@pytest.mark.parametrize("word", ["상", "남,여", "가나다", "㎡", "펲시콜라를 주문했어요"])
def test_short_korean_is_told_from_japanese(word: str) -> None:
    assert encoding_of(word.encode("cp949"), "x.csv") == "cp949"


@pytest.mark.parametrize("word", ["男,女", "東京都,大阪府", "ああ", "カメラ", "山田,ﾔﾏﾀﾞ"])
def test_short_japanese_is_told_from_korean(word: str) -> None:
    assert encoding_of(word.encode("cp932"), "x.csv") == "cp932"


@given(st.text(alphabet="가나다라마바사아자차카타파하는은이를에서의도만요", min_size=2))
def test_common_hangul_is_never_read_as_japanese(text: str) -> None:
    assert encoding_of(text.encode("cp949"), "x.csv") in ("cp949", "utf-8")  # a few pairs of bytes are both


@given(st.text(alphabet="あいうえおかきくけこさしすせそのはがをにでともアイウエオカキクケコ日本語今年会社", min_size=1))
def test_common_japanese_is_never_read_as_korean(text: str) -> None:
    assert encoding_of(text.encode("cp932"), "x.csv") == "cp932"


@given(st.text())
def test_any_utf_8_is_utf_8_or_no_text(text: str) -> None:
    raw = text.encode()
    if "\0" in text:
        with pytest.raises(Problem, match="NUL"):
            encoding_of(raw, "x.csv")
    elif not raw.startswith(b"\xef\xbb\xbf"):
        assert encoding_of(raw, "x.csv") == "utf-8"


@pytest.mark.parametrize("text", ["café crème déjà", "it’s don’t", "Straße über Öl", "£5 – €6"])
def test_western_encodings_are_refused_and_not_read_as_kanji(text: str) -> None:
    with pytest.raises(Problem) as caught:
        encoding_of(f"q,a\n{text},x\n".encode("cp1252"), "faq.csv")
    assert caught.value.code == "bad_encoding"


def test_a_byte_that_is_in_no_encoding_is_named_with_line_and_offset() -> None:
    raw = KOREAN.encode() + b"ab\x80\xff\n"
    with pytest.raises(Problem) as caught:
        encoding_of(raw, "faq.csv")
    assert caught.value.where == "faq.csv:4"
    assert f"offset {len(KOREAN.encode()) + 2}" in caught.value.message
    assert "0x80" in caught.value.message


def test_broken_korean_is_named_where_korean_breaks_not_where_utf_8_does() -> None:
    raw = KOREAN.encode("cp949") + b"\xff\xff\n"
    with pytest.raises(Problem) as caught:
        encoding_of(raw, "faq.csv")
    assert caught.value.where == "faq.csv:4"


def test_half_a_character_at_the_end_of_utf_16_is_named() -> None:
    with pytest.raises(Problem, match="offset") as caught:
        encoding_of(KOREAN.encode("utf-16")[:-1], "faq.csv")
    assert caught.value.code == "bad_encoding"


@pytest.mark.parametrize("raw", [b"q,a\nx,\0\n", "q,a\nx,y\n".encode("utf-16-le"), b"q,a\nx\0,\xb0\xa1\n"])
def test_nul_is_refused_with_its_line(raw: bytes) -> None:
    with pytest.raises(Problem) as caught:
        encoding_of(raw, "faq.csv")
    assert caught.value.code == "nul_bytes"
    assert caught.value.where == f"faq.csv:{raw[: raw.index(0)].count(10) + 1}"


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("korsts/sts-dev.tsv", "cp949"),
        ("ko_chatbot/qa.tsv", "cp949"),
        ("jglue_jsts/valid.tsv", "cp932"),
        ("madb_ja/game_works.tsv", "cp932"),
    ],
)
def test_real_lines_one_by_one_in_the_encoding_of_their_country(data: Path, name: str, codec: str) -> None:
    lines = [line.encode(codec, "ignore") for line in (data / name).read_text("utf-8").splitlines()[1:]]
    lines = [line for line in lines if not line.isascii()]
    found = Counter(map(recognised, lines))
    assert found[codec] >= 0.995 * len(lines), found  # a line with one sign is too little to go by; no file is that
    assert found[({"cp949", "cp932"} - {codec}).pop()] <= 1, found
    assert recognised(b"\n".join(lines)) == codec


def recognised(raw: bytes) -> str:
    try:
        return encoding_of(raw, "x.tsv")
    except Problem:
        return "refused"
