import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem, Unavailable
from hanok.parts.text import morphemes
from hanok.parts.text.morphemes import _analyser, _mine

TEXT = "彼女は古い書店で、静かに本を読んでいました。"


@pytest.mark.parametrize(
    ("pos", "wanted"),
    [
        ("nouns", ["彼女", "書店", "本"]),
        ("nouns+verbs", ["彼女", "古い", "書店", "静か", "本", "読む", "いる"]),
        ("all", ["彼女", "は", "古い", "書店", "で", "静か", "だ", "本", "を", "読む", "で", "いる", "ます", "た"]),
    ],
)
def test_the_part_of_speech_says_what_is_kept(pos: str, wanted: list[str]) -> None:
    assert morphemes(TEXT, pos) == wanted  # type: ignore[arg-type]


def test_inflected_words_are_as_the_dictionary_has_them_or_as_written() -> None:
    assert morphemes("走った") == morphemes("走ります") == ["走る"]
    assert morphemes("走った", dictionary=False) == ["走っ"]


def test_the_writers_kanji_or_kana_stay() -> None:
    assert morphemes("ねこと猫") == ["ねこ", "猫"]


def test_widths_make_no_other_word() -> None:
    assert morphemes("ＡＢＣのﾛﾎﾞｯﾄ") == morphemes("abcのロボット") == ["abc", "ロボット"]


def test_names_the_dictionary_does_not_know_stay_whole() -> None:
    assert morphemes("ゾロメキアの王子", "nouns") == ["ゾロメキア", "王子"]


@pytest.mark.parametrize("text", ["", " \u3000\n", "。、！？「」…", "\0", "\ud800"])
def test_without_words_there_are_none(text: str) -> None:
    assert morphemes(text, "all") == []


def test_what_c_takes_for_an_end_is_none() -> None:
    assert morphemes("書店\0王子", "nouns") == ["書店", "王子"]


@given(st.text(max_size=60))
def test_any_text_is_taken_and_a_filter_only_leaves_out(text: str) -> None:
    everything = morphemes(text, "all")
    words = iter(everything)
    assert all(word in words for word in morphemes(text, "nouns+verbs"))  # in order
    assert all(word.strip() for word in everything)


def test_threads_do_not_mix_up_their_texts() -> None:
    texts = [f"{number}匹の猫が{place}で眠る" for number in range(40) for place in ("庭", "書店", "宇宙船")]
    one = [morphemes(text, "all") for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: morphemes(text, "all"), texts * 5)) == one * 5


def test_an_unknown_part_of_speech_is_named() -> None:
    with pytest.raises(Problem, match="verbs") as caught:
        morphemes("猫", "verbs")  # type: ignore[arg-type]
    assert "nouns+verbs" in caught.value.message


@pytest.mark.parametrize("missing", ["fugashi", "unidic_lite"])
def test_a_missing_extra_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delattr(_mine, "tagger", raising=False)
    _analyser.cache_clear()
    with pytest.raises(Unavailable) as caught:
        morphemes("猫")
    assert caught.value.hint == "pip install 'hanok[text]'"
    assert missing in caught.value.message
    assert "\n" not in str(caught.value)
