from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import harness
from benchmarks.harness import Benchmark


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(harness, "ROOT", tmp_path)
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "results")
    return tmp_path / "results"


def started(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Benchmark:
    monkeypatch.setattr("sys.argv", ["benchmark", *arguments])
    return Benchmark("sample", "measures nothing")


def test_the_last_line_is_json_and_the_result_is_kept(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = started(monkeypatch)
    bench.keep("time", {"value": 1.5})
    bench.finish()
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    [path] = results.iterdir()
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert said == {"benchmark": "sample", "figures": {"time": {"value": 1.5}}}
    assert kept["figures"] == said["figures"]
    assert kept["command"] == "python -m benchmarks.sample"
    assert {"cpu", "cores", "memory_gib", "load", "python", "libraries"} <= kept["machine"].keys()


def test_quick_keeps_nothing(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(monkeypatch, "--quick").finish()
    assert not results.exists()


def test_no_result_is_overwritten(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = started(monkeypatch), started(monkeypatch)
    first.started = second.started = datetime(2026, 1, 1, tzinfo=UTC)
    first.keep("time", {"value": 1})
    first.finish()
    second.keep("time", {"value": 2})
    with pytest.raises(FileExistsError):
        second.finish()
    [path] = results.iterdir()
    assert json.loads(path.read_text(encoding="utf-8"))["figures"] == {"time": {"value": 1}}


def test_a_figure_has_one_value(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = started(monkeypatch, "--quick")
    bench.keep("time", {"value": 1})
    with pytest.raises(ValueError, match="time is noted already"):
        bench.keep("time", {"value": 2})


def test_contenders_take_turns_on_every_item() -> None:
    calls: list[tuple[str, int]] = []
    found = harness.interleaved(
        {"a": lambda item: calls.append(("a", item)), "b": lambda item: calls.append(("b", item))}, [1, 2]
    )
    assert calls[2:] == [("a", 1), ("b", 1), ("b", 2), ("a", 2)]
    assert found["a"]["n"] == found["b"]["n"] == 2


def test_missing_data_says_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANOK_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match=r"faq/train.csv is not in the data folder; HANOK_DATA says where that is"):
        harness.data("faq", "train.csv")
