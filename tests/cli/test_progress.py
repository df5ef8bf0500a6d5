"""How runs are shown, and how Ctrl-C ends them."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from hanok.cli import progress
from hanok.cli.progress import Bars, Lines, running
from hanok.core import registry
from hanok.core.problem import Stopped
from hanok.core.run import Progress
from sample_rooms.nearest import Nearest


def test_lines_tell_where_a_stage_begins_and_ends(capsys) -> None:
    with Lines() as lines:
        for step in range(1, 101):
            lines.show(Progress("epochs", step, 100, {"loss": 1 / step}))
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "epochs 1/100 loss 1"
    assert err[-1] == "epochs 100/100 loss 0.01"
    assert len(err) < 20


def test_a_stage_that_is_repeated_does_not_flood_the_log(capsys, monkeypatch) -> None:
    monkeypatch.setattr(progress, "PAUSE", 3600.0)
    lines = Lines()
    for _ in range(100):
        lines.show(Progress("fit", 1, 1))
    assert capsys.readouterr().err == "fit 1/1\n"


def test_bars_take_any_order_of_stages(capsys) -> None:
    with Bars("train") as bars:
        for seen in (
            Progress("epochs", 1, 2, {"loss": 0.5}),
            Progress("rank", 1),
            Progress("epochs", 2, 2),
            Progress("epochs", 0, 3),
            Progress("rank", 2, None, {"hit@1": 1.0}),
        ):
            bars.show(seen)
    err = capsys.readouterr().err
    assert "train" in err
    assert "epochs" in err
    assert "hit@1 1" in err


def test_the_run_has_what_was_asked_for(tmp_path: Path) -> None:
    with running("x", tmp_path, seed=7, threads=1, quiet=True) as run:
        run.report(1, 2)
        assert (run.seed, run.threads) == (7, 1)
        assert run.scratch.is_dir()
    assert not run.scratch.exists()


def interrupted(tmp_path: Path, times: int) -> None:
    """A run that gets Ctrl-C so many times, and then comes to its next step."""
    with running("x", tmp_path, quiet=True) as run:
        for _ in range(times):
            os.kill(os.getpid(), signal.SIGINT)
        run.report(1)


def test_the_first_ctrl_c_waits_for_a_step_and_the_second_does_not(tmp_path: Path, capfd) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Stopped):
        interrupted(tmp_path, 1)
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path, 2)
    assert signal.getsignal(signal.SIGINT) is before
    assert "stopping at the next step" in capfd.readouterr().err


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_training_publishes_nothing(hanok, points: Path, tmp_path: Path, monkeypatch, times) -> None:
    class Interrupted(Nearest):
        def fit(self, train, valid, run):
            for _ in range(times):
                os.kill(os.getpid(), signal.SIGINT)
            run.report(1, 2)
            return super().fit(train, valid, run)

    monkeypatch.setattr(registry, "find", lambda name: Interrupted)
    result = hanok("train", "nearest", points)
    assert result.exit_code == 130
    assert "stopped" in result.stderr
    assert not list((tmp_path / "home/models").rglob("*"))
    assert not list((tmp_path / "home/scratch").iterdir())
