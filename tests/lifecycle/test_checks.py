from __future__ import annotations

import numpy as np
import pytest

from hanok.core.contract import Objective
from hanok.core.problem import Problem
from hanok.core.report import Measure, Report
from hanok.core.run import Progress
from hanok.lifecycle.checks import Steps, refuse_degenerate

HIT = Objective("hit")


def report(hits: list[float], trivial: list[float] | None = None, said: str = "ab") -> Report:
    baseline = None if trivial is None else np.array(trivial)
    return Report([Measure("hit", np.array(hits), baseline)], expected=["a", "b"], predicted=list(said))


def steps(*reports: Progress) -> Steps:
    heard = Steps(lambda progress: None)
    for progress in reports:
        heard(progress)
    return heard


def test_a_fit_that_beats_the_trivial_answer_passes() -> None:
    refuse_degenerate(report([1, 1], [1, 0]), HIT, steps(Progress("epochs", 3, 3)))


def test_lower_is_better_where_the_objective_says_so() -> None:
    error = Report([Measure("error", np.array([0.1, 0.1]), np.array([1.0, 1.0]), maximize=False)])
    refuse_degenerate(error, Objective("error", maximize=False), steps())


@pytest.mark.parametrize(
    ("found", "heard", "why"),
    [
        (report([1, 1], [1, 1]), steps(), "trivial answer reaches 1"),
        (report([0, 0], [1, 0]), steps(), "trivial"),
        (report([1, 0], [0, 0], said="aa"), steps(), "same answer"),
        (report([1, 1]), steps(Progress("epochs", 0, 30)), "before its first of 30 steps"),
        (report([float("nan"), 1]), steps(), "not a number"),
    ],
)
def test_a_fit_that_learnt_nothing_is_refused(found: Report, heard: Steps, why: str) -> None:
    with pytest.raises(Problem, match=why) as caught:
        refuse_degenerate(found, HIT, heard)
    assert caught.value.code == "degenerate_fit"


def test_steps_pass_everything_on() -> None:
    seen: list[Progress] = []
    Steps(seen.append)(Progress("epochs", 1, 2))
    assert seen == [Progress("epochs", 1, 2)]
