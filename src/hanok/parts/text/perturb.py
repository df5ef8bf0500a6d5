"""Asking it differently: test questions for data in which every question is needed for learning."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from hanok.parts.text.ngrams import words
from hanok.parts.text.normalise import HAN, Language, language, normalise

_PARTICLES: dict[Language, re.Pattern[str]] = {
    "ko": re.compile(
        r"(?<=[가-힣])(?:에서는|으로는|에서|에게|한테|으로|까지|부터|은|는|이|가|을|를|에|의|도|로|와|과|만)(?= |$)"
    ),
    "ja": re.compile(f"(?<=[{HAN}\u30a0-\u30ff])(?:には|では|から|まで|は|が|を|に|の|も|で(?!き)|へ|と)"),
    "en": re.compile(r"\b(?:the|an?|to|of|for|in|on|at|do|does|is|are|can|could|please|my|your)\b"),
}
_PHRASE = re.compile(
    f"[{HAN}]+[\u3040-\u309f]*|[\u30a0-\u30ff]+[\u3040-\u309f]*|[\u3040-\u309f]+|[^\u3040-\u30ff{HAN}]+"
)


class Perturber:
    """Rephrases a text by rule: words left out, words replaced by others, particles dropped, a typo.

    Parameters
    ----------
    texts : sequence of str
        Replacements are drawn from the words of those in the same language.
    leave_out, replace : float, 0 to 1
        Shares of the words, on average; at least one word stays as it was.

    Example
    -------
    >>> perturb = Perturber(["How do I get my money back?", "Where is my parcel now?"])
    >>> perturb("How do I get my money back?", np.random.default_rng(7))
    'how where get money back'

    Source
    ------
    Rules in the spirit of Wei and Zou 2019, "EDA: Easy data augmentation". The shares were chosen so that finding the
    text again is as hard as with human rephrasings: see "Perturbed questions" in the guide to this package. A rule is
    no person: trust scores on human rephrasings where there are any.
    """

    def __init__(self, texts: Sequence[str], *, leave_out: float = 0.2, replace: float = 0.4) -> None:
        self.leave_out, self.replace = leave_out, replace
        self._words: defaultdict[Language, list[str]] = defaultdict(list)
        for text in map(_plain, texts):
            self._words[language(text)] += _units(text)

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """Another way of asking `text`, normalised and without punctuation; empty only where that is."""
        text = _plain(text)
        if not text:
            return text
        changed = self._other_words(text, rng)
        if rng.random() < 0.5:
            changed = " ".join(_PARTICLES[language(text)].sub("", changed).split()) or changed
        if rng.random() < 0.3 or changed == text:
            changed = _typo(changed, rng)
        return _plain(changed) or text

    def _other_words(self, text: str, rng: np.random.Generator) -> str:
        """Some words left out, some replaced."""
        units, others = _units(text), self._words[language(text)]
        stays = rng.integers(len(units))
        said: list[str] = []
        for place, unit in enumerate(units):
            fate = rng.random()
            if place == stays or fate >= self.leave_out + self.replace or (fate >= self.leave_out and not others):
                said.append(unit)
            elif fate >= self.leave_out:
                said.append(others[rng.integers(len(others))])
        return ("" if language(text) == "ja" else " ").join(said)


def _plain(text: str) -> str:
    """Its words and nothing else."""
    return normalise(" ".join(words(normalise(text))))


def _units(text: str) -> list[str]:
    """The words; in Japanese phrases, which begin where the script changes."""
    return _PHRASE.findall(text) if language(text) == "ja" else text.split()


def _typo(text: str, rng: np.random.Generator) -> str:
    """One character lost, doubled, or swapped with the next."""
    at, kind = int(rng.integers(len(text))), int(rng.integers(3))
    if kind == 0 and len(text) > 1:
        return text[:at] + text[at + 1 :]
    if kind == 1 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[: at + 1] + text[at:]
