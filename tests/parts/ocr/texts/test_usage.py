from collections.abc import Sequence

import pytest

from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.ocr.texts.frequency import in_training, zipf
from hanok.parts.ocr.texts.hangul import common, shares
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA
from hanok.parts.ocr.texts.usage import UNUSUAL, usage


def test_syllables_that_words_have_are_likelier_than_others() -> None:
    korean = usage("ko")
    assert korean.keys() == set(common())
    assert korean["호"] > korean["효"] > korean["갊"] == pytest.approx(UNUSUAL)


@pytest.mark.parametrize("letters", [common(), HIRAGANA, KATAKANA, KANJI])
def test_symbols_are_weighed_among_those_of_their_script(letters: Sequence[str]) -> None:
    korean = letters == common()
    weights, usual = usage("ko" if korean else "ja"), shares() if korean else zipf(len(letters))
    assert usual.sum() == pytest.approx(1)
    trained = in_training(usual)
    assert sum(weights[letter] * share for letter, share in zip(letters, trained, strict=True)) == pytest.approx(1)
    assert min(map(weights.__getitem__, letters)) >= UNUSUAL
    assert len(set(letters)) == len(letters)


def test_only_symbols_of_the_alphabet_are_weighed() -> None:
    assert usage("ja").keys() <= set(ALPHABETS["ja"].own)
    assert usage("en") == {}
