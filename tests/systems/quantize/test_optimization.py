from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures import png
from test_graphs import network

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Progress, Run
from hanok.systems.quantize import Config, Data, Photo, Quantize

pytest.importorskip("torch")

RUN = Run(threads=1)


@pytest.fixture(scope="module")
def small(fitted: Quantize, fold: Fold[Data]) -> Quantize:
    return fitted.optimize(fold.valid, RUN)


def rows(report: Report, title: str) -> list[list[str | int | float | None]]:
    [found] = [table for table in report.tables if table.title == title]
    return found.rows


def accuracy(system: Quantize, data: Data) -> float:
    return system.evaluate(data)["accuracy"].value


def test_a_version_becomes_smaller_within_the_loss_that_is_stated(
    fitted: Quantize, small: Quantize, fold: Fold[Data]
) -> None:
    assert len(small.room.onnx) < 0.7 * len(fitted.room.onnx)
    assert accuracy(small, fold.valid) >= accuracy(fitted, fold.valid) - small.config.most_lost - 1e-9
    assert fitted.room.study.tables[0].title == "Ways of quantising"  # the old one goes on as it was


def test_the_report_says_the_price_and_what_was_measured_before(
    fitted: Quantize, small: Quantize, fold: Fold[Data]
) -> None:
    report = small.evaluate(fold.test)
    before, after = rows(report, "Made smaller")
    assert (before[0], after[0]) == ("before", "after")
    assert [before[1], after[1]] == [round(len(one.room.onnx) / 1000, 2) for one in (fitted, small)]
    assert after[2] == round(accuracy(small, fold.valid), 4)
    bits = rows(report, "Bits of weights")
    assert {row[2] for row in bits} == {8}
    assert min(row[3] for row in bits) < 8  # type: ignore[type-var, operator]
    assert "Layers" not in {table.title for table in report.tables}
    assert any("measured before" in note for note in report.notes)


def test_what_was_made_smaller_is_loaded_and_serves(small: Quantize, fold: Fold[Data], tmp_path: Path) -> None:
    small.save(tmp_path)
    loaded = Quantize(small.config)
    loaded.load(tmp_path)
    items = [Photo(image=png(image)) for image in fold.test.images[:5]]
    assert loaded.predict(items) == small.predict(items)


def test_it_goes_on_from_there_and_ends_with_a_refusal(small: Quantize, fold: Fold[Data]) -> None:
    loose = Quantize(small.config.model_copy(update={"most_lost": 1.0}))
    loose.room = small.room
    least = loose.optimize(fold.valid, RUN)
    assert len(least.room.onnx) < len(small.room.onnx)
    assert sum(note.startswith("Made smaller") for note in least.room.study.notes) == 1
    assert {row[3] for row in rows(least.evaluate(fold.test), "Bits of weights") if row[1] > 4000} == {2}  # type: ignore[operator]
    with pytest.raises(Problem) as caught:
        least.optimize(fold.valid, RUN)
    assert caught.value.code == "cannot_optimize"


def test_a_network_with_clusters_keeps_them(fold: Fold[Data]) -> None:
    config = Config(clusters=2, grouping="kmeans", float_epochs=3, study="none", most_lost=0.3)
    room = Quantize(config).fit(fold.train, fold.valid, RUN)
    found = room.optimize(fold.valid, RUN)
    assert len(found.room.onnx) < len(room.room.onnx)
    answers = found.predict([Photo(image=png(image)) for image in fold.test.images])
    assert {answer.cluster for answer in answers} == {0, 1}  # type: ignore[union-attr]


def test_a_file_that_has_nothing_to_gain_is_refused(fold: Fold[Data]) -> None:
    train = replace(fold.train, onnx=network(4).SerializeToString())  # 72 and 24 weights
    room = Quantize(Config()).fit(train, fold.valid, RUN)
    with pytest.raises(Problem) as caught:
        room.optimize(fold.valid, RUN)
    assert caught.value.code == "cannot_optimize"


def test_weights_of_few_bits_take_few_bits_in_the_file(fitted: Quantize, fold: Fold[Data]) -> None:
    config = fitted.config.model_copy(update={"weights": 2, "float_epochs": 0})
    few = Quantize(config).fit(fold.train, fold.valid, RUN)
    assert len(few.room.onnx) < 0.6 * len(fitted.room.onnx)


def test_steps_are_told(fitted: Quantize, fold: Fold[Data]) -> None:
    seen: list[Progress] = []
    fitted.optimize(fold.valid, Run(threads=1, listener=seen.append))
    assert {one.stage for one in seen} == {"optimize"}
    assert [one.step for one in seen] == list(range(1, (seen[0].total or 0) + 1))
    assert np.isfinite([one.metrics["quality"] for one in seen]).all()
