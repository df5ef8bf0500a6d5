"""Fits that learnt nothing are refused publication, whatever the system."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from hanok.core.contract import Objective
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Listener, Progress


@dataclass
class Steps:
    """Listens to a run and remembers how far each stage came, passing everything on."""

    listener: Listener
    reached: dict[str, Progress] = field(default_factory=dict)

    def __call__(self, progress: Progress) -> None:
        """Take progress in."""
        self.reached[progress.stage] = progress
        self.listener(progress)


def refuse_degenerate(report: Report, objective: Objective, steps: Steps) -> None:
    """Raise unless the fit did something.

    Raises
    ------
    Problem
        A stage ended before its first step; a figure is not a number; every item got the same answer where
        several were expected; or the first objective is not better than the trivial baseline's.
    """
    idle = next((p for p in steps.reached.values() if p.total and p.step == 0), None)
    if idle:
        raise _degenerate(f"the stage {idle.stage!r} stopped before its first of {idle.total} steps")
    broken = [name for name, value in report.values().items() if not math.isfinite(value)]
    if broken:
        raise _degenerate(f"{', '.join(broken)} is not a number")
    if len(set(report.expected)) > 1 and len(set(report.predicted)) == 1:
        raise _degenerate(f"all {len(report.predicted)} test items got the same answer, {report.predicted[0]!r}")
    measure = report[objective.name]
    if measure.baseline is None:
        return
    ours, trivial = measure.value, measure.of(measure.baseline)
    if not (ours > trivial if objective.maximize else ours < trivial):
        raise _degenerate(f"{objective.name} is {ours:.3g}; the trivial answer reaches {trivial:.3g}")


def _degenerate(message: str) -> Problem:
    hint = "look at the data (hanok check) and the configuration; nothing was published"
    return Problem("degenerate_fit", message, hint=hint)
