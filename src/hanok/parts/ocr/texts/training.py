"""Lines for a reader of text, and how its network is judged on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from torch import Tensor

from hanok.parts.ocr.boards.fonts import FAMILIES, Font, fonts
from hanok.parts.ocr.boards.lines import drawn_height
from hanok.parts.ocr.ctc.rendering import ink, levels
from hanok.parts.ocr.ctc.task import Sample, Targets, Task
from hanok.parts.ocr.texts.alphabet import BLANK, Alphabet, alphabet
from hanok.parts.ocr.texts.hangul import syllable
from hanok.parts.ocr.texts.network import TextNetwork, log_probabilities
from hanok.parts.ocr.texts.wording import text
from hanok.parts.text.normalise import Language

FURTHER: dict[Language, tuple[str, ...]] = {
    "ko": (
        *("Noto Serif CJK KR", "NanumGothicCoding", "UnBatang", "UnDotum", "UnGraphic", "UnGungseo", "UnShinmun"),
        *("UnDinaru", "UnVada", "UnTaza", "UnPilgi", "Baekmuk Batang", "Baekmuk Dotum", "Baekmuk Gulim"),
        *("Baekmuk Headline", "Bandal", "Bangwool", "Eunjin", "Guseul", "LexiGulim", "LexiSaebomR", "BM DoHyeon"),
        *("BM HANNA Air", "BM HANNA Pro", "BM HANNA 11yrs old", "BM JUA_TTF"),
    ),
    "en": (
        *("Inter", "Cantarell", "Comfortaa", "Quicksand", "Linux Libertine O", "Linux Biolinum O", "Fira Code", "Jura"),
        *("Play", "Dosis", "Cabin", "Karla", "Manrope", "Inconsolata", "FreeSans", "FreeSerif", "Junction"),
        *("League Spartan",),
    ),
    "ja": (
        *("IPAexGothic", "IPAexMincho", "IPAPGothic", "IPAPMincho", "TakaoPGothic", "BIZ UDGothic", "BIZ UDPGothic"),
        *("BIZ UDMincho", "BIZ UDPMincho", "HanaMinA", "VL Gothic", "VL PGothic", "M PLUS 1"),
        *("M PLUS 2", "M PLUS 1 Code", "Ume P Gothic", "Ume P Mincho", "MotoyaLCedar", "MotoyaLMaru", "MigMix 1P"),
    ),
}
"""Families beside those that boards are set in; where they are missing, training goes without."""
OF_BOARDS: dict[Language, float] = {"en": 0.5, "ja": 0.2, "ko": 0.4}
"""Share of lines in families that boards are set in: of Japanese ones there is but one to train on."""

SMALLEST = 7
"""Height of capitals in pixels: heads of columns are the smallest text of boards."""
CONTRAST = 40.0
"""Grey levels between ink and paper, at least: heads are the palest, too."""


def task(language: Language) -> Task:
    """Lines of a language, and a network that reads them."""
    symbols = alphabet(language)
    return Task(
        partial(TextNetwork, symbols),
        partial(rendered, language),
        partial(targets, symbols),
        partial(likeliest, symbols),
    )


def rendered(language: Language, count: int, rng: np.random.Generator) -> list[Sample]:
    """Lines of text as boards show them, in fonts for training, of all levels."""
    plain, further = _families(FAMILIES[language]), _families(FURTHER[language])
    found = []
    for level in levels(count, rng):
        families = plain if rng.random() < OF_BOARDS[language] or not further else further
        family = families[int(rng.integers(len(families)))]
        said = text(language, rng)
        high = drawn_height(rng, SMALLEST)
        found.append((ink(said, family[int(rng.integers(len(family)))], rng, level, high, CONTRAST), said))
    return found


def _families(names: Sequence[str]) -> list[tuple[Font, ...]]:
    """The faces of each family for training that this machine has."""
    found = [fonts([name], "train") for name in names]
    return [family for family in found if family]


def targets(symbols: Alphabet, scores: Tensor, texts: Sequence[str]) -> Targets:
    """Classes are the symbols of the batch."""
    used = sorted(set("".join(texts)))
    places = {symbol: place for place, symbol in enumerate(used, 1)}
    classes = [[places[symbol] for symbol in said] for said in texts]
    return Targets(log_probabilities(scores, symbols, used), classes)


def likeliest(symbols: Alphabet, scores: Tensor) -> list[str]:
    """The likeliest symbol of each column, each run of one symbol once."""
    own, *of_letters = (part.max(1) for part in scores.squeeze(2).split_with_sizes(symbols.sizes, 1))  # (B, T) each
    places = [[*zip(*rows, strict=True)] for rows in zip(*(p.indices.tolist() for p in of_letters), strict=True)]
    written = (sum(part.values for part in of_letters) > own.values).tolist() if of_letters else []
    found = []
    for row, places_of_own in enumerate(own.indices.tolist()):
        columns = [symbols.own[k - 1] if k else BLANK for k in places_of_own]
        if of_letters:
            read = zip(columns, places[row], written[row], strict=True)
            columns = [syllable(*letters) if hangul else other for other, letters, hangul in read]
        found.append("".join(now for before, now in pairwise([BLANK, *columns]) if now != before))
    return found
