from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.image import Encoder

onnx = pytest.importorskip("onnx")
IMAGE = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
Make = Callable[..., Path]


@pytest.fixture
def model(tmp_path: Path) -> Make:
    """Writes a model of few operations."""

    def make(
        shape: list[object], operations: list[tuple[str, dict[str, object]]], kind: int = 1, inputs: int = 1
    ) -> Path:
        names = ["x", *(f"y{i}" for i in range(len(operations)))]
        nodes = [
            onnx.helper.make_node(name, [names[i]], [names[i + 1]], **options)
            for i, (name, options) in enumerate(operations)
        ]
        asked = [onnx.helper.make_tensor_value_info(f"x{i}" if i else "x", kind, shape) for i in range(inputs)]
        given = [onnx.helper.make_tensor_value_info(names[-1], 1, None)]
        graph = onnx.helper.make_graph(nodes, "encoder", asked, given)
        built = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8)
        path = tmp_path / "encoder.onnx"
        path.write_bytes(built.SerializeToString())
        return path

    return make


MEAN = [("GlobalAveragePool", {}), ("Flatten", {})]


def test_the_shape_of_the_input_is_read_from_the_model(model: Make) -> None:
    encoder = Encoder(model([1, 3, 16, 8], MEAN))
    assert encoder.size == 3
    vector = encoder.describe(IMAGE)
    assert vector.dtype == np.float32
    assert float(vector @ vector) == pytest.approx(1, abs=1e-5)


def test_pixels_are_scaled_as_said(model: Make) -> None:
    plain = np.empty((9, 9, 3), np.uint8)
    plain[:] = (255, 51, 102)
    vector = Encoder(model([None, 3, None, None], MEAN), mean=(0, 0, 0), std=(1, 1, 2)).describe(plain)
    expected = np.array([1, 0.2, 0.2])
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), rtol=1e-3)


@pytest.mark.parametrize("shape", [["n", 3, "h", "w"], [1, 3, 10, 10]])
def test_a_feature_map_is_averaged(model: Make, shape: list[object]) -> None:
    assert Encoder(model(shape, [("Relu", {})])).size == 3


def test_channels_may_come_last_and_pixels_may_be_bytes(model: Make) -> None:
    path = model([1, 4, 4, 3], [("Cast", {"to": 1}), ("ReduceMean", {"axes": [1, 2], "keepdims": 0})], kind=2)
    plain = np.empty((9, 9, 3), np.uint8)
    plain[:] = (30, 40, 0)
    np.testing.assert_allclose(Encoder(path).describe(plain), [0.6, 0.8, 0], atol=1e-5)


@pytest.mark.parametrize(
    ("shape", "operations", "kind", "inputs", "said"),
    [
        ([1, 1, 28, 28], MEAN, 1, 1, r"an input of shape \[1, 1, 28, 28\]; expected \[n, 3, height, width\]"),
        ([8, 3, 28, 28], MEAN, 1, 1, "n being 1 or open"),
        ([1, 3], [("Relu", {})], 1, 1, r"an input of shape \[1, 3\]"),
        ([1, 3, 4, 4], [("Cast", {"to": 1})], 7, 1, r"tensor\(int64\); expected"),
        ([1, 3, 4, 4], MEAN, 1, 2, "2 inputs"),
        ([1, 3, 4, 4], [("ReduceMean", {"keepdims": 0})], 1, 1, r"an output of shape \[\]"),
        ([1, 3, 4, 4], [("Log", {})], 1, 1, "not finite"),
    ],
)
def test_a_model_that_does_not_fit(
    model: Make, shape: list[object], operations: list[tuple[str, dict[str, object]]], kind: int, inputs: int, said: str
) -> None:
    with pytest.raises(Problem, match=said) as refused:
        Encoder(model(shape, operations, kind, inputs))
    assert refused.value.where == "encoder.onnx"


def test_what_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "encoder.onnx"
    for content in (b"", b"hello"):
        path.write_bytes(content)
        with pytest.raises(Problem, match="expected an ONNX model"):
            Encoder(path)
    with pytest.raises(Problem, match="expected an ONNX model"):
        Encoder(tmp_path / "gone.onnx")
