"""Arms are a fold of the ledger: shared, and there again after whatever happened."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hanok.core import lasting
from hanok.core.run import Run
from hanok.lifecycle.improve import learn
from hanok.lifecycle.model import Model
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace

EASY = {"factors": 4, "vector_size": 4, "pooling": 0.0, "position_bias": 0.0}
CHILD = Path(__file__).parent / "killed.py"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "EVERY", 20)


def ask(model: Model, n: int, first: int = 0, click: bool = True) -> None:
    """Ask for a slate n times, and click on its first video."""
    for seed in range(first, first + n):
        found = model.answer([{"source": "oil0", "seed": seed, "k": 3}])[0]
        if click:
            assert model.feedback(found.id, {"clicked": found.output.entries[0].item})  # type: ignore[union-attr]


def seen(model: Model, source: str = "oil0") -> dict[str, tuple[float, float]]:
    """Views and clicks of every video beside a source."""
    state = model.system.arms.now(model.system.ledger)
    items = model.system.rankers.catalogue.items
    arms = state.beliefs(source, items, np.ones(len(items)))
    return {item: (arm.views, arm.clicks) for item, arm in zip(items, arms, strict=True) if arm.views}


def totals(model: Model) -> tuple[float, float]:
    """Views and clicks of all videos."""
    found = seen(model).values()
    return sum(views for views, _ in found), sum(clicks for _, clicks in found)


def test_two_processes_on_one_database_agree(home: Path) -> None:
    with Workspace.open(home) as here, Workspace.open(home) as there:
        ours, theirs = here.load("video"), there.load("video")
        for turn in range(6):
            ask(ours, 3, 100 * turn)
            ask(theirs, 2, 100 * turn + 50)
            assert totals(ours) == totals(theirs) == (15 * (turn + 1), 5 * (turn + 1))
        assert seen(ours) == seen(theirs)
        item = {"source": "oil0", "seed": 3}
        assert ours(item) == theirs(item)


def test_arms_survive_a_restart(home: Path) -> None:
    with Workspace.open(home) as workspace:
        ask(model := workspace.load("video"), 25)
        before, answer = seen(model), model({"source": "oil0"})
    with Workspace.open(home) as workspace:
        model = workspace.load("video")
        assert workspace.store.states.get("video", model.system.arms.key) is not None
        assert seen(model) == before
        assert model({"source": "oil0"}) == answer


def test_arms_survive_a_change_of_version_and_of_priors(home: Path, tables: Mapping[str, Any]) -> None:
    with Workspace.open(home) as workspace:
        ask(workspace.load("video"), 12)
        before = seen(workspace.load("video"))
        train(workspace, "video", tables, {**EASY, "prior_misses": 200.0}, Run(threads=1))
        workspace.promote("video@2")
        model = workspace.load("video")
        assert model.manifest.version == 2
        assert seen(model) == before
        learned = learn(workspace, "video", Run(threads=1))
        assert seen(workspace.load(f"video@{learned.manifest.version}")) == before


def test_another_weighing_folds_the_past_anew(home: Path, tables: Mapping[str, Any]) -> None:
    with Workspace.open(home) as workspace:
        ask(workspace.load("video"), 12)
        train(workspace, "video", tables, {**EASY, "half_life": 0.05}, Run(threads=1))
        assert 0 < totals(workspace.load("video@2"))[0] <= 36


def test_a_snapshot_and_the_whole_past_say_the_same(home: Path) -> None:
    with Workspace.open(home) as workspace:
        model = workspace.load("video")
        ask(model, 31)
        before = seen(model)
        kept = workspace.store.states.get("video", model.system.arms.key)
        assert kept is not None
        again = workspace.load("video")
        again.system.arms._recalled = True  # from the beginning, not from what is kept
        assert seen(again) == before


@pytest.mark.parametrize(
    "every", [5, pytest.param(10**6, marks=pytest.mark.slow)], ids=["between snapshots", "without one"]
)
def test_a_killed_process_loses_nothing_that_was_acknowledged(home: Path, every: int) -> None:
    line = [sys.executable, str(CHILD), str(home), "1000", str(every)]
    child = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    said = [child.stdout.readline().strip() for _ in range(61)]  # the last one is of an answer without its click
    child.send_signal(signal.SIGKILL)
    said += child.stdout.read().split()
    child.wait()
    child.stdout.close()
    answers, clicks = said.count("answered"), said.count("clicked")
    assert answers >= 30
    with Workspace.open(home) as workspace:
        model = workspace.load("video")
        assert (workspace.store.states.get("video", model.system.arms.key) is not None) == (every == 5)
        views, clicked = totals(model)
        assert answers * 3 <= views <= answers * 3 + 3  # committed, and killed before it said so
        assert clicks <= clicked <= clicks + 1
        ask(model, 5)
        assert totals(model) == (views + 15, clicked + 5)
