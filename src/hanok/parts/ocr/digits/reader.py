"""The reader of numbers as it is used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.parts.ocr.ctc.decode import Doubles
from hanok.parts.ocr.ctc.reader import LineReader, bundled, loaded
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.digits.alphabet import CLASSES, STRIDE, SYMBOLS
from hanok.parts.ocr.engine import Kind
from hanok.parts.text.normalise import Language

BUNDLED = "digits.onnx"


class DigitReader(LineReader):
    """Reads numbers, printed or in seven segments: digits and ``: - . , / % +``, with spaces between them.

    An `Engine`; safe to use from several threads. Nothing but onnxruntime is needed to read.

    Parameters
    ----------
    model : bytes
        What `train` made.
    threads : int
        Of the runtime.

    Raises
    ------
    Problem
        ``not_a_model``; ``not_a_reader``: another network.

    Example
    -------
    >>> from hanok.parts.ocr.boards import Display, line
    >>> rng = np.random.default_rng(0)
    >>> crop = line("12:34", Display.drawn(rng), rng, "photo")
    >>> DigitReader.bundled().read([crop])[0].text
    '12:34'
    """

    name = "digits"
    kind = "number"

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        super().__init__(model, (CLASSES, STRIDE), threads)

    @classmethod
    def bundled(cls) -> DigitReader:
        """The one that comes with hanok, made by ``python -m hanok.parts.ocr.digits``.

        Raises
        ------
        NotFound
            This installation lacks it.
        """
        return cls(bundled("digits", BUNDLED, f"python -m hanok.parts.ocr.digits {BUNDLED}"))

    @classmethod
    def train(cls, training: Training | None = None, run: Run | None = None) -> DigitReader:
        """One trained from nothing on lines rendered in the fonts of this machine.

        Parameters
        ----------
        training : Training, optional
            How long, how fast.
        run : Run, optional
            Its seed draws weights and lines; loss and exact share of validation are reported to it.

        Returns
        -------
        DigitReader

        Raises
        ------
        Unavailable
            torch, onnx or OpenCV is not installed.
        """
        try:
            from hanok.parts.ocr.ctc.export import made
            from hanok.parts.ocr.digits.training import TASK
        except ModuleNotFoundError as error:
            hint = "pip install 'hanok[train]'"
            raise Unavailable("missing_extra", "training the reader of numbers needs torch", hint=hint) from error
        return cls(made(TASK, training or Training(), run or Run()))

    @classmethod
    def load(cls, path: Path) -> DigitReader:
        """The one that `save` wrote.

        Raises
        ------
        Problem
            ``unreadable``: no such file; ``not_a_model``, ``not_a_reader``.
        """
        return cls(loaded(path))

    def reads(self, kind: Kind, language: Language) -> bool:
        """Numbers, in any language."""
        return kind == "number"

    def chances(self, scores: npt.NDArray[np.float32]) -> tuple[Doubles, Sequence[str]]:
        """Probabilities (19, T) of the symbols of the alphabet, the blank first."""
        found = np.exp(scores.astype(np.float64) - scores.max(0))
        return found / found.sum(0), ("", *SYMBOLS)
