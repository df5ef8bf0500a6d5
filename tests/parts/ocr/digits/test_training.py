from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import Stopped
from hanok.core.run import Progress, Run
from hanok.parts.ocr.digits import DigitReader, Training
from hanok.parts.ocr.digits.__main__ import main

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("onnx", reason="exporting needs onnx")
pytest.importorskip("cv2", reason="rendering needs OpenCV")

SHORT = Training(lines=128, batch=16, checks=2, valid=24)


def test_training_tells_how_far_it_is_and_makes_a_reader_of_any_width() -> None:
    told: list[Progress] = []
    made = DigitReader.train(SHORT, Run(seed=3, threads=1, listener=told.append))
    assert [(one.step, one.total) for one in told] == [(4, 8), (8, 8)]
    assert set(told[-1].metrics) == {"loss", "exact"}
    for width in (8, 90, 1500):
        assert len(made.read([np.full((30, width), 255, np.uint8)])) == 1


def test_training_can_be_stopped() -> None:
    def stop(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        DigitReader.train(SHORT, Run(threads=1, listener=stop))


def test_training_ends_when_nothing_gets_better() -> None:
    told: list[Progress] = []
    DigitReader.train(
        Training(lines=640, batch=16, checks=40, patience=2, valid=8), Run(threads=1, listener=told.append)
    )
    assert told[-1].step < 40


def test_the_command_writes_a_reader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "digits.onnx"
    main([str(path), "--lines", "64"])
    shown = capsys.readouterr()
    assert shown.out.strip() == str(path)
    assert "exact" in shown.err
    assert DigitReader.load(path).read([np.full((30, 50), 255, np.uint8)])


def test_the_lines_are_the_same_however_many_processes_render_them() -> None:
    from hanok.parts.ocr.ctc.fitting import CHUNK, batches
    from hanok.parts.ocr.digits.training import TASK

    alone, beside = (batches(TASK, Training(batch=2, workers=workers), CHUNK + 3, seed=5) for workers in (1, 2))
    count = 0
    for (ink, texts), (other, said) in zip(alone, beside, strict=True):
        assert texts == said
        assert np.array_equal(ink, other)
        count += 1
    assert count == CHUNK + 3


@pytest.mark.slow
def test_a_minute_of_training_reads_most_lines() -> None:
    told: list[Progress] = []
    DigitReader.train(Training(lines=30_000), Run(threads=1, listener=told.append))
    assert max(one.metrics["exact"] for one in told) > 0.75
