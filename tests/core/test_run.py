from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Stopped
from hanok.core.run import Progress, Run


def test_by_default_it_runs_here_and_nobody_listens() -> None:
    run = Run()
    run.report(1)
    assert (run.seed, run.device, run.name, run.id) == (0, "cpu", "fit", "")
    assert run.threads >= 1
    assert run.scratch.is_dir()


@given(
    st.integers(0), st.none() | st.integers(1), st.dictionaries(st.from_regex("[a-z]{2}", fullmatch=True), st.floats())
)
def test_who_listens_is_told_what_was_reported(step: int, total: int | None, metrics: dict[str, float]) -> None:
    heard: list[Progress] = []
    Run(listener=heard.append).report(step, total, **metrics)
    assert len(heard) == 1
    assert (heard[0].stage, heard[0].step, heard[0].total) == ("fit", step, total)
    assert list(heard[0].metrics) == list(metrics)


def test_a_stage_differs_by_its_name_only(tmp_path: Path) -> None:
    heard: list[Progress] = []
    run = Run(seed=7, threads=2, device="cpu", scratch=tmp_path, listener=heard.append, id="job")
    stage = run.stage("epochs")
    stage.report(1, 2)
    run.report(2, 2)
    assert [progress.stage for progress in heard] == ["epochs", "fit"]
    assert stage.stage("fit") == run


def test_being_stopped_comes_out_of_reporting_unchanged() -> None:
    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Run(listener=stop).stage("epochs").report(1)


def test_a_run_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Run().seed = 1  # type: ignore[misc]
