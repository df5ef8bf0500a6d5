"""How a model is trained on, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

from hanok.core.problem import Problem


@dataclass(frozen=True)
class Tuning:
    """How long and how fast; these are Tesseract's.

    Parameters
    ----------
    iterations : int
        Lines that the network learns from, over and over.
    rate : float
        The learning rate where it is highest.
    checks : int
        How often in that time the lines of validation are read.
    seconds : float
        After which the best state so far is taken.
    """

    iterations: int = 10_000
    rate: float = 1e-3
    checks: int = 5
    seconds: float = 600.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise Problem("bad_setting", f"found {getattr(self, field.name)}; expected more than 0", field.name)


class Tuned(NamedTuple):
    """What came of it.

    Parameters
    ----------
    path : Path
        The model: `Tesseract` or `RapidOCR` takes it.
    iterations : int
        After which it was taken.
    exact : float
        Share of the lines of validation that it reads right.
    checks : tuple of (int, float)
        The same of every state that was looked at.
    lines : int
        That were learnt from.
    notes : tuple of str
        Lines that were left out and why; whether time was up.
    """

    path: Path
    iterations: int
    exact: float
    checks: tuple[tuple[int, float], ...]
    lines: int
    notes: tuple[str, ...]
