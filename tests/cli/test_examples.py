"""The examples that come with hanok."""

from __future__ import annotations

from pathlib import Path

import pytest

from hanok.cli import examples
from hanok.core import registry
from hanok.lifecycle.workspace import Workspace


def test_those_in_the_repository_are_found() -> None:
    found = examples.found()
    repository = Path(__file__).parents[2] / "examples"
    assert set(found) == {path.name for path in repository.iterdir() if path.is_dir()}
    assert all(path.exists() for slots in found.values() for path in slots.values())


def test_files_belong_to_slots_by_their_name(tmp_path: Path, points: Path) -> None:
    for folder in ("nearest", "teaser", "nobody"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "README.md").write_text("about", encoding="utf-8")
    (tmp_path / "nearest/points.csv").write_bytes(points.read_bytes())
    (tmp_path / "sonify/pictures").mkdir(parents=True)
    assert examples.found(tmp_path) == {
        "nearest": {"points": tmp_path / "nearest/points.csv"},
        "sonify": {"pictures": tmp_path / "sonify/pictures"},
    }


def test_only_what_has_no_model_is_trained_and_only_once(
    workspace: Workspace, hanok, tmp_path: Path, points: Path, teasers: Path
) -> None:
    for source, place in ((points, "nearest/points.csv"), (teasers, "teaser/teasers.csv")):
        (tmp_path / place).parent.mkdir()
        (tmp_path / place).write_bytes(source.read_bytes())
    assert hanok("train", "nearest", points).exit_code == 0
    [job] = examples.train_untrained(workspace, tmp_path)
    assert (job.system, job.kind, job.state) == ("teaser", "train", "queued")
    assert examples.train_untrained(workspace, tmp_path) == []


def test_what_cannot_learn_here_is_left_alone(
    workspace: Workspace, tmp_path: Path, teasers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "teaser").mkdir()
    (tmp_path / "teaser/teasers.csv").write_bytes(teasers.read_bytes())
    monkeypatch.setattr(registry.find("teaser"), "needs", ("not_installed_anywhere",))
    assert examples.train_untrained(workspace, tmp_path) == []
