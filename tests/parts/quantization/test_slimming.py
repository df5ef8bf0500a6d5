from __future__ import annotations

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.onnx_graph import Builder  # noqa: E402
from hanok.parts.quantization import Runner, slimmed  # noqa: E402

RNG = np.random.default_rng(0)
IMAGES = RNG.normal(size=(2, 3, 6, 6)).astype(np.float32)


def floats(*shape: int) -> np.ndarray:
    return RNG.uniform(0.5, 1.5, shape).astype(np.float32)


def normalised(graph: Builder, x: str, channels: int) -> str:
    return graph.add("BatchNormalization", x, *(graph.constant(floats(channels)) for _ in range(4)), epsilon=0.01)


def network() -> onnx.ModelProto:
    """conv - norm - relu - dropout - conv with bias - norm, beside a result that nobody needs."""
    graph = Builder({"x": ("float32", (3, 6, 6))})
    x = normalised(graph, graph.add("Conv", "x", graph.constant(floats(4, 3, 3, 3))), 4)
    x = graph.add("Dropout", graph.add("Relu", x))
    kernel = graph.add("Transpose", graph.constant(floats(3, 3, 4, 2)), perm=[3, 2, 0, 1])
    x = normalised(graph, graph.add("Conv", x, kernel, graph.constant(floats(2))), 2)
    graph.add("Sigmoid", x, name="aside")
    graph.add("Flatten", graph.add("Identity", x), name="y")
    return graph.model({"y": ("float32", 8), "aside": ("float32", (2, 2, 2))})


def test_a_network_has_fewer_operations_and_the_same_answers() -> None:
    model = network()
    found = slimmed(model)
    before, after = (Runner(one.SerializeToString()).outputs((IMAGES,)) for one in (model, found.model))
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)
    assert found.table() == [
        ("BatchNormalization", 2, 0),
        ("Conv", 2, 2),
        ("Dropout", 1, 0),
        ("Flatten", 1, 1),
        ("Identity", 1, 0),
        ("Relu", 1, 1),
        ("Sigmoid", 1, 1),
        ("Transpose", 1, 0),
        ("all", 10, 5),
    ]


def test_an_output_that_nobody_needs_goes() -> None:
    found = slimmed(network(), ["y"])
    assert "Sigmoid" not in found.after
    assert [value.name for value in found.model.graph.output] == ["y"]
    with pytest.raises(Problem, match="found outputs y, aside; expected"):
        slimmed(network(), ["z"])
    with pytest.raises(Problem, match="at least one"):
        slimmed(network(), [])


@pytest.mark.parametrize("turned", [False, True])
def test_batch_normalisation_becomes_part_of_a_gemm(turned: bool) -> None:
    graph = Builder({"x": ("float32", 3)})
    weights = floats(5, 3) if turned else floats(3, 5)
    x = normalised(graph, graph.add("Gemm", "x", graph.constant(weights), transB=int(turned)), 5)
    model = graph.model({graph.add("Relu", x, name="y"): ("float32", 5)})
    found = slimmed(model)
    given = IMAGES[0, 0, :, :3]
    one, other = (Runner(m.SerializeToString())(given) for m in (model, found.model))
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    assert found.after == {"Gemm": 1, "Relu": 1}


def test_a_layer_that_others_read_keeps_its_normalisation() -> None:
    graph = Builder({"x": ("float32", (3, 6, 6))})
    conv = graph.add("Conv", "x", graph.constant(floats(4, 3, 3, 3)))
    graph.add("Add", normalised(graph, conv, 4), conv, name="y")
    model = graph.model({"y": ("float32", (4, 4, 4))})
    assert slimmed(model).after["BatchNormalization"] == 1
