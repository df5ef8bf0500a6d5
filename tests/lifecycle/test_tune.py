from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hanok.core.problem import Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.lifecycle.study import Outcome, front
from hanok.lifecycle.tune import tune
from hanok.lifecycle.workspace import Workspace
from sample_rooms.teaser import Teaser


def test_the_best_on_validation_is_published(workspace: Workspace, points: Path) -> None:
    found = tune(workspace, "nearest", {"points": points}, Run(), trials=6)
    best = min(found.trials, key=lambda trial: trial.values[0])
    assert found.best.manifest.config == best.params
    assert workspace.resolve("nearest") == ("nearest", 1)


def test_an_interrupted_study_goes_on_where_it_stopped(workspace: Workspace, points: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.step == 3:
            raise Stopped

    with pytest.raises(Stopped):
        tune(workspace, "nearest", {"points": points}, Run(listener=stop), trials=6)
    seen: list[Progress] = []
    found = tune(workspace, "nearest", {"points": points}, Run(listener=seen.append), trials=6)
    assert seen[0].step == 3
    assert len(found.trials) == 6


def test_the_same_seed_tries_the_same(workspace: Workspace, tmp_path: Path, points: Path) -> None:
    with Workspace.open(tmp_path / "second") as second:
        tried = [
            [trial.params for trial in tune(home, "nearest", {"points": points}, Run(seed=5), trials=4).trials]
            for home in (workspace, second)
        ]
    assert tried[0] == tried[1]


def test_a_later_stage_is_tuned_without_fitting_again(
    workspace: Workspace, teasers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fits = []
    fit = Teaser.fit

    def counted(self: Teaser, *args: Any) -> Teaser:
        fits.append(self.config)
        return fit(self, *args)

    monkeypatch.setattr(Teaser, "fit", counted)
    found = tune(workspace, "teaser", {"teasers": teasers}, Run(), trials=2)
    assert len(found.trials) == 2 * (1 + 4)
    assert len(fits) == 2 + 1  # and the published one
    assert len({trial.params["prior"] for trial in found.trials}) == 10


def test_several_objectives_give_a_front(workspace: Workspace, points: Path) -> None:
    found = tune(workspace, "nearest", {"points": points}, Run(), trials=5, objectives=["error", "latency", "size"])
    assert found.objectives == ("error", "latency", "size")
    assert all(len(trial.values) == 3 for trial in found.trials)
    assert found.front


def test_workers_share_one_journal(workspace: Workspace, points: Path) -> None:
    found = tune(workspace, "nearest", {"points": points}, Run(), trials=4, workers=2)
    assert len(found.trials) >= 4


def test_what_is_fixed_stays(workspace: Workspace, points: Path) -> None:
    with pytest.raises(Problem, match="no hyper-parameter"):
        tune(workspace, "nearest", {"points": points}, Run(), fixed={"k": 2})


def test_an_unknown_objective_lists_the_known_ones(workspace: Workspace, points: Path) -> None:
    with pytest.raises(Problem) as caught:
        tune(workspace, "nearest", {"points": points}, Run(), objectives=["beauty"])
    assert "error, latency, size" in caught.value.hint


def test_the_front_holds_what_nothing_beats() -> None:
    from hanok.core.contract import Objective

    goals = [Objective("hit"), Objective("latency", maximize=False)]
    values = [(0.9, 5.0), (0.8, 1.0), (0.8, 2.0), (0.7, 9.0)]
    found = [Outcome(n, {}, pair, True) for n, pair in enumerate(values)]
    assert [outcome.number for outcome in front(found, goals)] == [0, 1]
