"""Letters that follow each other as words have them; names that follow no words are left possible."""

from __future__ import annotations

import math
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ocr.ngrams import Ngrams
from hanok.parts.ocr.ngrams.__main__ import main
from hanok.parts.ocr.ngrams.ngrams import OFTEN, UNUSUAL
from hanok.parts.text.normalise import Language

LANGUAGES: list[Language] = ["en", "ja", "ko"]
WORDS = st.lists(st.text("abc가나漢字", min_size=1, max_size=6), min_size=1, max_size=12, unique=True)
USUAL = {"en": ("Player", "PIayer"), "ja": ("プレイヤー", "ブレイヤー"), "ko": ("늑대", "눅대")}


@given(WORDS)
def test_what_was_counted_is_kept(words: list[str]) -> None:
    counted = Ngrams.learnt(words)
    again = Ngrams.parsed(counted.written(), "words")
    assert again.written() == counted.written()
    assert again.version == counted.version != Ngrams.learnt([*words, "zzz"]).version
    assert [again.log(word) for word in words] == [counted.log(word) for word in words]


@given(WORDS, st.text("abc가나漢字 -", max_size=8))
def test_nothing_is_impossible(words: list[str], text: str) -> None:
    counted = Ngrams.learnt(words)
    assert counted.log(text) >= (len(text) + 1) * math.log(UNUSUAL)
    assert math.isfinite(counted.log(text))


def test_what_is_no_letter_of_the_words_tells_nothing() -> None:
    counted = Ngrams.learnt(["rose", "rain"])
    assert counted.log("12") == counted.log("") == 0
    assert counted.times("3", "4") == 1


@given(st.permutations(["rose", "rain", "train", "trace"]))
def test_the_order_of_words_does_not_matter(words: list[str]) -> None:
    assert Ngrams.learnt(words).written() == Ngrams.learnt(sorted(words)).written()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bundled_ones_know_their_language(language: Language) -> None:
    usual, wrong = USUAL[language]
    assert Ngrams.bundled(language).log(usual) > Ngrams.bundled(language).log(wrong)


def test_case_does_not_matter() -> None:
    counted = Ngrams.learnt(["Rose", "ROSE", "rain"])
    assert counted.written() == Ngrams.learnt(["rose", "Rain"]).written()
    assert counted.log("rosE") == counted.log("ROSE")


def test_usual_words_are_likelier_wherever_they_stand() -> None:
    plain, told = (
        Ngrams.learnt(["rose", "rain"]),
        Ngrams.parsed(Ngrams.learnt(["rose", "rain"]).written(), "", ["Kills"]),
    )
    assert told.log("rose") == plain.log("rose")
    for text, times in (("kills", 1), ("KILLS/Kills", 2), ("killss", 0)):
        assert told.log(text) - plain.log(text) == pytest.approx(times * math.log(OFTEN))


def test_words_may_stand_together_in_a_name() -> None:
    counted = Ngrams.learnt(["wild", "rose", "gold", "rain"])
    assert counted.times("ld", "r") > counted.times("ol", "r")


@pytest.mark.parametrize("line", ["가 1 2", "가 one 2 3", "가나 x", "가나 3", "가 1 2 3 가"])
def test_a_damaged_file_is_named(line: str) -> None:
    with pytest.raises(Problem, match="ko, row 2: found '가"):
        Ngrams.parsed(f"나 1 1 1\n{line}\n", "ko")


def test_the_command_counts_words_of_letters(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text(unicodedata.normalize("NFD", "가나\n가나\n나1\n\n"), encoding="utf-8")
    main([str(tmp_path / "ko.txt"), str(words)])
    assert (tmp_path / "ko.txt").read_text(encoding="utf-8") == "가 1 1 0 1나\n나 1 0 1\n^가 1나\n"


def test_the_command_says_what_is_no_list_of_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "words.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(SystemExit):
        main([str(tmp_path / "out.txt"), str(tmp_path / "words.txt")])
    assert "expected a word a line, in UTF-8" in capsys.readouterr().err
