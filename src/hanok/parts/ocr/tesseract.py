"""Tesseract, called in the process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import local
from typing import Any

import numpy as np
from PIL import Image

from hanok.core.problem import Problem, Unavailable
from hanok.parts.ocr.engine import Kind, Line, Reading, checked, digest
from hanok.parts.ocr.line import closer
from hanok.parts.ocr.script import settled
from hanok.parts.text.normalise import Language

CODES: dict[Language, str] = {"en": "eng", "ko": "kor", "ja": "jpn"}
TUNED = "tesseract-tuned"
"""What an engine with a model of its own is called, as both may stand in one cascade."""
WHITELIST = "0123456789.,:+-%"
HEIGHTS: dict[Kind, int] = {"number": 54, "text": 64}
"""Lines are scaled to it for the stock models: their page segmentation loses single digits in larger ones, and blurred
letters are told apart better in them."""
BORDER = 4
FOLDERS = (
    *("/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata", "/usr/share/tessdata"),
    *("/usr/local/share/tessdata", "/opt/homebrew/share/tessdata"),
)
"""Where systems put language data; TESSDATA_PREFIX goes first."""


class Tesseract:
    """Reads lines with Tesseract's recurrent network.

    Safe to use from several threads: each has an interpreter of its own, made when it first reads (0.1 s,
    15 MB, for Japanese 30).

    Parameters
    ----------
    language : "en", "ko" or "ja"
        Of text; numbers are read with English data whichever it is. Kana that look alike take the script of their
        neighbours.
    model : Path, optional
        A ``.traineddata`` file of your own, for both kinds, instead of the stock models: see `finetune`. The engine's
        name is then ``"tesseract-tuned"``.

    Raises
    ------
    Unavailable
        The library or the language's data is missing; the hint says what to install.
    Problem
        `model` is no file or no model.

    Example
    -------
    >>> reader = Tesseract("en")                                         # doctest: +SKIP
    >>> reader.read([line], "number")                                    # doctest: +SKIP
    [Reading(text='1555', confidence=0.96, engine='tesseract', alternatives=(), failed='')]

    Source
    ------
    R. Smith 2007, "An overview of the Tesseract OCR engine"; from version 4 a recurrent network with CTC. Through
    tesserocr, as a process per line takes 31 times as long. One line per picture (page segmentation 7), and where
    that finds nothing, once more as a raw line (13): single digits are often taken for dirt. Models of your own are
    given every line raw, for 7 drops the strokes of seven-segment digits, and without its white border, for the
    network sees a line of 36 pixels, border included: `as_trained`.
    """

    def __init__(self, language: Language = "en", model: Path | None = None) -> None:
        self._library = _library()
        if model is not None and (model.suffix != ".traineddata" or not model.is_file()):
            raise Problem("not_a_model", "found no such file; expected a .traineddata file", str(model))
        self.name = "tesseract" if model is None else TUNED
        self._language, self._languages = language, (language,) if model is None else ()
        self._mine = local()
        text = model if model is not None else stock_model(CODES[language])
        self._models: dict[Kind, Path] = {"text": text, "number": text if model is not None else stock_model("eng")}
        raw, single = self._library.PSM.RAW_LINE, self._library.PSM.SINGLE_LINE
        self._modes = (single, raw) if model is None else (raw,)
        used = dict.fromkeys(self._models.values())
        parts = (
            self._library.tesseract_version().split()[1],
            *map(digest, used),
            *map(str, HEIGHTS.values() if model is None else ("closer",)),
        )
        self.version = "-".join(parts)
        self._interpreter("text")  # now rather than at the first line: a model that is none is said here

    def reads(self, kind: Kind, language: Language) -> bool:
        """Numbers always; text of its language. Whoever brings a model says with it that it reads what comes."""
        return kind == "number" or not self._languages or language in self._languages

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """One reading per line; confidence is the least certain word's."""
        checked(lines)
        api = self._interpreter(kind)
        return [self._one(api, line, kind) for line in lines]

    def _one(self, api: Any, line: Line, kind: Kind) -> Reading:
        line = _scaled(line, HEIGHTS[kind]) if len(self._modes) > 1 else as_trained(line)
        height, width = line.shape
        pixels = np.ascontiguousarray(line).tobytes()
        for mode in self._modes:
            api.SetPageSegMode(mode)
            api.SetImageBytes(pixels, width, height, 1, width)
            text = " ".join(api.GetUTF8Text().split())
            words = api.AllWordConfidences()
            api.Clear()
            if text and words:
                return Reading(settled(text, self._language), min(words) / 100, self.name)
        return Reading("", 0.0, self.name)

    def _interpreter(self, kind: Kind) -> Any:
        """This thread's, for this kind."""
        made: dict[Kind, Any] = self._mine.__dict__.setdefault("made", {})
        if kind not in made:
            model = self._models[kind]
            try:
                api = self._library.PyTessBaseAPI(
                    path=f"{model.parent}/", lang=model.stem, psm=self._modes[0], oem=self._library.OEM.LSTM_ONLY
                )
            except RuntimeError as error:
                raise Problem("not_a_model", "found no model; expected Tesseract's .traineddata", str(model)) from error
            api.SetVariable("debug_file", os.devnull)
            if self.name == TUNED:  # else a model without this setting puts a space between syllables of Hangul
                api.SetVariable("preserve_interword_spaces", "1")
            if kind == "number":
                api.SetVariable("tessedit_char_whitelist", WHITELIST)
            made[kind] = api
        return made[kind]


def as_trained(line: Line) -> Line:
    """A line as models of one's own are trained on it and given it, with 4 pixels of white around what is written."""
    return closer(line, BORDER)


def _scaled(line: Line, to: int) -> Line:
    height, width = line.shape
    size = (max(1, round(width * to / height)), to)
    return line if height == to else np.asarray(Image.fromarray(line).resize(size, Image.Resampling.BICUBIC))


def _library() -> Any:
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # where the library was built with OpenMP, it waits for itself
    try:
        import tesserocr  # type: ignore[import-untyped]
    except ImportError as error:
        raise Unavailable("missing_extra", "Tesseract needs tesserocr", hint="pip install 'hanok[ocr]'") from error
    return tesserocr


def stock_model(code: str) -> Path:
    """The model that the system installed for a language, such as ``"eng"``.

    Raises
    ------
    Unavailable
        It is not there; the hint says what to install.
    """
    given = os.environ.get("TESSDATA_PREFIX")
    folders = ((given, f"{given}/tessdata") if given else ()) + FOLDERS
    for folder in folders:
        if (path := Path(folder) / f"{code}.traineddata").is_file():
            return path
    hint = f"apt install tesseract-ocr-{code}, or set TESSDATA_PREFIX to where {code}.traineddata lies"
    raise Unavailable("missing_language", f"Tesseract has no data for {code}", hint=hint)
