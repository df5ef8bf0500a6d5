"""PP-OCR's recogniser as it lies in RapidOCR's wheel: dearer and better than Tesseract, for Latin, kanji and kana."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem, Unavailable
from hanok.parts.ocr.ctc.decode import UNLIKELY, decoded
from hanok.parts.ocr.ctc.reader import said
from hanok.parts.ocr.engine import Kind, Line, Reading, checked, digest
from hanok.parts.ocr.line import closer
from hanok.parts.ocr.ngrams import Expected, Ngrams, Wording
from hanok.parts.ocr.script import settled, written_with
from hanok.parts.ocr.vision import opencv
from hanok.parts.quantization import Runner
from hanok.parts.text.normalise import Language

MODEL = "PP-OCRv6_rec_small.onnx"
TUNED = "rapidocr-tuned"
"""What an engine with a model of its own is called, as both may stand in one cascade."""
CHARACTERS = "character"
"""Of the model's own notes: what its scores are of, but for the blank before them and the space behind."""
HEIGHT = 48
BORDER = 2  # white pixels left around what is written: with more, letters get smaller, and some are lost
FOLLOWING = 0.5  # weight of which letters follow which: much of that the network has learnt itself
WIDEST = 4096  # in pixels at that height: some 300 characters; what is wider is squeezed


class RapidOCR:
    """Reads lines with the PP-OCRv6 recogniser; nothing is ever downloaded.

    It knows no Hangul and says something all the same: `reads` keeps Korean text from it. Safe to use from several
    threads.

    Parameters
    ----------
    language : "en", "ko" or "ja", optional
        Of the lines: of 18,708 characters only those of its alphabet are read, so that ``黒`` does not become the
        Chinese ``黑`` nor ``A`` ``Ã``; letters that often follow each other are likelier, and kana that look alike take
        the script of their neighbours. All characters if not given.
    model : Path, optional
        An ``.onnx`` file of your own instead: see `finetune_rapidocr`. The engine's name is then ``"rapidocr-tuned"``.
    threads : int
        Of the runtime.

    Raises
    ------
    Unavailable
        RapidOCR is missing, or is a release without the model.
    Problem
        `model` is no file or no model.

    Example
    -------
    >>> RapidOCR("en").read([line], "text")                                  # doctest: +SKIP
    [Reading(text='GhostSniper', confidence=0.99, engine='rapidocr', alternatives=('GhostSnlper',), failed='')]

    Source
    ------
    Cui et al. 2025, "PaddleOCR 3.0 technical report" (of PP-OCRv5, whose next release this is). The model is run by
    itself: the library pads the lines of a batch to 320 pixels and to the widest of them, so that a reading would
    cost more and depend on its neighbours. Here each line goes at its own width.
    """

    def __init__(self, language: Language | None = None, *, model: Path | None = None, threads: int = 1) -> None:
        self.name = "rapidocr" if model is None else TUNED
        self._run, self._characters = _stock(stock_model(), threads) if model is None else _own(model, threads)
        self._language = language
        self._allowed = written_with(self._characters, language) if language else np.ones(len(self._characters), bool)
        self._following: Expected | None = Ngrams.bundled(language) if language else None
        told = [language, self._following.version] if self._following else []
        which = [version("rapidocr"), Path(MODEL).stem] if model is None else [digest(model)]
        self.version = "-".join([*which, *map(str, told)])

    def reads(self, kind: Kind, language: Language) -> bool:
        """Numbers, and text that is not Korean."""
        return kind == "number" or language != "ko"

    def worded(self, wording: Wording) -> Self:
        """The same for text of a source."""
        found = copy(self)
        found._following, found.version = wording, f"{self.version}-{wording.version}"
        return found

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """One reading per line; confidence is the probability of the text, over all alignments."""
        checked(lines)
        return [self._one(line, kind) for line in lines]

    def _one(self, line: Line, kind: Kind) -> Reading:
        chances = self._run(_pixels(line))[0].T  # (characters, steps)
        kept = self._allowed & (chances.max(axis=1) > UNLIKELY)
        kept[0] = True
        symbols = [self._characters[k] for k in np.flatnonzero(kept)]
        expected = self._following if kind == "text" else None
        found = decoded(chances[kept].astype(np.float64), symbols, expected, FOLLOWING)
        return said([(self._spelt(text), share) for text, share in found], self.name)

    def _spelt(self, text: str) -> str:
        text = " ".join(text.split())
        return settled(text, self._language) if self._language else text


def grey(line: Line) -> npt.NDArray[np.uint8]:
    """(48, width): a line as the network sees it, but for its scale."""
    line = closer(line, BORDER)
    height, width = line.shape
    wide = min(max(math.ceil(width * HEIGHT / height), 8), WIDEST)
    return np.asarray(opencv().resize(line, (wide, HEIGHT)), dtype=np.uint8)


def _pixels(line: Line) -> npt.NDArray[np.float32]:
    """(1, 3, 48, width), from -1 to 1."""
    return np.repeat((grey(line).astype(np.float32) / 127.5 - 1)[None, None], 3, axis=1)


def stock_model() -> Path:
    """The recogniser that RapidOCR brings.

    Raises
    ------
    Unavailable
        RapidOCR is missing, or is a release without it.
    """
    spec, hint = find_spec("rapidocr"), "pip install 'hanok[ocr]'"
    if spec is None or spec.origin is None or find_spec("cv2") is None:
        raise Unavailable("missing_extra", "the PP-OCR reader needs rapidocr and opencv", hint=hint)
    path = Path(spec.origin).parent / "models" / MODEL
    if not path.is_file():
        raise Unavailable("missing_model", f"the installed rapidocr has no {MODEL}", hint=hint)
    return path


def _own(path: Path, threads: int) -> tuple[Runner, list[str]]:
    """A network that `finetune_rapidocr` wrote."""
    expected = "expected what finetune_rapidocr writes"
    if path.suffix != ".onnx" or not path.is_file():
        raise Problem("not_a_model", f"found no such file; {expected}", str(path))
    run, characters = _loaded(path, threads)
    if CHARACTERS not in run.notes:
        raise Problem("not_a_model", f"found a network that does not say what its scores are of; {expected}", str(path))
    return run, characters


def _loaded(path: Path, threads: int) -> tuple[Runner, list[str]]:
    """The network, and what its outputs stand for."""
    run = Runner(path, threads=threads)
    return run, ["", *run.notes.get(CHARACTERS, "").splitlines(), " "]


_stock = cache(_loaded)
"""Once for readers of all languages."""
