"""Looking at files before training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from hanok.core import registry
from hanok.core.problem import Problem
from sample_rooms.nearest import Nearest, Sources


def test_what_is_recognised(hanok, points: Path) -> None:
    result = hanok("check", "nearest", points)
    assert result.exit_code == 0
    assert "points.csv, 60 rows" in result.stdout
    assert "nearest can be trained on this" in result.stdout


def test_every_problem_is_told_and_the_call_ends_with_1(hanok, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("x,y,note\n1,2,\none,2,\n3,,\n" + "4,5,\n" * 9, encoding="utf-8")
    result = hanok("check", "nearest", path, "--json")
    found = json.loads(result.stdout)["points"]
    assert result.exit_code == 1
    assert (found["n_rows"], found["n_bad"], found["n_problems"]) == (12, 2, 2)
    assert [problem["where"] for problem in found["problems"]] == ["bad.csv:3 x", "bad.csv:4 y"]
    assert found["unused"] == ["note"]
    assert {(c["field"], c["column"], c["how"]) for c in found["recognised"]} == {
        ("x", "x", "name"),
        ("y", "y", "name"),
    }
    said = hanok("check", "nearest", path)
    assert said.exit_code == 1
    assert "bad.csv:3 x" in said.stdout
    assert "not used: note" in said.stdout
    assert hanok("check", "nearest", path, "--skip").exit_code == 0


def test_many_problems_are_counted(hanok, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("x,y\n1,2\n" + "one,2\n" * 2000, encoding="utf-8")
    said = hanok("check", "nearest", path).stdout
    assert "2000 rows cannot be used" in said
    assert "... and 1990 more" in said


def test_a_missing_column_shows_how_to_name_it(hanok, tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_text("x,yy\n1,2\n3,4\n", encoding="utf-8")
    result = hanok("check", "nearest", path)
    assert result.exit_code == 1
    assert "--columns y=yy" in result.stdout
    assert "more" not in result.stdout
    assert hanok("check", "nearest", path, "--columns", "y=yy").exit_code == 0


def test_a_folder_is_counted(hanok, pictures: Path) -> None:
    assert "6 files" in hanok("check", "sonify", pictures).stdout
    assert json.loads(hanok("check", "sonify", pictures, "--json").stdout)["pictures"]["n_files"] == 6


@pytest.mark.parametrize("door", ["read", "folds"])
def test_what_only_the_system_can_see_is_told_too(hanok, points: Path, monkeypatch, door: str) -> None:
    class Picky(Nearest):
        pass

    def refuse(cls, *args, **named):
        raise Problem("too_few", "60 points; expected 100", "points")

    setattr(Picky, door, classmethod(refuse))
    monkeypatch.setattr(registry, "find", lambda name: Picky)
    result = hanok("check", "nearest", points)
    assert result.exit_code == 1
    assert "expected 100" in result.stderr


# -- prepare ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def _preparing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Preparing(Nearest):
        @classmethod
        def prepare(cls, sources, out, run):
            run.stage("copy").report(1, 1)
            (out / "clean.csv").write_bytes(sources.points.path.read_bytes())
            return Sources(points=out / "clean.csv")

    monkeypatch.setattr(registry, "find", lambda name: Preparing)


@pytest.mark.usefixtures("_preparing")
def test_clean_sources_can_be_trained_on(hanok: Callable, points: Path, tmp_path: Path) -> None:
    result = hanok("prepare", "nearest", points, "--out", tmp_path / "clean")
    assert result.exit_code == 0
    assert "copy 1/1" in result.stderr
    assert (tmp_path / "clean/clean.csv").read_bytes() == points.read_bytes()
    line = result.stdout.splitlines()[-1].partition("hanok ")[2]
    assert hanok(*line.split()).exit_code == 0
    made = json.loads(hanok("prepare", "nearest", points, "--out", tmp_path / "again", "--json").stdout)
    assert made["points"]["path"] == str(tmp_path / "again/clean.csv")


def test_a_system_without_that_door_says_so(hanok, points: Path, tmp_path: Path) -> None:
    result = hanok("prepare", "nearest", points, "--out", tmp_path / "clean")
    assert result.exit_code == 1
    assert "takes its sources as they are" in result.stderr


# -- examples --------------------------------------------------------------------------------------------------------


def test_boards_are_made_up_and_read_again(hanok: Callable, tmp_path: Path) -> None:
    pytest.importorskip("cv2", reason="rendering needs OpenCV")
    wanted = ("--set", "boards=8", "--set", 'designs=["cards"]', "--set", 'languages=["en"]', "--seed", 3)
    result = hanok("examples", "match", "--out", tmp_path / "boards", *wanted)
    assert result.exit_code == 0, result.stderr
    assert "8/8" in result.stderr
    assert f"hanok train match --boards {tmp_path / 'boards'}" in result.stdout
    assert hanok("check", "match", "--boards", tmp_path / "boards").exit_code == 0
    made = json.loads(hanok("examples", "match", "--out", tmp_path / "again", *wanted, "--json").stdout)
    truths = [(tmp_path / folder / "boards.jsonl").read_bytes() for folder in ("boards", "again")]
    assert made["boards"]["path"] == str(tmp_path / "again")
    assert truths[0] == truths[1]
    assert hanok("examples", "match", "--out", tmp_path / "boards").exit_code == 1


@pytest.mark.parametrize(
    ("name", "wanted", "code", "said"),
    [
        ("match", 'designs=["round"]', 1, "designs"),
        ("match", "colours=3", 2, "no wish for examples of match 'colours'"),
        ("faq", "", 1, "faq makes up no sources"),
    ],
)
def test_what_cannot_be_made_up_is_said(hanok, tmp_path: Path, name: str, wanted: str, code: int, said: str) -> None:
    result = hanok("examples", name, "--out", tmp_path / "out", *(("--set", wanted) if wanted else ()))
    assert result.exit_code == code
    assert said in result.stderr
