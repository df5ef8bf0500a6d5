"""Training and tuning from the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from hanok.core.summary import Summary
from hanok.lifecycle.workspace import Workspace


def test_it_says_how_good_the_model_is_and_where_it_lies(hanok, points: Path, tmp_path: Path) -> None:
    result = hanok("train", "nearest", points)
    assert result.exit_code == 0
    assert "error" in result.stdout
    assert "95 % interval" in result.stdout
    assert f"published as nearest@1 (champion) in {tmp_path / 'home/models/nearest/1'}" in result.stdout
    assert (tmp_path / "home/models/nearest/1/report/report.html").is_file()


def test_json_holds_the_manifest_and_the_report_and_nothing_else_is_said(hanok, points: Path) -> None:
    result = hanok("train", "nearest", points, "--set", "k=3", "--seed", 5, "--threads", 1, "--json")
    data = json.loads(result.stdout)
    assert result.stderr == ""
    assert data["model"] == "nearest@1"
    assert data["config"] == {"k": 3}
    assert data["seed"] == 5
    assert data["aliases"] == ["champion"]
    assert Path(data["path"]).is_dir()
    assert Summary.model_validate(data["report"])["error"].value == data["metrics"]["error"]


def test_a_second_version_is_a_challenger_unless_promoted(hanok, trained: str, points: Path) -> None:
    second = json.loads(hanok("train", "nearest", points, "--json").stdout)
    third = json.loads(hanok("train", "nearest", "--points", points, "--promote", "--json").stdout)
    assert second["aliases"] == ["challenger"]
    assert "champion" in third["aliases"]
    assert "hanok promote nearest@4" in hanok("train", "nearest", points).stdout


def test_columns_where_and_skip(hanok, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = [f"{x},{2 * x},yes" for x in range(30)] + ["oops,1,yes"] + [f"{x},0,no" for x in range(30)]
    path.write_text("\n".join(["position,height,use", *rows]) + "\n", encoding="utf-8")
    named = ["--columns", "x=position", "--columns", "y=height", "--where", "use=yes"]
    assert hanok("train", "nearest", path).exit_code == 1
    assert hanok("train", "nearest", path, *named).exit_code == 1
    result = hanok("train", "nearest", path, *named, "--skip", "--json")
    assert result.exit_code == 0
    report = json.loads(result.stdout)["report"]
    assert len(report["dropped"]) == 1
    assert report["figures"][0]["n"] == 10


def test_a_fit_that_learnt_nothing_is_refused(hanok, tmp_path: Path) -> None:
    path = tmp_path / "flat.csv"
    path.write_text("x,y\n" + "".join(f"{x},1\n" for x in range(30)), encoding="utf-8")
    result = hanok("train", "nearest", path)
    assert result.exit_code == 1
    assert "trivial" in result.stderr
    assert not list((tmp_path / "home/models").glob("*/[0-9]*"))


# -- tuning ----------------------------------------------------------------------------------------------------------


def test_tuning_publishes_the_best_and_shows_the_trials(hanok, teasers: Path) -> None:
    result = hanok("tune", "teaser", teasers, "--trials", 2)
    assert result.exit_code == 0
    assert "trials; the best:" in result.stdout
    assert "published as teaser@1" in result.stdout
    assert "trials 2/2" in result.stderr


def test_tuning_takes_up_where_it_was(hanok, teasers: Path) -> None:
    first = json.loads(hanok("tune", "teaser", teasers, "--trials", 1, "--json").stdout)["tuning"]["trials"]
    again = json.loads(hanok("tune", "teaser", teasers, "--trials", 2, "--json").stdout)["tuning"]["trials"]
    assert again[: len(first)] == [{**trial, "front": old["front"]} for trial, old in zip(first, again, strict=False)]
    assert len(again) > len(first)


def test_several_objectives_give_a_front(hanok, points: Path) -> None:
    args = ["tune", "nearest", points, "--trials", 3, "--objective", "error", "--objective", "size"]
    tuning = json.loads(hanok(*args, "--json").stdout)["tuning"]
    assert tuning["objectives"] == ["error", "size"]
    assert any(trial["front"] for trial in tuning["trials"])
    assert "better in every respect" in hanok(*args).stdout


def test_what_is_set_is_held_fixed(hanok, teasers: Path, points: Path) -> None:
    result = hanok("tune", "nearest", points, "--set", "k=2")
    assert result.exit_code == 1
    assert "left to vary" in result.stderr
    assert "unknown objective" not in result.stderr
    assert "latency" in hanok("tune", "teaser", teasers, "--objective", "speed").stderr


def test_ctrl_c_ends_tuning_with_all_its_workers(
    hanok, process: Callable[..., subprocess.Popen[str]], teasers: Path, workspace: Workspace
) -> None:
    running = process("tune", "teaser", teasers, "--trials", 10_000, "--workers", 2)
    assert running.stderr
    for line in running.stderr:
        if line.startswith("trials") and not line.startswith("trials 0/"):
            break
    os.killpg(running.pid, signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "stopped; nothing was published" in err
    assert "Traceback" not in err
    assert not workspace.store.versions.list("teaser")
    assert _ends(running.pid)


def _ends(group: int) -> bool:
    """Whether nobody of a process group is left within a few seconds; its last ones tidy up after the others."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
