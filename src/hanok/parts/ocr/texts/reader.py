"""Readers of text as they are used."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.parts.ocr.ctc.decode import UNLIKELY, Doubles, decoded
from hanok.parts.ocr.ctc.reader import LineReader, bundled, loaded
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.engine import Kind
from hanok.parts.ocr.ngrams import Expected, Ngrams, Wording
from hanok.parts.ocr.script import settled
from hanok.parts.ocr.texts.alphabet import BLANK, alphabet
from hanok.parts.ocr.texts.hangul import letters, syllable
from hanok.parts.ocr.texts.usage import UNUSUAL, usage
from hanok.parts.text.normalise import Language

Scores = npt.NDArray[np.float32]
Letters = tuple[int, int, int]
"""Initial, medial and final of a syllable."""

FOLLOWING = 0.8
"""Weight of which letters follow which: columns of one line err together, so that the network is surer than right."""


class TextReader(LineReader):
    """Reads a line of printed text: Korean, Japanese or English, with figures and marks.

    Of Korean syllables those of KS X 1001 are meant; about half of the others are read, by their letters. Of kanji
    those of the first level of JIS X 0208 are read, and 235 more.

    An `Engine`; safe to use from several threads. Nothing but onnxruntime is needed to read.

    Parameters
    ----------
    model : bytes
        What `train` made.
    language : "en", "ja" or "ko"
        That it was trained for.
    threads : int
        Of the runtime.

    Raises
    ------
    Problem
        ``no_alphabet``: another language; ``not_a_model``; ``not_a_reader``: another network.

    Example
    -------
    >>> from hanok.parts.ocr.boards import line, suited
    >>> rng = np.random.default_rng(0)
    >>> crop = line("Otter42", suited("en")[0], rng, "clean")
    >>> TextReader.bundled("en").read([crop])[0].text
    'Otter42'
    """

    name = "texts"
    kind = "text"

    def __init__(self, model: bytes, language: Language, *, threads: int = 1) -> None:
        self.language, self._alphabet, self._usage = language, alphabet(language), usage(language)
        self._following: Expected = Ngrams.bundled(language)
        self._usual = _syllables(self._following)
        self._own = np.array([self._usage.get(symbol, 1.0) for symbol in (BLANK, *self._alphabet.own)])
        super().__init__(model, (sum(self._alphabet.sizes), self._alphabet.stride), threads)
        self.version = f"{self.version}-{self._following.version}"

    @classmethod
    def bundled(cls, language: Language) -> TextReader:
        """The one that comes with hanok, made by ``python -m hanok.parts.ocr.texts``.

        Raises
        ------
        Problem
            ``no_alphabet``.
        NotFound
            This installation lacks it.
        """
        alphabet(language)
        file = f"{language}.onnx"
        return cls(bundled("texts", file, f"python -m hanok.parts.ocr.texts {file} --language {language}"), language)

    @classmethod
    def train(cls, language: Language, training: Training | None = None, run: Run | None = None) -> TextReader:
        """One trained from nothing on lines rendered in the fonts of this machine.

        Parameters
        ----------
        language : "en", "ja" or "ko"
            Of the lines.
        training : Training, optional
            How long, how fast; `LONG` if not given.
        run : Run, optional
            Its seed draws weights and lines; loss and exact share of validation are reported to it.

        Returns
        -------
        TextReader

        Raises
        ------
        Problem
            ``no_alphabet``.
        Unavailable
            torch, onnx or OpenCV is not installed.
        """
        alphabet(language)
        try:
            from hanok.parts.ocr.ctc.export import made
            from hanok.parts.ocr.texts.training import task
        except ModuleNotFoundError as error:
            hint = "pip install 'hanok[train]'"
            raise Unavailable("missing_extra", "training a reader of text needs torch", hint=hint) from error
        return cls(made(task(language), training or LONG[language], run or Run()), language)

    @classmethod
    def load(cls, path: Path, language: Language) -> TextReader:
        """The one that `save` wrote.

        Raises
        ------
        Problem
            ``unreadable``: no such file; ``no_alphabet``, ``not_a_model``, ``not_a_reader``.
        """
        return cls(loaded(path), language)

    def reads(self, kind: Kind, language: Language) -> bool:
        """Text of its language."""
        return kind == "text" and language == self.language

    def worded(self, wording: Wording) -> Self:
        """The same for a source."""
        found = copy(self)
        found._following, found.version = wording, f"{self.version}-{wording.version}"
        found._usual = _syllables(wording)
        return found

    def decoded(self, chances: Doubles, symbols: Sequence[str]) -> list[tuple[str, float]]:
        """As the language has letters follow each other; kana and kanji that look alike as their neighbours have it."""
        found = decoded(chances, symbols, self._following, FOLLOWING)
        return [(settled(text, self.language), share) for text, share in found]

    def chances(self, scores: Scores) -> tuple[Doubles, Sequence[str]]:
        """Probabilities (n_symbols, T) of symbols that any column speaks for, the blank first.

        Of syllables those of the likeliest letters of a column, those with one letter changed for the next likely, and
        those of what is often written.
        All are weighed by how frequent they are in the language, which lines of training do not show.
        """
        own, *of_letters = np.split(scores.astype(np.float64), np.cumsum(self._alphabet.sizes)[:-1])
        total, symbols, found = _log_sum(own), [BLANK, *self._alphabet.own], own
        if of_letters:
            total = np.logaddexp(total, sum(map(_log_sum, of_letters)))
            likely = sorted(_likely(of_letters, total) | self._usual)
            symbols += [syllable(*three) for three in likely]
            rows = [sum(part[k] for part, k in zip(of_letters, three, strict=True)) for three in likely]
            found = np.concatenate([own, np.reshape(rows, (-1, own.shape[1]))])
        found = self._expected(np.exp(found - total), symbols)
        kept = found.max(1) > UNLIKELY
        kept[0] = True
        return found[kept], [symbol for symbol, stays in zip(symbols, kept, strict=True) if stays]

    def _expected(self, found: Doubles, symbols: Sequence[str]) -> Doubles:
        """Probabilities (n_symbols, T) where symbols are as frequent as in the language."""
        written = [self._usage.get(symbol, UNUSUAL) for symbol in symbols[len(self._own) :]]
        weighted = found * np.concatenate([self._own, written])[:, None]
        rest = np.maximum(1 - found.sum(0), 0)  # symbols that are not listed
        return np.asarray(weighted / (weighted.sum(0) + rest))


LONG: dict[Language, Training] = {
    "en": Training(lines=1_536_000, batch=256, rate=3e-3, patience=20),
    "ja": Training(lines=1_920_000, batch=256, rate=3e-3, patience=20),
    "ko": Training(lines=2_048_000, batch=256, rate=3e-3, patience=20),
}
"""How the bundled ones were trained, on a GPU. The Korean one then learnt from 51,200 lines more, at a sixth of the
rate, as letters and figures stood apart by a space in none before; the Japanese one has met none of these."""


def _syllables(expected: Expected) -> frozenset[Letters]:
    """Of all that is often written."""
    return frozenset(found for text in expected.known for symbol in text if (found := letters(symbol)))


def _log_sum(scores: Doubles) -> Doubles:
    """Logarithm of the sum over symbols: (n, T) → (T,)."""
    most = scores.max(0)
    return np.asarray(most + np.log(np.exp(scores - most).sum(0)))


def _likely(of_letters: Sequence[Doubles], total: Doubles) -> set[Letters]:
    """Of syllables that some column speaks for; none in a line without Hangul."""
    best = [np.argsort(-part, axis=0)[:2] for part in of_letters]  # (2, T) each
    found = set[Letters]()
    for changed in (None, 0, 1, 2):
        three = np.stack([order[int(changed == place)] for place, order in enumerate(best)])  # (3, T)
        score = sum(np.take_along_axis(part, k[None], 0)[0] for part, k in zip(of_letters, three, strict=True))
        likely = three[:, np.exp(score - total) > UNLIKELY]
        found.update((int(a), int(b), int(c)) for a, b, c in likely.T)
    return found
