"""How a reader of lines is trained."""

from __future__ import annotations

from dataclasses import dataclass, fields

from hanok.core.problem import Problem


@dataclass(frozen=True)
class Training:
    """How the network is trained.

    Parameters
    ----------
    lines : int
        How many are rendered in all.
    batch : int
        Lines of a step.
    rate : float
        The highest learning rate.
    checks : int
        How often the lines of validation are read.
    patience : int
        Checks without a better exact share after which training ends.
    valid : int
        Lines of validation.
    workers : int
        Processes that render lines; of one, the one that trains. The lines are the same.
    """

    lines: int = 240_000
    batch: int = 64
    rate: float = 4e-3
    checks: int = 20
    patience: int = 8
    valid: int = 1000
    workers: int = 1

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not value > 0:
                raise Problem("bad_setting", f"found {value}; expected more than 0", field.name)
