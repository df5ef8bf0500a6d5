"""Japanese text as its words: cut by a morphological analyser, filtered by part of speech, in dictionary form."""

from __future__ import annotations

from functools import cache
from threading import local
from typing import TYPE_CHECKING, Any, Literal, get_args

from hanok.core.problem import Problem, Unavailable
from hanok.parts.text.normalise import normalise

if TYPE_CHECKING:
    from fugashi import Tagger  # type: ignore[import-untyped]

PartsOfSpeech = Literal["nouns", "nouns+verbs", "all"]
"""Which words are kept: nouns and pronouns; with them verbs and adjectives; every word."""

_NOUNS = frozenset({"名詞", "代名詞"})
_KEPT = {"nouns": _NOUNS, "nouns+verbs": _NOUNS | {"動詞", "形容詞", "形状詞"}}
_NO_WORD = frozenset({"空白", "補助記号", "記号"})

_mine = local()
"""A tagger for each thread: its words point into memory that its next text overwrites."""


def morphemes(text: str, pos: PartsOfSpeech = "nouns+verbs", *, dictionary: bool = True) -> list[str]:
    """The Japanese words of a text, in order.

    The text is normalised first (`normalise`), so full-width Latin letters and half-width kana make no other word.

    Parameters
    ----------
    text : str
        Japanese; Latin words and numbers in it count as nouns.
    pos : "nouns", "nouns+verbs" or "all"
        Parts of speech that are kept. ``"nouns"``: nouns and pronouns. ``"nouns+verbs"``: with them verbs and
        adjectives, also those in *-na*. ``"all"``: also particles, auxiliaries, adverbs, suffixes and the rest;
        punctuation and white space are never words.
    dictionary : bool
        Inflected words as the dictionary has them, so that 走った and 走ります have 走る in common; else as written.

    Returns
    -------
    list of str
        Empty where nothing is kept.

    Raises
    ------
    Problem
        `pos` is none of the three.
    Unavailable
        The analyser is not installed; the hint says how to install it.

    Example
    -------
    >>> morphemes("猫は静かな庭を走りました。")
    ['猫', '静か', '庭', '走る']
    >>> morphemes("猫は静かな庭を走りました。", "nouns")
    ['猫', '庭']
    >>> morphemes("猫は静かな庭を走りました。", "all", dictionary=False)
    ['猫', 'は', '静か', 'な', '庭', 'を', '走り', 'まし', 'た']

    Source
    ------
    MeCab (Kudo, Yamamoto and Matsumoto 2004, "Applying Conditional Random Fields to Japanese Morphological Analysis")
    through fugashi, with the dictionary unidic-lite, whose short units and parts of speech (first field) are used. The
    dictionary form is UniDic's *orthBase*, which keeps the writer's kanji or kana.
    """
    if pos not in get_args(PartsOfSpeech):
        wanted = ", ".join(get_args(PartsOfSpeech))
        raise Problem("unknown_pos", f"found {pos!r}; expected one of {wanted}", "pos")
    kept = _KEPT.get(pos)
    found = []
    for word in _tagger()(_sound(text)):
        feature = word.feature
        if feature.pos1 in _NO_WORD or (kept and feature.pos1 not in kept):
            continue
        found.append(feature.orthBase if dictionary and feature.orthBase else word.surface)  # unknown words have none
    return found


def _sound(text: str) -> str:
    """Normalised, and without what ends a text in C or is no character: NUL, half of a surrogate pair."""
    return normalise(text).replace("\0", " ").encode(errors="replace").decode()


def _tagger() -> Tagger:
    """This thread's tagger; the dictionary is mapped once per process."""
    found: Tagger | None = getattr(_mine, "tagger", None)
    if found is None:
        fugashi, options = _analyser()
        found = _mine.tagger = fugashi.Tagger(options)
    return found


@cache
def _analyser() -> tuple[Any, str]:
    """The library, and how it is told where the dictionary lies."""
    try:
        import fugashi
        import unidic_lite  # type: ignore[import-untyped]
    except ImportError as error:
        raise Unavailable(
            "extra_missing", f"Japanese words need {error.name}", "text", "pip install 'hanok[text]'"
        ) from error
    folder = unidic_lite.DICDIR  # said by name: another UniDic beside it would give other words
    return fugashi, f'-r "{folder}/mecabrc" -d "{folder}"'
