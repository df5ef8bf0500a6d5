import pytest

from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.ocr.texts.frequency import zipf
from hanok.parts.ocr.texts.hangul import common
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA
from hanok.parts.ocr.texts.usage import UNUSUAL, usage
from hanok.parts.ocr.texts.wording import ALIKE, PLAIN


def test_syllables_that_words_have_are_likelier_than_others() -> None:
    korean = usage("ko")
    assert korean.keys() == set(common())
    assert korean["호"] > korean["효"] > korean["갊"] == pytest.approx(UNUSUAL)


def test_over_the_syllables_of_training_it_is_one() -> None:
    korean = usage("ko")
    plain, all_alike = (sum(map(korean.__getitem__, drawn)) / len(drawn) for drawn in (PLAIN, common()))
    assert ALIKE * all_alike + (1 - ALIKE) * plain == pytest.approx(1)


@pytest.mark.parametrize("letters", [HIRAGANA, KATAKANA, KANJI])
def test_kana_and_kanji_are_weighed_among_their_own(letters: str) -> None:
    japanese, shares = usage("ja"), zipf(len(letters))
    trained = [ALIKE / len(letters) + (1 - ALIKE) * share for share in shares]
    assert sum(japanese[letter] * share for letter, share in zip(letters, trained, strict=True)) == pytest.approx(1)
    assert min(map(japanese.__getitem__, letters)) >= UNUSUAL
    assert len(set(letters)) == len(letters)


def test_only_symbols_of_the_alphabet_are_weighed() -> None:
    assert usage("ja").keys() <= set(ALPHABETS["ja"].own)
    assert usage("en") == {}
