"""Which state of a training is kept: the one that reads unseen lines best."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.ocr.engine import Engine
from hanok.parts.ocr.finetuning.sample import Sample, right
from hanok.parts.ocr.finetuning.settings import Tuned, Tuning


class Selection:
    """Looks at states of a model as they come, and keeps the best.

    Parameters
    ----------
    engine : callable
        The reader that a state's file makes.
    valid : sequence of n_valid Sample
        What it reads, line by line.
    best : Path
        Where the best state so far lies.
    tuning : Tuning
        Of the training.
    run : Run
        Hears of each state.
    """

    def __init__(
        self, engine: Callable[[Path], Engine], valid: Sequence[Sample], best: Path, tuning: Tuning, run: Run
    ) -> None:
        self._engine, self._valid, self._best, self._tuning, self._run = engine, valid, best, tuning, run
        self._checks: list[tuple[int, float]] = []

    def look(self, iterations: int, state: Path) -> None:
        """Read the lines of validation with a state, whose file is the selection's from now on."""
        exact = float(right(self._engine(state), self._valid).mean())
        if exact > max((each for _, each in self._checks), default=-1.0):
            os.replace(state, self._best)
        self._checks.append((iterations, exact))
        self._run.report(iterations, self._tuning.iterations, exact=exact)

    def late(self, cause: Exception) -> str:
        """What is to be said where time was up before the last state.

        Raises
        ------
        Problem
            ``too_slow``: it was up before the first.
        """
        if not self._checks:
            hint = "give it more seconds, or have it look sooner: fewer iterations or more checks"
            found = f"no state after {self._tuning.seconds:g} seconds"
            raise Problem("too_slow", f"found {found}; expected one", "seconds", hint) from cause
        return f"Time was up after {self._checks[-1][0]} of {self._tuning.iterations} iterations."

    def tuned(self, out: Path, lines: int, notes: Sequence[str]) -> Tuned:
        """Write the best state to `out`, whole or not at all."""
        part = out.with_name(f".{out.name}.part")
        shutil.copyfile(self._best, part)
        os.replace(part, out)
        iterations, exact = max(self._checks, key=lambda check: check[1])
        return Tuned(out, iterations, exact, tuple(self._checks), lines, tuple(notes))
