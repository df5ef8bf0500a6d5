from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from pictures import CLASSES, png

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.onnx_graph import Builder
from hanok.systems.quantize import Config, Data, Photo, Quantize

RUN = Run(threads=1)
RNG = np.random.default_rng(0)
EDGE = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]], np.float32) / 3


def network(batch: int = 0, channels: int = 1, classes: int = 3, **more: Any) -> onnx.ModelProto:
    """Convolution, normalisation, ReLU, mean, linear; `side`, `nan`, `softmax` and `telling` change it."""
    side = more.get("side", 8)
    graph = Builder({"x": ("float32", (channels, side, side))})
    kernel = RNG.normal(0, 0.5, (8, channels, 3, 3)).astype(np.float32)
    if more.get("telling"):  # a lying edge, a standing one
        kernel[:] = 0
        kernel[0, 0], kernel[1, 0] = EDGE, EDGE.T
    y = graph.add("Conv", "x", graph.constant(kernel), pads=[1, 1, 1, 1])
    y = graph.add("BatchNormalization", y, *(graph.constant(np.full(8, v, np.float32)) for v in (1, 0.1, 0, 2)))
    y = graph.add("Relu", graph.add("Identity", y))
    y = graph.add("Flatten", graph.add("GlobalAveragePool", y), axis=1)
    weights = RNG.normal(0, 1, (8, classes)).astype(np.float32) * (np.nan if more.get("nan") else 1)
    if more.get("telling"):
        weights[:] = 0
        weights[0, 0] = weights[1, 2] = 30
    y = graph.add("Gemm", y, graph.constant(weights), name="" if more.get("softmax") else "y")
    if more.get("softmax"):
        y = graph.add("Softmax", y, name="y")
    model = graph.model({y: ("float32", classes)})
    if batch:
        for value in (*model.graph.input, *model.graph.output):
            value.type.tensor_type.shape.dim[0].dim_value = batch
    return model


def fit(fold: Fold[Data], model: onnx.ModelProto | bytes, **config: Any) -> Quantize:
    content = model if isinstance(model, bytes) else model.SerializeToString()
    train = replace(fold.train, onnx=content)
    return Quantize(Config(**config)).fit(train, fold.valid, RUN)


def refused(fold: Fold[Data], model: onnx.ModelProto | bytes, code: str, *words: str, **config: Any) -> None:
    with pytest.raises(Problem) as caught:
        fit(fold, model, **config)
    assert caught.value.code == code, str(caught.value)
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize("batch", [0, 1, 4])
def test_a_file_is_quantised_and_answers_as_before(
    fold: Fold[Data], batch: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import onnxruntime

    model = network(batch)
    room = fit(fold, model)
    arrays = room.room.frame.arrays(fold.test.images[: batch or 8])
    [theirs] = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": arrays})
    powers = np.exp(theirs - theirs.max(axis=1, keepdims=True))
    assert np.abs(room.room.probabilities(arrays) - powers / powers.sum(axis=1, keepdims=True)).max() < 0.02
    items = [Photo(image=png(image)) for image in fold.test.images[:6]]
    assert room.predict(items) == [room(item) for item in items]
    report = room.evaluate(fold.test)
    assert not caplog.records
    assert report.notes[1].startswith("The price, on 18 validation images: accuracy ")
    assert "onnxruntime's static quantiser" in report.notes[2]
    operations = {row[0]: row[1:] for row in report.tables[1].rows}
    assert operations["BatchNormalization"] == [1, 0]
    assert operations["Identity"] == [1, 0]
    assert operations["DequantizeLinear"][1] > 4
    room.save(tmp_path)
    written = onnx.load(tmp_path / "model.onnx")
    assert onnx.TensorProto.INT8 in {tensor.data_type for tensor in written.graph.initializer}


def test_probabilities_and_further_classes_are_taken(fold: Fold[Data]) -> None:
    answer = fit(fold, network(classes=4, softmax=True))(Photo(image=png(fold.test.images[0])))
    assert {one.label for one in answer.classes} == {*CLASSES, "class 3"}
    assert sum(one.probability for one in answer.classes) == pytest.approx(1, abs=0.02)


def test_images_are_made_to_fit_the_file(fold: Fold[Data]) -> None:
    room = fit(fold, network(channels=3, side=12), mean=(0.1, 0.2, 0.3), std=(0.5,))
    assert room.room.frame.arrays(fold.test.images[:2]).shape == (2, 3, 12, 12)


@pytest.mark.parametrize(
    "config", [{"method": "qat"}, {"weights": 4}, {"activations": 4}, {"first_last": 4}, {"clusters": 2}]
)
def test_what_only_training_can_do_is_refused(fold: Fold[Data], config: dict[str, Any]) -> None:
    refused(fold, network(), "file_not_trained", next(iter(config)), **config)


def test_a_file_and_a_module_are_one_too_many(fold: Fold[Data]) -> None:
    refused(fold, network(), "two_models", module="torch.nn:Identity")


def outside(model: onnx.ModelProto, deep: bool) -> onnx.ModelProto:
    """With weights in a file beside it, which must never be opened."""
    tensor = model.graph.initializer[0]
    if deep:
        node = model.graph.node.add(op_type="Constant", output=["c"])
        attribute = node.attribute.add(name="value", type=onnx.AttributeProto.TENSOR)
        attribute.t.CopyFrom(tensor)
        tensor = attribute.t
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/hostname")
    return model


@pytest.mark.parametrize("deep", [False, True])
def test_weights_in_other_files_are_never_opened(fold: Fold[Data], deep: bool) -> None:
    refused(fold, outside(network(), deep), "external_data")


def test_files_that_do_not_fit_are_refused(fold: Fold[Data]) -> None:
    refused(fold, b"no network at all", "not_a_model", "ONNX")
    refused(fold, network(nan=True), "nan_outputs", "finite")
    refused(fold, network(classes=2), "too_few_outputs", "2 outputs and 3 classes")
    refused(fold, network(channels=5), "wrong_input", "5 channels")
    quantised = fit(fold, network()).room.onnx
    refused(fold, quantised, "already_quantised", "DequantizeLinear, QuantizeLinear")
    old = network()
    old.opset_import[0].version = 11
    refused(fold, old, "old_model", "opset 11")
    flat = Builder({"x": ("float32", 64)})
    y = flat.add("Relu", "x", name="y")
    refused(fold, flat.model({y: ("float32", 64)}), "wrong_input", "(batch, channels, height, width)")
    tall = Builder({"x": ("float32", (1, 8, 8))})
    y = tall.add("Relu", "x", name="y")
    refused(fold, tall.model({y: ("float32", (1, 8, 8))}), "wrong_output", "(batch, classes)")


def test_a_budget_holds_for_files_too(fold: Fold[Data]) -> None:
    refused(fold, network(), "over_budget", "most_kb", most_kb=0.5)


def test_a_file_cannot_learn(fold: Fold[Data]) -> None:
    from hanok.systems.quantize.learning import told_since

    with pytest.raises(Problem) as caught:
        told_since(fold._replace(train=replace(fold.train, onnx=b"x")), Config(), None, [])
    assert caught.value.code == "cannot_learn"
