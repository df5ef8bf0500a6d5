"""The reader of numbers as it is used: an ONNX file and onnxruntime."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np

from hanok.core.problem import NotFound, Problem
from hanok.core.run import Run
from hanok.parts.ocr.digits.alphabet import CLASSES
from hanok.parts.ocr.digits.decode import decoded
from hanok.parts.ocr.digits.prepare import HEIGHT, prepared
from hanok.parts.ocr.digits.settings import Training
from hanok.parts.ocr.engine import Kind, Line, Reading
from hanok.parts.quantization import Runner
from hanok.parts.text.normalise import Language

BUNDLED = "digits.onnx"
MOST = 32
"""Lines of a batch."""


class DigitReader:
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

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        self._model, self._run = model, Runner(model, threads=threads)
        self.version = hashlib.sha256(model).hexdigest()[:12]
        try:
            shape = self._run(np.zeros((1, 1, HEIGHT, HEIGHT), np.float32)).shape
        except Exception as error:  # the runtime raises classes of its own
            shape = (str(error).splitlines()[0],)
        if shape != (1, CLASSES, 1, HEIGHT // 2):
            expected = f"one that reads ink (1, 1, {HEIGHT}, width) into {CLASSES} classes"
            raise Problem("not_a_reader", f"found a network that gives {shape}; expected {expected}", "model")

    @classmethod
    def bundled(cls) -> DigitReader:
        """The one that comes with hanok, made by ``python -m hanok.parts.ocr.digits``.

        Raises
        ------
        NotFound
            This installation lacks it.
        """
        file = files("hanok.parts.ocr.digits") / BUNDLED
        if not file.is_file():
            hint = f"python -m hanok.parts.ocr.digits {BUNDLED}"
            raise NotFound("no_reader", f"found no {BUNDLED} beside the reader of numbers", hint=hint)
        return cls(file.read_bytes())

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
        from hanok.parts.ocr.digits.export import made

        return cls(made(training or Training(), run or Run()))

    @classmethod
    def load(cls, path: Path) -> DigitReader:
        """The one that `save` wrote.

        Raises
        ------
        Problem
            ``unreadable``: no such file; ``not_a_model``, ``not_a_reader``.
        """
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise Problem("unreadable", f"{error.strerror or error}; expected a saved reader", path.name) from error

    def save(self, path: Path) -> Path:
        """Write it as one ONNX file."""
        path.write_bytes(self._model)
        return path

    def reads(self, kind: Kind, language: Language) -> bool:
        """Numbers, in any language."""
        return kind == "number"

    def read(self, lines: Sequence[Line], kind: Kind = "number") -> list[Reading]:
        """One reading per line, in their order.

        Parameters
        ----------
        lines : sequence of arrays (h, w), uint8
            Crops as they are, or prepared; of any height.
        kind : "number"
            Nothing else is read.

        Returns
        -------
        list of Reading
            The confidence is the network's probability of the text, over all alignments.

        Raises
        ------
        Problem
            ``wrong_kind``, ``wrong_shape``.
        """
        if kind != "number":
            raise Problem("wrong_kind", f"found {kind!r}; this engine reads 'number'", "kind")
        inks = [prepared(line) for line in lines]
        readings: list[Reading] = [Reading("", 0.0, self.name)] * len(inks)
        for part in _alike([ink.shape[1] for ink in inks]):
            scores = self._run(np.stack([inks[k] for k in part])[:, None])
            for k, columns in zip(part, scores[:, :, 0], strict=True):
                (text, confidence), *others = decoded(columns)
                readings[k] = Reading(text, confidence, self.name, tuple(other for other, _ in others))
        return readings


def _alike(widths: Sequence[int]) -> list[list[int]]:
    """Places of lines of one width, so that no reading depends on its neighbours."""
    by_width: dict[int, list[int]] = {}
    for place, width in enumerate(widths):
        by_width.setdefault(width, []).append(place)
    return [rows[at : at + MOST] for rows in by_width.values() for at in range(0, len(rows), MOST)]
