from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures import CLASSES, drawn, png

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import NotFound, Problem, Unavailable
from hanok.core.run import Run
from hanok.parts.quantization import Runner
from hanok.systems.quantize import Answer, Chance, Config, Data, Photo, Quantize, Right

pytest.importorskip("torch")

from hanok.systems.quantize.ranges import Reach, range_charts

RUN = Run(threads=1)
QUICK = Config(float_epochs=8, study="none")
YOURS = {"study": "none", "float_epochs": 2}


def fit(fold: Fold[Data], **config: Any) -> Quantize:
    return Quantize(Config(**config)).fit(fold.train, fold.valid, RUN)


def refused(fold: Fold[Data], code: str, *words: str, **config: Any) -> None:
    with pytest.raises(Problem) as caught:
        fit(fold, **config)
    assert caught.value.code == code, str(caught.value)
    assert all(word in str(caught.value) for word in words), str(caught.value)


# -- answers -----------------------------------------------------------------------------------------------------------


def test_what_is_served_is_right_about_images_it_never_saw(fitted: Quantize, fold: Fold[Data]) -> None:
    items = [Photo(image=png(image)) for image in fold.test.images]
    right = [answer.label == CLASSES[j] for answer, j in zip(fitted.predict(items), fold.test.labels, strict=True)]
    assert np.mean(right) > 0.8
    assert np.mean(right) == fitted.evaluate(fold.test)["accuracy"].value


def test_classes_come_the_likeliest_first_with_probabilities(fitted: Quantize, fold: Fold[Data]) -> None:
    answer = fitted(Photo(image=png(fold.test.images[0])))
    chances = [one.probability for one in answer.classes]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-3)
    assert answer.label == answer.classes[0].label
    assert answer.cluster is None
    assert len(fitted(Photo(image=png(fold.test.images[0]), k=1)).classes) == 1


def test_what_is_no_image_is_a_problem_of_its_own(fitted: Quantize, fold: Fold[Data]) -> None:
    good = Photo(image=png(fold.test.images[0]))
    first, bad, last = fitted.predict([good, Photo(image=b"no image at all"), good])
    assert isinstance(bad, Problem)
    assert bad.code == "not_an_image"
    assert first == last == fitted(good)


def test_a_coloured_image_of_another_size_is_taken(fitted: Quantize, fold: Fold[Data]) -> None:
    image = np.repeat(np.kron(fold.test.images[0][..., 0], np.ones((5, 5), np.uint8))[..., None], 3, axis=2)
    assert isinstance(fitted(Photo(image=png(image))), Answer)


def test_unsure_answers_are_reviewed(fitted: Quantize) -> None:
    unsure = Answer(label="dot", classes=[Chance(label="dot", probability=0.4)])
    assert fitted.review(Photo(image=b""), unsure) == "unsure: dot 0.40"
    sure = Answer(label="dot", classes=[Chance(label="dot", probability=0.9)])
    assert fitted.review(Photo(image=b""), sure) is None


def test_the_right_class_is_a_reward() -> None:
    answer = Answer(label="dot", classes=[Chance(label="dot", probability=0.4)])
    event = Event(1, Photo(image=b""), answer, Right(label="dot"))
    assert Quantize.reward(event) == 1
    assert Quantize.reward(event._replace(feedback=Right(label="bar"))) == 0
    assert Quantize.reward(event._replace(feedback=None)) is None


def test_serving_needs_neither_torch_nor_onnx(fitted: Quantize, fold: Fold[Data], tmp_path: Path) -> None:
    fitted.save(tmp_path)
    (tmp_path / "photo.png").write_bytes(png(fold.test.images[0]))
    code = (
        "import sys; from pathlib import Path; from hanok.systems.quantize import Quantize, Config, Photo\n"
        f"room = Quantize(Config()); room.load(Path({str(tmp_path)!r}))\n"
        f"print(room(Photo(image=Path({str(tmp_path / 'photo.png')!r}).read_bytes())).label)\n"
        "print([name for name in ('torch', 'onnx', 'polars', 'sklearn') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [fitted(Photo(image=png(fold.test.images[0]))).label, "[]"]


def test_without_torch_training_says_what_to_install(fold: Fold[Data], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "hanok.systems.quantize.modules", raising=False)
    with pytest.raises(Unavailable) as caught:
        fit(fold)
    assert "hanok[train]" in caught.value.hint


# -- ways of quantising ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["qat", "quantnoise", "fst"])
def test_every_method_trains_and_exports(fold: Fold[Data], method: str) -> None:
    room = fit(fold, method=method, weights=4, activations=4, epochs=2, float_epochs=6, study="none")
    assert room.evaluate(fold.test)["accuracy"].value > 0.5


def test_clusters_have_ranges_of_their_own_and_answers_say_which(fold: Fold[Data], tmp_path: Path) -> None:
    room = fit(fold, clusters=2, grouping="kmeans", float_epochs=3, study="none")
    answers = room.predict([Photo(image=png(image)) for image in fold.test.images])
    assert {answer.cluster for answer in answers} == {0, 1}
    room.save(tmp_path)
    assert Runner(tmp_path / "model.onnx").clusters is not None


def test_more_clusters_than_images_is_refused(fold: Fold[Data]) -> None:
    few = fold.train.take(np.arange(12))
    with pytest.raises(Problem) as caught:
        Quantize(Config(clusters=16, grouping="kmeans", **YOURS)).fit(few, fold.valid, RUN)
    assert caught.value.code == "too_few_samples"


@pytest.mark.parametrize(("budget", "found"), [({"most_kb": 1}, "most_kb"), ({"most_ms": 1e-6}, "most_ms")])
def test_a_budget_is_kept_or_refused(fold: Fold[Data], budget: dict[str, float], found: str) -> None:
    refused(fold, "over_budget", found, **YOURS, **budget)


def test_fewer_bits_keep_to_a_smaller_budget(fold: Fold[Data]) -> None:
    budget = {"most_kb": 20, **YOURS}
    refused(fold, "over_budget", **budget)
    fit(fold, weights=4, first_last=4, **budget)


def test_bits_are_chosen_layer_by_layer_within_a_budget(fold: Fold[Data]) -> None:
    def bits(kilobytes: float) -> dict[str, int]:
        report = fit(fold, mixed=True, most_kb=kilobytes, **YOURS).evaluate(fold.test)
        [layers] = [table for table in report.tables if table.title == "Layers"]
        return {row[0]: row[2] for row in layers.rows}

    assert set(bits(100).values()) == {8}
    some = bits(15)
    assert len(set(some.values())) > 1
    assert all(few <= many for few, many in zip(bits(11).values(), some.values(), strict=True))
    refused(fold, "over_budget", "2 bits", mixed=True, most_kb=1, **YOURS)
    with pytest.raises(ValueError, match="most_kb"):
        Config(mixed=True)


# -- the report --------------------------------------------------------------------------------------------------------


def test_the_report_shows_what_was_tried(fold: Fold[Data], tmp_path: Path) -> None:
    room = fit(fold, study="trained", weights=4, activations=3, epochs=1, float_epochs=3, grouping="kmeans")
    room.save(tmp_path)
    loaded = Quantize(room.config)
    loaded.load(tmp_path)
    report = loaded.evaluate(fold.test)
    tables = {table.title: table for table in report.tables}
    names = [row[0] for row in tables["Ways of quantising"].rows]
    assert names[:2] == ["float32", "ptq, W4A3, ema"]
    assert {name.partition(",")[0] for name in names[1:]} == {"ptq", "qat", "quantnoise", "fst"}
    square = tables["Observers and clusters"]
    assert [row[0] for row in square.rows] == ["ema", "granular_ema"]
    assert all(isinstance(cell, float) for row in square.rows for cell in row[1:])
    assert tables["Operations"].rows[-1][0] == "all"
    assert tables["What ranges cut off"].columns[-2] == "trained end"
    titles = [chart.title for chart in report.charts]
    assert {"Confusions", "Size and accuracy", "Latency and accuracy", "Largest activations"} < set(titles)
    assert any("whole-number reference" in note for note in report.notes)
    assert len(report["accuracy"].values) == len(fold.test)
    assert json.loads((tmp_path / "room.json").read_text(encoding="utf-8"))["study"]["tables"]


def test_what_is_impossible_is_an_empty_cell_and_a_note(fold: Fold[Data]) -> None:
    room = fit(fold, module="own_models:Smooth", float_epochs=1)  # NNAC looks at ReLU
    report = room.evaluate(fold.test)
    [square] = [table for table in report.tables if table.title == "Observers and clusters"]
    assert [row[2] for row in square.rows] == [None, None]
    assert any("found no ReLU" in note for note in report.notes)


def test_ranges_of_clusters_are_drawn_beside_those_of_all_images(fold: Fold[Data]) -> None:
    def drawn(**config: Any) -> list[tuple[str, list[str]]]:
        charts = fit(fold, grouping="kmeans", float_epochs=2, **config).evaluate(fold.test).charts
        return [(one.title, [row.name for row in one.series]) for one in charts if one.kind == "box"]

    [(title, rows)] = drawn(clusters=2)
    assert (title, rows[0]) == ("Largest activations", f"all images ({len(fold.valid)})")
    assert [name.partition(" (")[0] for name in rows[1:]] == ["cluster 0", "cluster 1"]
    assert drawn(study="none") == [("Largest activations", ["all images"])]


def test_many_clusters_are_drawn_four_at_a_time() -> None:
    largest = np.arange(1.0, 9)
    charts = range_charts([Reach("relu", cluster, largest, 4.0, 0.5) for cluster in range(6)])
    assert [one.title for one in charts] == [
        "Largest activations, clusters 0 to 3",
        "Largest activations, clusters 4 to 5",
    ]
    assert [len(one.series) for one in charts] == [4, 2]
    assert charts[0].series[0].mark == [4.0]


def test_a_box_holds_the_largest_value_of_each_image_against_the_end_of_the_range(fold: Fold[Data]) -> None:
    report = fit(fold, observer="minmax", **YOURS).evaluate(fold.test)
    [chart] = [one for one in report.charts if one.kind == "box"]
    [series] = chart.series
    assert series.x == ["input_1", "relu1", "relu2", "relu3", "mean"]
    [cut] = [table for table in report.tables if table.title == "What ranges cut off"]
    for row, end in zip(cut.rows, series.mark or [], strict=True):
        assert row[4] == pytest.approx(end)
        assert row[5] < 0.2  # type: ignore[operator]  # the extremes of training images cut little off
    assert Reach("relu", 0, np.array([4.2, 4.3, 9]), 4.0, 0.5).cut == pytest.approx(2 / 3)


def test_classes_are_judged_by_name(fitted: Quantize, fold: Fold[Data]) -> None:
    test = fold.test
    turned = Data.of(test.images, [test.classes[label] for label in test.labels], CLASSES[::-1])
    assert fitted.evaluate(turned).values() == fitted.evaluate(test).values()
    with pytest.raises(Problem) as caught:
        fitted.evaluate(Data.of(test.images[:2], ["dot", "cat"]))
    assert caught.value.code == "unknown_class"


# -- models of the user ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Net", "READY", "makes"])
def test_a_model_is_taken_by_its_import_path(fold: Fold[Data], name: str) -> None:
    room = fit(fold, module=f"own_models:{name}", float_epochs=25, learning_rate=0.02, study="none")
    assert room.evaluate(fold.test)["accuracy"].value > 0.5
    assert room.room.frame.mean == (0.0,)


def test_a_model_is_only_calibrated_unless_training_is_asked_for(fold: Fold[Data]) -> None:
    import torch
    from own_models import READY

    room = fit(fold, module="own_models:READY", study="none")
    arrays = room.room.frame.arrays(fold.test.images)
    with torch.no_grad():
        theirs = torch.softmax(READY(torch.from_numpy(arrays)), 1).numpy()
    assert np.abs(room.room.probabilities(arrays) - theirs).max() < 0.02


def test_outputs_that_are_probabilities_are_taken_as_they_are(fold: Fold[Data]) -> None:
    room = fit(fold, module="own_models:Likely", study="none")
    answer = room(Photo(image=png(fold.test.images[0])))
    assert {one.label for one in answer.classes} == {*CLASSES, "class 3", "class 4"}
    assert sum(one.probability for one in answer.classes) == pytest.approx(1, abs=0.02)


def test_mean_and_std_are_what_the_model_was_trained_with(fold: Fold[Data]) -> None:
    room = fit(fold, module="own_models:Net", mean=(0.5,), std=(0.25,), study="none")
    white = room.room.frame.arrays([np.full((8, 8, 1), 255, np.uint8)])
    assert white.max() == white.min() == 2
    refused(fold, "wrong_channels", "1 channels", module="own_models:Net", mean=(0.5, 0.4, 0.3))


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("own_models", "bad_module", "package.module:attribute"),
        ("own_models:NUMBER", "bad_module", "found int"),
        ("own_models:fails", "bad_module", "no weights here"),
        ("own_models:two", "too_few_outputs", "2 outputs and 3 classes"),
        ("own_models:wide", "bad_module", "(2, 1, 8, 8)"),
        ("own_models:Nan", "nan_outputs", "not finite"),
        ("own_models:Branching", "not_traceable", "graph"),
        ("own_models:Unknown", "cannot_export", "cumsum"),
    ],
)
def test_a_model_that_does_not_fit_is_refused(fold: Fold[Data], path: str, code: str, words: str) -> None:
    refused(fold, code, words, module=path, study="none")


@pytest.mark.parametrize("path", ["no_such_package_anywhere:Net", "own_models:Nothing"])
def test_a_model_that_is_not_there_is_said(fold: Fold[Data], path: str) -> None:
    with pytest.raises(NotFound) as caught:
        fit(fold, module=path)
    assert caught.value.code == "no_module"


def test_a_model_in_the_current_folder_is_found(
    fold: Fold[Data], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = (Path(__file__).parent / "own_models.py").read_text(encoding="utf-8")
    (tmp_path / "models_of_mine.py").write_text(source, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    fit(fold, module="models_of_mine:Net", study="none")
    assert sys.path == before


# -- learning ----------------------------------------------------------------------------------------------------------


def told(images: Any, label: str) -> list[Event[Photo, Answer, Right]]:
    answer = Answer(label="bar", classes=[])
    return [Event(n, Photo(image=png(image)), answer, Right(label=label)) for n, image in enumerate(images)]


def test_classes_that_people_named_are_learnt_and_kept(fitted: Quantize, fold: Fold[Data], tmp_path: Path) -> None:
    fresh, _ = drawn(2, seed=9)
    once = fitted.learn(fold, told(fresh, "pole"), RUN)
    assert once.room.told is not None
    assert once.room.told.labels.tolist() == [2] * 6
    assert fitted.room.told is None
    once.save(tmp_path)
    loaded = Quantize(QUICK)
    loaded.load(tmp_path)
    twice = loaded.learn(fold, told(fresh[:1], "dot"), RUN)
    assert twice.room.told is not None
    assert twice.room.told.labels.tolist() == [1, 2, 2, 2, 2, 2]


def test_images_of_the_test_are_not_learnt_and_those_of_the_training_are_corrected(
    fitted: Quantize, fold: Fold[Data]
) -> None:
    from hanok.systems.quantize.learning import told_since

    with pytest.raises(Problem) as caught:
        fitted.learn(fold, told(fold.test.images, "dot"), RUN)
    assert caught.value.code == "nothing_to_learn"
    train, _ = told_since(fold, QUICK, None, told(fold.train.images[:1], "dot"))
    assert len(train) == len(fold.train)
    assert train.labels[-1] == 1


def test_a_class_that_is_not_known_is_not_learnt(fitted: Quantize, fold: Fold[Data]) -> None:
    with pytest.raises(Problem) as caught:
        fitted.learn(fold, told(drawn(1, seed=9)[0], "cat"), RUN)
    assert "bar, dot, pole" in caught.value.hint


def test_a_network_that_is_not_trained_cannot_learn(fitted: Quantize, fold: Fold[Data]) -> None:
    calibrated = Quantize(Config(module="own_models:Net"))
    calibrated.room = fitted.room
    with pytest.raises(Problem) as caught:
        calibrated.learn(fold, told(drawn(1, seed=9)[0], "dot"), RUN)
    assert caught.value.code == "cannot_learn"
