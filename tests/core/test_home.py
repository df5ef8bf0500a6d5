from __future__ import annotations

from pathlib import Path

import pytest

from hanok.core.home import Home


def test_everything_lies_under_the_one_folder_and_is_made(tmp_path: Path) -> None:
    home = Home(tmp_path / "not" / "yet")
    assert {path.name for path in home.path.iterdir()} == {
        "models",
        "snapshots",
        "studies",
        "blobs",
        "reports",
        "scratch",
    }
    assert home.database == f"sqlite:///{tmp_path}/not/yet/hanok.db"


def test_opening_it_again_changes_nothing(tmp_path: Path) -> None:
    (Home(tmp_path).models / "kept").write_text("here", encoding="utf-8")
    assert (Home(str(tmp_path)).models / "kept").read_text(encoding="utf-8") == "here"


def test_without_a_path_the_environment_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOK_HOME", str(tmp_path / "mine"))
    assert Home().path == tmp_path / "mine"
    assert Home(tmp_path / "other").path == tmp_path / "other"


@pytest.mark.parametrize("unset", [None, ""])
def test_without_either_it_is_in_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unset: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("HANOK_HOME") if unset is None else monkeypatch.setenv("HANOK_HOME", unset)
    assert Home().path == tmp_path / ".hanok"


def test_a_relative_path_does_not_move_with_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    home = Home("here")
    monkeypatch.chdir("/")
    assert home.models == tmp_path / "here" / "models"


def test_another_database_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOK_DATABASE", "postgresql://host/name")
    assert Home(tmp_path).database == "postgresql://host/name"
