"""How a source words its lines: which characters follow which, counted among lines of it that people have labelled."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256

from hanok.parts.ocr.ngrams.ngrams import BORDER, DISCOUNT, OFTEN, REMEMBERED, Ngrams
from hanok.parts.text.normalise import Language

REACH = 4
"""Characters before one that tell how likely it is."""
SOURCE = 0.5
"""Weight of what the source says beside its language, which knows more of names that are new."""
END = "\n"
"""What is after the last character of a line; no character itself."""
UNSEEN = 30
"""Characters that lines may hold although none of those that were labelled does."""
HALF = 0.5
"""Added to the count of each character."""
REPEATED = 3
"""Pictures that show a line which is usual: as words of boards, it is `OFTEN` times likelier than its characters."""


class Wording:
    """How many times likelier a character is after some others, where lines of a source are like those labelled.

    Words, figures and marks alike: what is printed on each receipt of a shop, the names of a league, ``K/D/A``. For
    what follows what, twice the same line counts once, whatever its case. Spaces are looked through, as people label
    them by eye.

    Parameters
    ----------
    texts : iterable of str
        Lines of the source, each as often as pictures show it.
    language : "en", "ko" or "ja"
        Whose own letters tell the rest.

    Example
    -------
    >>> shop = Wording(["TOTAL RM 5.90", "CASH RM 10.00", "CHANGE RM 4.10"], "en")
    >>> shop.log("TAX RM 1.20") > shop.log("TAX RH 1.20")
    True

    Source
    ------
    Ney, Essen and Kneser 1994, for absolute discounting, interpolated with ever fewer characters before; a linear
    mixture with the language: Jelinek and Mercer 1980. Adapting to a source by its own text: Bellegarda 2004,
    "Statistical language model adaptation".
    """

    def __init__(self, texts: Iterable[str], language: Language) -> None:
        self.texts = tuple(sorted(text for text in texts if _tight(text)))
        self.language = language
        self._letters = Ngrams.bundled(language)
        counted = Counter(self.texts)
        self._usual = frozenset(_tight(text) for text, count in counted.items() if count >= REPEATED)
        usual = {text: frozenset(text) for text in counted if _tight(text) in self._usual}
        self.known: Mapping[str, frozenset[str]] = {**self._letters.known, **usual}
        self._after: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for text in sorted({_tight(text) for text in self.texts}):
            whole = f"{BORDER}{text}{END}"
            for place in range(1, len(whole)):
                for first in range(max(place - REACH, 0), place + 1):
                    self._after[whole[first:place]][whole[place]] += 1
        self._total = self._after[""].total() + HALF * (len(self._after[""]) + UNSEEN)
        self._remembered = lru_cache(REMEMBERED)(self._times)

    @cached_property
    def version(self) -> str:
        """Another for other lines."""
        return sha256("\n".join([self._letters.version, *self.texts]).encode()).hexdigest()[:12]

    def times(self, before: str, after: str) -> float:
        """How many times likelier a character is after others than by itself, whatever their case.

        Parameters
        ----------
        before : str
            All before it in the line.
        after : str
            The character; empty at the end of a line.

        Returns
        -------
        float
        """
        language = self._letters.times(before, after)
        if after.isspace():
            return language
        return SOURCE * self._remembered((BORDER + _tight(before))[-REACH:], after.casefold()) + (1 - SOURCE) * language

    def log(self, text: str) -> float:
        """Logarithm of how many times likelier a line is than its characters are in any order."""
        found = math.fsum(math.log(self.times(text[:k], text[k : k + 1])) for k in range(len(text) + 1))
        return found + (math.log(OFTEN) if _tight(text) in self._usual else self._letters.log_usual(text))

    def _times(self, before: str, after: str) -> float:
        return self._share(before, after or END) / self._share("", after or END)

    def _share(self, before: str, after: str) -> float:
        """P(after | before), as far as lines had the characters before; the first may be the `BORDER`."""
        found = (self._after[""][after] + HALF) / self._total
        for length in range(1, len(before) + 1):
            seen = self._after.get(before[-length:])
            if seen is None:
                break
            found = (max(seen[after] - DISCOUNT, 0) + DISCOUNT * len(seen) * found) / seen.total()
        return found


def _tight(text: str) -> str:
    """Without spaces and case."""
    return "".join(text.split()).casefold()
