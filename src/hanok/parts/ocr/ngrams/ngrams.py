"""Which letters follow which where a language is written, counted among its words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Self

from hanok.core.problem import Problem
from hanok.parts.ocr.header import WORDS
from hanok.parts.text.normalise import Language

DISCOUNT = 0.6
"""Taken off each count, for letters that the words do not show."""
ANYWHERE = 0.1
"""Share of letters that begin or end a word like any others."""
UNUSUAL = 0.1
"""Share of letters that follow nothing, so that a name may hold any."""
OFTEN = 30
"""Times that a usual word is likelier than others of such letters."""
MARKS = re.compile(r"[^\w#]+")
"""Between the words of a text; ``#`` is one itself."""
REMEMBERED = 100_000
"""Triples of letters whose likelihood is kept at hand."""

BORDER = "^"
"""What is before the first letter of a word; no letter itself."""

Counts = Mapping[str, int]


class Letter(NamedTuple):
    """Counts of one letter among different words.

    Parameters
    ----------
    places : int
        How often it stands there.
    first, last : int
        How often it begins a word, and ends one.
    after : mapping of str to int
        How often each other letter is the next one.
    """

    places: int
    first: int
    last: int
    after: Counts


class Ngrams:
    """How many times likelier a letter is after one or two others than it is by itself.

    A letter may follow because words have them in a row, or because a word ends and another begins: names are made of
    words without spaces between.

    Parameters
    ----------
    letters : mapping of str to Letter
        What was counted of each.
    triples : mapping of str to mapping of str to int
        How often each letter is next after two, the first of which may be the `BORDER` of a word.
    usual : collection of str
        Whole words that are `OFTEN` times likelier than their letters, without case.

    Example
    -------
    >>> counted = Ngrams.learnt(["rose", "rain", "train", "trace"])
    >>> counted.times("tr", "a") > 1 > counted.times("tr", "t")
    True
    >>> counted.log("train") > counted.log("trian")
    True

    Source
    ------
    Ney, Essen and Kneser 1994, "On structuring probabilistic dependences in stochastic language modelling", for
    absolute discounting. That a word may end anywhere, and what is left to names that follow no words, are ours.
    """

    def __init__(
        self, letters: Mapping[str, Letter], triples: Mapping[str, Counts], usual: Collection[str] = ()
    ) -> None:
        self._letters, self._triples, self._usual = letters, triples, frozenset(map(str.casefold, usual))
        spelt = (form for word in self._usual for form in (word, word.title(), word.upper()))
        self.known: Mapping[str, frozenset[str]] = {form: frozenset(form) for form in sorted(spelt)}
        self._total = sum(letter.places for letter in letters.values())
        self._words = sum(letter.first for letter in letters.values())
        self._remembered = lru_cache(REMEMBERED)(self._times)

    @classmethod
    def learnt(cls, words: Iterable[str]) -> Self:
        """Counted among words.

        Of two kanji the first tells enough; triples are counted of other letters.

        Parameters
        ----------
        words : iterable of str
            Of letters only; each counts once, whatever its case.

        Returns
        -------
        Ngrams
        """
        counts, firsts, lasts = Counter[str](), Counter[str](), Counter[str]()
        pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        triples: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for word in dict.fromkeys(word.casefold() for word in words if word):
            counts.update(word)
            firsts[word[0]] += 1
            lasts[word[-1]] += 1
            for before, after in pairwise(word):
                pairs[before][after] += 1
            bordered = BORDER + word
            for place, after in enumerate(word[1:]):
                if not any(map(_kanji, bordered[place : place + 3])):
                    triples[bordered[place : place + 2]][after] += 1
        letters = {name: Letter(n, firsts[name], lasts[name], pairs[name]) for name, n in sorted(counts.items())}
        return cls(letters, dict(sorted(triples.items())))

    @classmethod
    @cache
    def bundled(cls, language: Language) -> Self:
        """Those that come with hanok, made by ``python -m hanok.parts.ocr.ngrams``; what boards call things is usual.

        Source
        ------
        Different words of hunspell-ko, of mecab-ipadic and of wamerican.
        """
        text = (files("hanok.parts.ocr.ngrams") / f"{language}.txt").read_text(encoding="utf-8")
        return cls.parsed(text, language, [word for words in WORDS.values() for word in words])

    @classmethod
    def parsed(cls, text: str, name: str, usual: Collection[str] = ()) -> Self:
        """From what `written` gave.

        Parameters
        ----------
        text : str
            A line for each letter, and for each two.
        name : str
            Of the file, for problems.
        usual : collection of str
            Whole words that are likelier, as of the class.

        Returns
        -------
        Ngrams

        Raises
        ------
        Problem
            ``not_ngrams``: a line is none of these.
        """
        letters, triples = dict[str, Letter](), dict[str, Counts]()
        for row, line in enumerate(text.splitlines(), 1):
            before, *told = line.split(" ")
            try:
                if len(before) == 1:
                    count, first, last, *after = told
                    letters[before] = Letter(int(count), int(first), int(last), _parsed(after))
                else:
                    triples[before] = _parsed(told)
            except ValueError as error:
                expected = "expected a letter, three counts and what follows how often, or two letters and what follows"
                raise Problem("not_ngrams", f"found {line[:40]!r}; {expected}", f"{name}, row {row}") from error
        return cls(letters, triples, usual)

    def written(self) -> str:
        """As text: a line for each letter, and for each two, with how often which others follow: ``tr 12a 3eo``."""
        singles = (
            f"{name} {one.places} {one.first} {one.last}{_spelt(one.after)}" for name, one in self._letters.items()
        )
        pairs = (f"{before}{_spelt(after)}" for before, after in self._triples.items())
        return "".join(f"{line}\n" for line in (*singles, *pairs))

    @cached_property
    def version(self) -> str:
        """Another for other counts and usual words, with which engines read otherwise."""
        return sha256("\n".join([self.written(), *sorted(self._usual)]).encode()).hexdigest()[:12]

    def save(self, path: Path) -> Path:
        """Write what `parsed` reads."""
        path.write_text(self.written(), encoding="utf-8")
        return path

    def times(self, before: str, after: str) -> float:
        """How many times likelier a letter is after others than by itself, whatever their case.

        Parameters
        ----------
        before : str
            Of all before it the last two letters count; empty at the beginning of a text.
        after : str
            The letter; empty at the end of a text.

        Returns
        -------
        float
            At least `UNUSUAL`; 1 where neither is a letter of the words.
        """
        return self._remembered(before[-2:].casefold(), after.casefold())

    def log(self, text: str) -> float:
        """Logarithm of how many times likelier a text is than its letters are in any order."""
        places = range(len(text) + 1)
        found = math.fsum(math.log(self.times(text[max(k - 2, 0) : k], text[k : k + 1])) for k in places)
        return found + self.log_usual(text)

    def log_usual(self, text: str) -> float:
        """Logarithm of how many times likelier a text is for the usual words in it."""
        return math.log(OFTEN) * sum(word in self._usual for word in MARKS.split(text.casefold()))

    def _times(self, before: str, after: str) -> float:
        first, second = self._letters.get(before[-1:]), self._letters.get(after)
        if first is None and second is None:
            return 1.0
        if second is None:
            found = ANYWHERE + (1 - ANYWHERE) * self._ends(before[-1]) * self._total / self._words
        elif first is None:
            found = self._begins(after)
        else:
            found = self._follows(before, after)
        return UNUSUAL + (1 - UNUSUAL) * found

    def _follows(self, before: str, after: str) -> float:
        """How many times likelier a letter is after two, as far as words have the two, and after one."""
        last, often = before[-1], self._total / self._letters[after].places
        letter = self._letters[last]
        seen = max(letter.after.get(after, 0) - DISCOUNT, 0) / letter.places
        rest = DISCOUNT * len(letter.after) / letter.places
        by_one = seen * often + rest + self._ends(last) * self._begins(after)
        one = before[-2:-1] if before[-2:-1] in self._letters else BORDER
        count = letter.first if one == BORDER else self._letters[one].after.get(last, 0)
        if not count:
            return by_one
        next_ = self._triples.get(one + last, {})
        seen = max(next_.get(after, 0) - DISCOUNT, 0) / count
        return seen * often + by_one * (1 - (sum(next_.values()) - DISCOUNT * len(next_)) / count)

    def _ends(self, name: str) -> float:
        """The share of its places where a letter ends a word."""
        return self._letters[name].last / self._letters[name].places

    def _begins(self, name: str) -> float:
        """How many times likelier a letter is where a word begins."""
        letter = self._letters[name]
        return ANYWHERE + (1 - ANYWHERE) * letter.first / self._words * self._total / letter.places


def _kanji(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff"


def _spelt(after: Counts) -> str:
    """Counts, the highest first, each with the letters that have it: `` 12ab 3c``."""
    by_count: defaultdict[int, list[str]] = defaultdict(list)
    for letter, count in sorted(after.items(), key=lambda one: (-one[1], one[0])):
        by_count[count].append(letter)
    return "".join(f" {count}{''.join(letters)}" for count, letters in by_count.items())


def _parsed(groups: Sequence[str]) -> dict[str, int]:
    """What `_spelt` wrote."""
    found: dict[str, int] = {}
    for group in groups:
        letters = group.lstrip("0123456789")
        count = int(group[: len(group) - len(letters)])
        if not letters:
            raise ValueError(group)
        found |= dict.fromkeys(letters, count)
    return found
