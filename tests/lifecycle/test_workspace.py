from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hanok.core import artifact
from hanok.core.problem import Conflict, NotFound, Problem
from hanok.core.run import Run
from hanok.lifecycle.improve import learn
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace

SAVER = """
import sys
from hanok.core.run import Run
from hanok.lifecycle.improve import learn
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
with Workspace.open(sys.argv[1]) as workspace:
    for seed in range(1000):
        train(workspace, "nearest", {"points": sys.argv[2]}, {}, Run(seed=seed))
        print(seed, flush=True)
"""


def test_the_first_version_is_champion_and_later_ones_challenge(workspace: Workspace, points: Path) -> None:
    for seed in range(3):
        train(workspace, "nearest", {"points": points}, {}, Run(seed=seed))
    assert workspace.resolve("nearest") == ("nearest", 1)
    assert workspace.resolve("nearest@challenger") == ("nearest", 3)
    assert workspace.resolve("nearest@2") == ("nearest", 2)


def test_promoting_swaps_and_can_be_taken_back(workspace: Workspace, points: Path) -> None:
    for seed in range(2):
        train(workspace, "nearest", {"points": points}, {}, Run(seed=seed))
    workspace.promote("nearest@challenger")
    assert workspace.resolve("nearest") == ("nearest", 2)
    assert "challenger" not in workspace.store.versions.aliases("nearest")
    workspace.store.versions.rollback("nearest")
    assert workspace.resolve("nearest") == ("nearest", 1)


@pytest.mark.parametrize("reference", ["nearest", "nearest@7", "nearest@best", "nosuch"])
def test_what_is_not_there_says_so(workspace: Workspace, reference: str) -> None:
    with pytest.raises(NotFound):
        workspace.load(reference)


def test_an_artifact_is_moved_by_copying_its_folder(tmp_path: Path, workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    shutil.copytree(workspace.folder("nearest", 1), tmp_path / "other/models/nearest/1")
    with Workspace.open(tmp_path / "other") as other:
        assert other.load("nearest")({"x": 5}) == workspace.load("nearest")({"x": 5})


@pytest.mark.parametrize("harm", ["change", "remove", "add", "link"])
def test_a_folder_that_is_not_what_was_saved_is_refused(workspace: Workspace, points: Path, harm: str) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    folder = workspace.folder("nearest", 1)
    file = folder / "known.parquet"
    if harm == "change":
        file.write_bytes(file.read_bytes() + b"x")
    elif harm == "remove":
        file.unlink()
    elif harm == "add":
        (folder / "more.json").write_text("{}", encoding="utf-8")
    else:
        file.rename(folder.parent / "elsewhere")
        file.symlink_to(folder.parent / "elsewhere")
    with pytest.raises(Problem) as caught:
        workspace.load("nearest")
    assert caught.value.code == "tampered"


def test_an_artifact_of_a_newer_contract_is_refused_in_one_line(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    path = workspace.folder("nearest", 1) / "manifest.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"contract": 1', '"contract": 99'), encoding="utf-8")
    with pytest.raises(Problem, match="contract 99"):
        workspace.load("nearest")


def test_a_version_in_use_cannot_be_retired(workspace: Workspace, points: Path) -> None:
    train(workspace, "nearest", {"points": points}, {}, Run())
    with pytest.raises(Conflict):
        workspace.store.versions.retire("nearest", 1)


def test_killed_while_saving_nothing_is_lost_and_nothing_is_half(tmp_path: Path, points: Path) -> None:
    home = tmp_path / "home"
    for delay in (0.0, 0.013, 0.031):
        child = subprocess.Popen(
            [sys.executable, "-c", SAVER, str(home), str(points)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(2)]
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
        child.wait()
        child.stdout.close()
        with Workspace.open(home) as workspace:
            numbers = artifact.versions(workspace.home.models / "nearest")
            assert len(numbers) >= len(said)
            assert {v.version for v in workspace.store.versions.list("nearest")} == set(numbers)
            for number in numbers:
                workspace.load(f"nearest@{number}")({"x": 1})
            assert not list(workspace.home.models.glob("*/.draft-*"))


def test_a_copied_model_learns_the_feedback_of_its_new_home(
    tmp_path: Path, workspace: Workspace, teasers: Path
) -> None:
    train(workspace, "teaser", {"teasers": teasers}, {}, Run())
    click(workspace, 5)
    wiser, _ = learn(workspace, "teaser", Run())
    shutil.copytree(workspace.folder("teaser", 2), tmp_path / "other/models/teaser/2")
    with Workspace.open(tmp_path / "other") as other:
        click(other, 3)  # numbered 1 to 3 here; at home 1 to 5 are learnt
        system = other.load("teaser").system
        state = system.arms.now(system.ledger)
    assert wiser.learned_until == 5
    assert sum(shown for shown, _ in state.values()) == 600 + 5 + 3


def click(workspace: Workspace, times: int) -> None:
    model = workspace.load("teaser")
    for seed in range(times):
        model.feedback(model.answer([{"seed": seed}])[0].id, {"clicked": True})
