"""A reader of whole lines as it is used: an ONNX file and onnxruntime."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hanok.core.problem import NotFound, Problem
from hanok.parts.ocr.ctc.decode import Doubles, decoded
from hanok.parts.ocr.ctc.prepare import HEIGHT, prepared
from hanok.parts.ocr.engine import Kind, Line, Reading
from hanok.parts.quantization import Runner
from hanok.parts.text.normalise import Language

MOST = 32
"""Lines of a batch."""
OTHERS = 3
"""Alternatives at most."""


class LineReader(ABC):
    """An `Engine` of one network; safe to use from several threads. Nothing but onnxruntime is needed to read.

    Parameters
    ----------
    model : bytes
        What was trained.
    shape : tuple of int
        Scores of a column, and columns of pixels for each.
    threads : int
        Of the runtime.

    Raises
    ------
    Problem
        ``not_a_model``; ``not_a_reader``: another network.
    """

    name: str
    kind: Kind

    def __init__(self, model: bytes, shape: tuple[int, int], threads: int = 1) -> None:
        self._model, self._run = model, Runner(model, threads=threads)
        self.version = hashlib.sha256(model).hexdigest()[:12]
        try:
            found = self._run(np.zeros((1, 1, HEIGHT, HEIGHT), np.float32)).shape
        except Exception as error:  # the runtime raises classes of its own
            found = (str(error).splitlines()[0],)
        scores, stride = shape
        if found != (1, scores, 1, HEIGHT // stride):
            expected = f"one that reads ink (1, 1, {HEIGHT}, width) into {scores} classes"
            raise Problem("not_a_reader", f"found a network that gives {found}; expected {expected}", "model")

    @abstractmethod
    def chances(self, scores: npt.NDArray[np.float32]) -> tuple[Doubles, Sequence[str]]:
        """Probabilities (n_symbols, T) of the symbols that the scores (n_scores, T) of a line speak for, and these."""

    @abstractmethod
    def reads(self, kind: Kind, language: Language) -> bool:
        """Whether such lines are for this engine."""

    def save(self, path: Path) -> Path:
        """Write it as one ONNX file."""
        path.write_bytes(self._model)
        return path

    def read(self, lines: Sequence[Line], kind: Kind | None = None) -> list[Reading]:
        """One reading per line, in their order.

        Parameters
        ----------
        lines : sequence of arrays (h, w), uint8
            Crops as they are, or prepared; of any height.
        kind : "number" or "text", optional
            Nothing but the engine's own is read.

        Returns
        -------
        list of Reading
            The confidence is the network's probability of the text, over all alignments.

        Raises
        ------
        Problem
            ``wrong_kind``, ``wrong_shape``.
        """
        if kind not in (None, self.kind):
            raise Problem("wrong_kind", f"found {kind!r}; this engine reads {self.kind!r}", "kind")
        inks = [prepared(line) for line in lines]
        readings: list[Reading] = [Reading("", 0.0, self.name)] * len(inks)
        for part in _alike([ink.shape[1] for ink in inks]):
            scores = self._run(np.stack([inks[k] for k in part])[:, None])
            for k, columns in zip(part, scores[:, :, 0], strict=True):
                readings[k] = said(self.decoded(*self.chances(columns)), self.name)
        return readings

    def decoded(self, chances: Doubles, symbols: Sequence[str]) -> list[tuple[str, float]]:
        """Texts with their probabilities, the likeliest first."""
        return decoded(chances, symbols)


def said(texts: Iterable[tuple[str, float]], engine: str) -> Reading:
    """The reading of an engine that has several texts, each with its probability; equal ones count together."""
    found: dict[str, float] = {}
    for text, share in texts:
        found[text] = found.get(text, 0.0) + share
    (best, sure), *others = sorted(found.items(), key=lambda one: -one[1])
    others = [(text, share) for text, share in others if text][:OTHERS]
    alternatives, shares = tuple(text for text, _ in others), tuple(share for _, share in others)
    return Reading(best, min(sure, 1.0), engine, alternatives, shares=shares)


def bundled(folder: str, file: str, command: str) -> bytes:
    """A model that comes with hanok.

    Raises
    ------
    NotFound
        This installation lacks it.
    """
    path = files(f"hanok.parts.ocr.{folder}") / file
    if not path.is_file():
        raise NotFound("no_reader", f"found no {file} in hanok.parts.ocr.{folder}", hint=command)
    return path.read_bytes()


def loaded(path: Path) -> bytes:
    """A model that `LineReader.save` wrote.

    Raises
    ------
    Problem
        ``unreadable``: no such file.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem("unreadable", f"{error.strerror or error}; expected a saved reader", path.name) from error


def _alike(widths: Sequence[int]) -> list[list[int]]:
    """Places of lines of one width, so that no reading depends on its neighbours."""
    by_width: dict[int, list[int]] = {}
    for place, width in enumerate(widths):
        by_width.setdefault(width, []).append(place)
    return [rows[at : at + MOST] for rows in by_width.values() for at in range(0, len(rows), MOST)]
