"""Tools that are missing, fail, or take too long."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from hanok.core.problem import Problem, Unavailable
from hanok.parts.ocr import Sample, Tuning, finetune_tesseract
from hanok.parts.ocr.finetuning.tools import Bench, TimeIsUp


def test_a_tool_that_is_missing_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="fine-tuning needs lstmtraining-of-old") as raised:
        Bench(tmp_path, 5).call("lstmtraining-of-old")
    assert "apt install tesseract-ocr" in raised.value.hint


def test_a_file_that_was_not_written_is_a_failure_with_the_end_of_what_was_said(tmp_path: Path) -> None:
    (tmp_path / "old").write_text("of before", encoding="utf-8")
    for makes in ("new", "old"):
        with pytest.raises(Problem, match=f"made no {makes}: .*the reason") as raised:
            Bench(tmp_path, 5).call(sys.executable, "-c", "print('x' * 999); print('the reason')", makes=makes)
        assert len(str(raised.value)) < 500


def test_a_file_that_was_written_is_success_whatever_the_tool_returns(tmp_path: Path) -> None:
    program = "import sys; open('new', 'w').close(); print('done'); sys.exit(1)"
    assert Bench(tmp_path, 5).call(sys.executable, "-c", program, makes="new") == "done"


def test_time_counts_for_all_calls_together(tmp_path: Path) -> None:
    bench, start = Bench(tmp_path, 0.3), time.monotonic()
    with pytest.raises(TimeIsUp):
        bench.call(sys.executable, "-c", "import time; time.sleep(60)")
    with pytest.raises(TimeIsUp):
        bench.call(sys.executable, "-c", "import time; time.sleep(60)")
    assert time.monotonic() - start < 30


def test_what_a_listener_raises_stops_the_tool(tmp_path: Path) -> None:
    def heard(line: str) -> None:
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Bench(tmp_path, 60).call(
            sys.executable, "-c", "import time; print('on', flush=True); time.sleep(60)", heard=heard
        )
    assert time.monotonic() - start < 30


@pytest.mark.parametrize("setting", ["iterations", "rate", "checks", "seconds"])
def test_settings_are_above_nothing(setting: str) -> None:
    with pytest.raises(Problem, match=f"{setting}: found 0"):
        Tuning(**{setting: 0})


def test_the_name_of_the_file_has_to_be_one_that_tesseract_takes(tmp_path: Path) -> None:
    none: list[Sample] = []
    with pytest.raises(Problem, match=r"found model\.bin"):
        finetune_tesseract(none, none, tmp_path / "base.traineddata", tmp_path / "model.bin")
