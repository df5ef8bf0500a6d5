"""Reports on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from hanok.core.summary import Summary


def test_figures_with_intervals_and_a_page(hanok, trained: str, points: Path, tmp_path: Path) -> None:
    result = hanok("evaluate", trained, points, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert "95 % interval" in result.stdout
    assert f"report: {tmp_path / 'out/report.html'}" in result.stdout
    assert (tmp_path / "out/report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert (tmp_path / "home/reports/nearest/1/report.html").is_file()


def test_without_out_it_names_the_one_in_the_home(hanok, trained: str, points: Path) -> None:
    said = hanok("evaluate", "nearest", "--points", points).stdout.splitlines()[-1]
    assert Path(said.removeprefix("report: ")).is_file()


def test_json_is_the_summary(hanok, trained: str, points: Path) -> None:
    summary = Summary.model_validate_json(hanok("evaluate", trained, points, "--json").stdout)
    assert summary.fold == "given"
    assert summary.figures[0].n == 60


def test_the_report_of_the_training(hanok, points: Path, tmp_path: Path) -> None:
    made = json.loads(hanok("train", "nearest", points, "--json").stdout)
    assert json.loads(hanok("report", "nearest", "--json").stdout) == made["report"]
    result = hanok("report", "nearest@1", "--out", tmp_path / "out")
    assert "error" in result.stdout
    assert (tmp_path / "out/report.json").is_file()
    assert Path(hanok("report", "nearest").stdout.splitlines()[-1].removeprefix("report: ")).is_file()
