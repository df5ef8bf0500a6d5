"""Tesseract trained on with its own tools, on a few lines for a few iterations."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from line_drawn import drawn

from hanok.core.problem import Problem, Stopped, Unavailable
from hanok.core.run import Progress, Run
from hanok.parts.ocr import Sample, Tesseract, Tuning, finetune_tesseract
from hanok.parts.ocr.finetuning.base import Base
from hanok.parts.ocr.finetuning.pages import EACH, written
from hanok.parts.ocr.finetuning.tools import Bench
from hanok.parts.ocr.tesseract import stock_model

WORDS = ("GhostSniper", "Tiny Shark", "xXNeoWolf7", "Comets", "6 / 27", "Iron_Blade86")
TRAIN = [Sample(drawn(text), text) for text in WORDS]
VALID = [Sample(drawn(text), text) for text in ("Sniper", "TinyWolf")] + [Sample(drawn("1555"), "1555", "number")]
SHORT = Tuning(iterations=40, checks=2)


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    if not all(map(shutil.which, ("tesseract", "combine_tessdata", "lstmtraining"))):
        pytest.skip("apt install tesseract-ocr")
    pytest.importorskip("tesserocr", reason="pip install 'hanok[ocr]'")


@pytest.fixture(scope="module")
def base(data: Path) -> Path:
    path = data / "ocr_float_base" / "fra.traineddata"
    if not path.is_file():
        pytest.skip("no float model to go on from")
    return path


def test_the_model_is_one_that_tesseract_takes_and_the_same_again(base: Path, tmp_path: Path) -> None:
    heard: list[Progress] = []
    first = finetune_tesseract(
        TRAIN, VALID, base, tmp_path / "a.traineddata", SHORT, Run(scratch=tmp_path, listener=heard.append)
    )
    again = finetune_tesseract(TRAIN, VALID, base, tmp_path / "b.traineddata", SHORT, Run(scratch=tmp_path))
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.path.stat().st_size < base.stat().st_size / 2
    reader = Tesseract("en", model=first.path)
    assert reader.name == "tesseract-tuned"
    assert [reading.text for reading in reader.read([drawn(WORDS[0])], "text")] == [WORDS[0]]
    wider = [np.pad(sample.line, 30, constant_values=255) for sample in VALID]
    assert reader.read(wider, "text") == reader.read([sample.line for sample in VALID], "text")
    assert first.lines == len(TRAIN)
    assert first.notes == ()
    assert [stop for stop, _ in first.checks] == [20, 40]
    assert first.exact == max(exact for _, exact in first.checks) > 0.5
    assert [each.metrics["exact"] for each in heard if "exact" in each.metrics] == [exact for _, exact in first.checks]
    assert {each.total for each in heard} == {40}
    assert sorted(tmp_path.iterdir()) == [tmp_path / "a.traineddata", tmp_path / "b.traineddata"]


def test_another_seed_is_another_order(base: Path, tmp_path: Path) -> None:
    once = Tuning(iterations=6, checks=1)
    a, b = (
        finetune_tesseract(TRAIN, VALID, base, tmp_path / f"{seed}.traineddata", once, Run(seed, scratch=tmp_path)).path
        for seed in (0, 1)
    )
    assert a.read_bytes() != b.read_bytes()


def test_lines_are_written_with_what_they_say(base: Path, tmp_path: Path) -> None:
    bench = Bench(tmp_path, 60)
    many = [TRAIN[k % len(TRAIN)] for k in range(EACH + 1)]
    names = (tmp_path / written(many, Base(base, bench), bench)).read_text(encoding="utf-8").split()
    files = [(tmp_path / name).read_bytes() for name in names]
    assert len(files) == 2
    for text in WORDS:
        kept = sum(file.count(text.encode() + b"\x01") for file in files)
        assert kept == sum(sample.text == text for sample in many)


def test_lines_that_the_base_cannot_write_are_left_out_and_named(base: Path, tmp_path: Path) -> None:
    given = [*TRAIN, Sample(drawn("x"), "한민준"), Sample(drawn("x"), "민")]
    once = Tuning(iterations=4, checks=1)
    found = finetune_tesseract(given, VALID, base, tmp_path / "a.traineddata", once, Run(scratch=tmp_path))
    assert found.lines == len(TRAIN)
    assert found.notes == ("2 of 8 lines were left out: the base cannot write 민 준 한.",)
    with pytest.raises(Problem, match="found 0 lines to learn from") as raised:
        finetune_tesseract(given[-2:], VALID, base, tmp_path / "b.traineddata", once, Run(scratch=tmp_path))
    assert raised.value.code == "no_lines"


def test_a_model_of_whole_numbers_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    try:
        stock = stock_model("eng")
    except Unavailable as missing:
        pytest.skip(str(missing))
    with pytest.raises(Problem, match="expected a float one") as raised:
        finetune_tesseract(TRAIN, VALID, stock, tmp_path / "a.traineddata", SHORT, Run(scratch=tmp_path))
    assert raised.value.code == "integer_model"
    assert "tessdata_best" in raised.value.hint
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [None, b"no model", b""], ids=["missing", "words", "empty"])
def test_what_is_no_model_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "mine.traineddata"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Problem, match=r"mine\.traineddata") as raised:
        finetune_tesseract(TRAIN, VALID, path, tmp_path / "a.traineddata", SHORT, Run(scratch=tmp_path))
    assert raised.value.code == "not_a_model"


def test_lines_that_say_nothing_are_left_out(base: Path, tmp_path: Path) -> None:
    once = Tuning(iterations=4, checks=1)
    found = finetune_tesseract(
        [*TRAIN, Sample(drawn("x"), "  ")], VALID, base, tmp_path / "a.traineddata", once, Run(scratch=tmp_path)
    )
    assert found.notes == ("1 of 7 lines were left out: nothing is written on them.",)


def test_training_goes_on_where_every_line_is_right(base: Path, tmp_path: Path) -> None:
    found = finetune_tesseract(
        TRAIN[:1], VALID, base, tmp_path / "a.traineddata", Tuning(iterations=240, checks=2), Run(scratch=tmp_path)
    )
    assert [stop for stop, _ in found.checks] == [120, 240]


@pytest.mark.parametrize("seconds", [0.001, 2])
def test_when_time_is_up_before_the_first_state_it_says_so(base: Path, tmp_path: Path, seconds: float) -> None:
    long = Tuning(10_000, checks=1, seconds=seconds)
    with pytest.raises(Problem, match="found no state") as raised:
        finetune_tesseract(TRAIN, VALID, base, tmp_path / "a.traineddata", long, Run(scratch=tmp_path))
    assert raised.value.code == "too_slow"
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_stopped_leaves_nothing(base: Path, tmp_path: Path) -> None:
    def stop(progress: Progress) -> None:
        raise Stopped("cancelled")

    with pytest.raises(Stopped):
        finetune_tesseract(TRAIN, VALID, base, tmp_path / "a.traineddata", SHORT, Run(scratch=tmp_path, listener=stop))
    assert not list(tmp_path.iterdir())


def test_lines_that_are_none_are_refused_by_their_place(base: Path, tmp_path: Path) -> None:
    odd = Sample(np.zeros((48, 80, 3), np.uint8), "1")
    with pytest.raises(Problem, match=r"lines\[6\]"):
        finetune_tesseract([*TRAIN, odd], VALID, base, tmp_path / "a.traineddata", SHORT, Run(scratch=tmp_path))


def test_when_time_is_up_later_the_best_state_so_far_counts(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr("hanok.parts.ocr.finetuning.tools.time", SimpleNamespace(monotonic=lambda: clock[0]))

    def late(progress: Progress) -> None:
        clock[0] += 1000 * ("exact" in progress.metrics)

    run = Run(scratch=tmp_path, listener=late)
    found = finetune_tesseract(TRAIN, VALID, base, tmp_path / "a.traineddata", SHORT, run)
    assert [stop for stop, _ in found.checks] == [20]
    assert found.notes == ("Time was up after 20 of 40 iterations.",)
    assert Tesseract(model=found.path).read([drawn("Comets")], "text")[0].text == "Comets"
