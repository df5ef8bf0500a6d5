"""Which state of a training is kept: the one that reads unseen lines best."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

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

    Attributes
    ----------
    checks : list of (int, float)
        After how many iterations states came, and the share of lines that each read right.
    """

    def __init__(
        self, engine: Callable[[Path], Engine], valid: Sequence[Sample], best: Path, tuning: Tuning, run: Run
    ) -> None:
        self._engine, self._valid, self._best, self._tuning, self._run = engine, valid, best, tuning, run
        self.checks: list[tuple[int, float]] = []

    def look(self, iterations: int, state: Path) -> None:
        """Read the lines of validation with a state, whose file is the selection's from now on."""
        exact = float(right(self._engine(state), self._valid).mean())
        if exact > max((each for _, each in self.checks), default=-1.0):
            os.replace(state, self._best)
        self.checks.append((iterations, exact))
        self._run.report(iterations, self._tuning.iterations, exact=exact)

    def tuned(self, out: Path, lines: int, notes: Sequence[str]) -> Tuned:
        """Write the best state to `out`, whole or not at all; a training that did not come to its end is noted."""
        part = out.with_name(f".{out.name}.part")
        shutil.copyfile(self._best, part)
        os.replace(part, out)
        last, total = self.checks[-1][0], self._tuning.iterations
        late = [f"Time was up after {last} of {total} iterations."] if last < total else []
        iterations, exact = max(self.checks, key=lambda check: check[1])
        return Tuned(out, iterations, exact, tuple(self.checks), lines, (*notes, *late))
