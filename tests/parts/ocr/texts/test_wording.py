import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr.texts.alphabet import ALPHABETS
from hanok.parts.ocr.texts.hangul import letters
from hanok.parts.ocr.texts.wording import text
from hanok.parts.text.normalise import Language


@given(st.integers(0, 2**32 - 1), st.sampled_from(sorted(ALPHABETS)))
def test_texts_are_written_with_the_alphabet(seed: int, language: Language) -> None:
    symbols = ALPHABETS[language]
    said = text(language, np.random.default_rng(seed))
    assert said == said.strip() != ""
    assert all(symbol in symbols.own or (symbols.hangul and letters(symbol)) for symbol in said)


@pytest.mark.parametrize(("language", "wanted"), [("ko", 2000), ("en", 90), ("ja", 2500)])
def test_every_symbol_is_met(language: Language, wanted: int) -> None:
    rng = np.random.default_rng(0)
    assert len(set("".join(text(language, rng) for _ in range(4000)))) > wanted


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_labels_and_what_stands_apart_are_met(language: Language) -> None:
    rng = np.random.default_rng(1)
    said = [text(language, rng) for _ in range(4000)]
    for pattern in (r"[A-Za-z]([/:.])[A-Za-z]\1[A-Za-z]", r"[^\W\d] \d"):
        assert sum(bool(re.search(pattern, one)) for one in said) > 3
