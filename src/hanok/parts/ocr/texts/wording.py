"""What readers of text are trained on: nobody's words, but syllables, figures and letters as names mix them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.script import settled
from hanok.parts.ocr.texts.alphabet import ASCII
from hanok.parts.ocr.texts.frequency import in_training, zipf
from hanok.parts.ocr.texts.hangul import common, shares
from hanok.parts.ocr.texts.kanji import HIRAGANA, KANJI, KATAKANA
from hanok.parts.text.normalise import Language

LONGEST = 9
"""Syllables in a row."""
LETTERS = "".join(symbol for symbol in ASCII if symbol.isalpha())
ASCII_MARKS = "-_.()[]!?&+:/#'"
MARKS = f"{ASCII_MARKS}·"
"""Between syllables."""
JAPANESE_MARKS = MARKS.replace("·", "・") + " 「」。、"
SPELT_OUT = 0.15
"""Share of Latin letters with a mark between each, as in ``K/D/A``."""
SPACED = 1 / 3
"""Share of figures and letters that stand apart from what is before them."""
VOWELS, CONSONANTS = "aeiouy", "bcdfghjklmnpqrstvwxz"


def text(language: Language, rng: np.random.Generator) -> str:
    """Something that may stand in a cell of text of a language.

    No list of words, so that nothing is read because it was expected.
    """
    return {"en": _english, "ja": _japanese, "ko": _korean}[language](rng)


def _english(rng: np.random.Generator) -> str:
    """Words that could be spoken, and some that could not; figures, marks, capitals as names have them."""
    found, kind = _word(rng), rng.random()
    if kind < 0.30:
        found += f"{_between(rng)}{_word(rng)}"
    elif kind < 0.55:
        found += f"{_between(rng)}{_word(rng)}{_figures(rng)}"
    elif kind < 0.70:
        found += _figures(rng)
    elif kind < 0.75:
        found = f"{_word(rng)} {found} {_word(rng)}"
    elif kind < 0.85:
        found = "".join(rng.choice(list(ASCII[1:]), int(rng.integers(1, 13))))
    elif kind < 0.90:
        found = _latin(rng)
    return found


def _word(rng: np.random.Generator) -> str:
    """A word in one of four spellings."""
    found = ""
    while len(found) < 2 or rng.random() < 0.6:
        before, after = (str(rng.choice(list(CONSONANTS))) * int(rng.random() < 0.7) for _ in range(2))
        vowel = str(rng.choice(list(VOWELS)))
        found += before + vowel + (vowel if rng.random() < 0.1 else "") + (after * 2 if rng.random() < 0.15 else after)
    spelling = rng.random()
    return found.title() if spelling < 0.55 else found.lower() if spelling < 0.8 else found.upper()


def _between(rng: np.random.Generator) -> str:
    return str(rng.choice(["", "", "_", " ", "-", ".", "'", "/"]))


def _korean(rng: np.random.Generator) -> str:
    """Syllables, with figures, Latin letters and marks among them.

    Half of the syllables are drawn from all of KS X 1001 alike, the others from those whose letters are plain and
    single, as most of written Korean is.
    """
    kind = rng.random()
    if kind < 0.06:
        return _latins(rng)
    if kind < 0.10:
        return _figures(rng) if kind < 0.09 else str(rng.choice(list(MARKS)))
    found = _syllables(rng)
    if kind < 0.22:
        found = f"{found} {_syllables(rng)}"
    elif kind < 0.42:
        found += _spaced(_figures(rng), rng)
    elif kind < 0.52:
        found = _beside_latin(found, rng)
    elif kind < 0.60:
        found = str(rng.choice(list(MARKS))).join([found, *(_syllables(rng) for _ in range(rng.integers(1, 3)))])
    return found


def _japanese(rng: np.random.Generator) -> str:
    """Runs of one script, as names and words have them, with figures, Latin letters and marks among them.

    Half of the kana and kanji are drawn alike, so that rare ones are known, too, half as often as words have them.
    """
    kind = rng.random()
    if kind < 0.06:
        return _latins(rng)
    if kind < 0.10:
        return _figures(rng) if kind < 0.09 else str(rng.choice(list(JAPANESE_MARKS.strip())))
    found = _run(rng)
    if kind < 0.40:
        found += _spaced(_run(rng), rng)
    elif kind < 0.55:
        found += _spaced(_figures(rng), rng)
    elif kind < 0.62:
        found = _beside_latin(found, rng)
    elif kind < 0.70:
        found = str(rng.choice(list(JAPANESE_MARKS))).join([found, *(_run(rng) for _ in range(rng.integers(1, 3)))])
    elif kind < 0.75:
        found = f"{found}{_run(rng)}{_run(rng)}"
    return settled(found, "ja")


def _run(rng: np.random.Generator) -> str:
    """Letters of one script; after kanji there may be the kana of an ending."""
    kind = rng.random()
    if kind < 0.25:
        return _drawn(HIRAGANA, 1, 7, rng)
    if kind < 0.50:
        found = _drawn(KATAKANA, 2, 7, rng)
        place = int(rng.integers(1, len(found) + 1))
        return f"{found[:place]}ー{found[place:]}" if rng.random() < 0.4 else found
    found = _drawn(KANJI, 1, 5, rng)
    if kind < 0.53:
        found = f"{found[0]}々{found[1:]}"
    return f"{found}{_drawn(HIRAGANA, 1, 3, rng)}" if rng.random() < 0.4 else found


def _drawn(letters: str, least: int, most: int, rng: np.random.Generator) -> str:
    count = int(rng.integers(least, most))
    return "".join(letters[place] for place in _places(zipf(len(letters)), count, rng))


def _places(usual: npt.NDArray[np.float64], count: int, rng: np.random.Generator) -> list[int]:
    """So many symbols by their places, drawn as for training."""
    found: list[int] = rng.choice(len(usual), count, p=in_training(usual)).tolist()
    return found


def _syllables(rng: np.random.Generator) -> str:
    count = 1 + int(min(rng.poisson(3), LONGEST - 1))
    return "".join(common()[place] for place in _places(shares(), count, rng))


def _beside_latin(found: str, rng: np.random.Generator) -> str:
    return f"{_latin(rng)}{found}" if rng.random() < 0.5 else f"{found}{_spaced(_latin(rng), rng)}"


def _latins(rng: np.random.Generator) -> str:
    """Latin letters alone, or with more of them or figures."""
    kind = rng.random()
    further = "" if kind < 0.4 else _latin(rng) if kind < 0.6 else _figures(rng)
    return f"{_latin(rng)}{_spaced(further, rng)}" if further else _latin(rng)


def _spaced(found: str, rng: np.random.Generator) -> str:
    """What follows something else, in a third of all cases after a space."""
    return f" {found}" if rng.random() < SPACED else found


def _latin(rng: np.random.Generator) -> str:
    mark = str(rng.choice(list(ASCII_MARKS))) if rng.random() < SPELT_OUT else ""
    word = mark.join(rng.choice(list(LETTERS), int(rng.integers(1, 7))))
    return (word.upper, word.lower, word.title, word.__str__)[int(rng.integers(4))]()


def _figures(rng: np.random.Generator) -> str:
    return str(rng.integers(0, 10 ** int(rng.integers(1, 4))))
