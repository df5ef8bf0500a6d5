"""What reads a line of text, and what it says it read."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.text.normalise import Language

Line = npt.NDArray[np.uint8]
"""One line or cell: grey (height, width), dark on white, prepared: about 48 pixels high, with a white border."""

Kind = Literal["number", "text"]
"""What a line holds: digits with their separators and sign, or words."""


class Reading(NamedTuple):
    """What an engine says of one line.

    Parameters
    ----------
    text : str
        As read; empty where nothing was found.
    confidence : float, 0 to 1
        The engine's own word. It only ranks: what it is worth is learnt per source (`Cascade`).
    engine : str
        Name of the engine.
    alternatives : tuple of str
        Other texts the engine thought of, the likelier first.
    failed : str
        Why the engine gave no reading, such as ``"over_budget"``; empty where it did.
    shares : tuple of float, optional
        How likely each alternative is, by the engine's own word; None where it never says.
    """

    text: str
    confidence: float
    engine: str
    alternatives: tuple[str, ...] = ()
    failed: str = ""
    shares: tuple[float, ...] | None = None


class Engine(Protocol):
    """What `Cascade` asks: anything that reads lines. All are safe to use from several threads at once.

    Attributes
    ----------
    name : str
        Short, one word: it becomes the source of a value.
    version : str
        Changes whenever the readings may: library, model.
    """

    name: str
    version: str

    def reads(self, kind: Kind, language: Language) -> bool:
        """Whether lines of this kind and language should be given to it at all."""

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        """One reading per line, in their order; a reading depends on its line only, not on its neighbours."""


def checked(lines: Sequence[Line]) -> None:
    """Refuse what is no line.

    Raises
    ------
    Problem
        A line is not grey uint8 of two dimensions, or has no pixels; says which, what was found, what was expected.
    """
    for i, line in enumerate(lines):
        if line.dtype != np.uint8 or line.ndim != 2 or not line.size:
            found = f"{line.dtype} of shape {line.shape}"
            raise Problem("not_a_line", f"found {found}; expected uint8 (height, width), grey", f"lines[{i}]")


def digest(model: Path) -> str:
    """Eight digits that tell models apart, for the version of an engine."""
    return hashlib.sha256(model.read_bytes()).hexdigest()[:8]
