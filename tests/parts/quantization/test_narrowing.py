from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from hanok.parts.onnx_graph import Builder  # noqa: E402
from hanok.parts.quantization import Runner, narrowed  # noqa: E402
from hanok.parts.quantization.narrowing import LARGEST, coarser, weights, widened, width  # noqa: E402
from hanok.parts.quantization.packing import pack_codes  # noqa: E402

RNG = np.random.default_rng(0)
CODES = st.lists(st.integers(-127, 127), min_size=1, max_size=50).map(lambda values: np.array([values], np.int8))


def convolution(codes: np.ndarray) -> onnx.ModelProto:
    """Rounding, a convolution that is fused, rounding."""
    graph = Builder({"x": ("float32", (codes.shape[1], 6, 6))})
    one, zero = graph.constant(np.float32(0.05)), graph.constant(np.uint8(128))
    x = graph.add("DequantizeLinear", graph.add("QuantizeLinear", "x", one, zero), one, zero)
    scale, zeros = np.full(len(codes), 0.01, np.float32), np.zeros(len(codes), np.int8)
    kernel = graph.add(
        "DequantizeLinear", graph.constant(codes, "kernel"), graph.constant(scale), graph.constant(zeros), axis=0
    )
    y = graph.add("QuantizeLinear", graph.add("Conv", x, kernel), one, zero)
    return graph.model({graph.add("DequantizeLinear", y, one, zero, name="y"): ("float32", (len(codes), 4, 4))})


@pytest.mark.parametrize(("top", "step", "share"), [(7, 18, 0.6), (7, 1, 0.6), (1, 90, 0.4), (3, 42, 0.6)])
@pytest.mark.parametrize("channels", [32, 33])
def test_a_narrowed_file_is_smaller_and_answers_are_equal(top: int, step: int, share: float, channels: int) -> None:
    model = convolution((RNG.integers(-top, top + 1, (64, channels, 3, 3)) * step).astype(np.int8))
    small = narrowed(model)
    assert small.ByteSize() < share * model.ByteSize()
    onnx.checker.check_model(small)
    images = RNG.normal(size=(3, channels, 6, 6)).astype(np.float32)
    one, other = (Runner(found.SerializeToString())(images) for found in (model, small))
    np.testing.assert_array_equal(one, other)


def test_the_runtime_runs_what_it_ran_before(tmp_path: object) -> None:
    import onnxruntime

    model = convolution((RNG.integers(-7, 8, (64, 32, 3, 3)) * 18).astype(np.int8))
    kinds = []
    for number, one in enumerate((model, narrowed(model))):
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath, options.log_severity_level = f"{tmp_path}/{number}.onnx", 4
        onnxruntime.InferenceSession(one.SerializeToString(), options, providers=["CPUExecutionProvider"])
        kinds.append([node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node])
    assert kinds[0] == kinds[1]
    assert "QLinearConv" in kinds[0]


def test_widening_is_the_mirror() -> None:
    codes = (RNG.integers(-7, 8, (64, 33, 3, 3)) * 18).astype(np.int8)
    model = convolution(codes)
    back = widened(narrowed(model))
    np.testing.assert_array_equal(weights(back)["kernel"], codes)
    assert [node.op_type for node in back.graph.node] == [node.op_type for node in model.graph.node]
    assert widened(model).ByteSize() == model.ByteSize()


def test_what_would_not_be_smaller_stays() -> None:
    for codes in (RNG.integers(-127, 128, (64, 32, 3, 3)), RNG.integers(-1, 2, (4, 3, 3, 3))):
        model = convolution(codes.astype(np.int8))
        assert narrowed(model) is model


@given(CODES)
def test_the_width_is_one_that_the_codes_fit(codes: np.ndarray) -> None:
    bits, step = width(codes)
    assert (codes.astype(int) % step == 0).all()
    if bits < 8:
        assert np.abs(codes.astype(int) // step).max() <= LARGEST[bits]
        pack_codes((codes // step).astype(np.int8), bits)


@settings(max_examples=50)
@given(CODES, st.sampled_from([4, 2]))
def test_coarser_codes_fit_and_no_other_step_is_nearer(codes: np.ndarray, bits: int) -> None:
    found = coarser(codes, bits)
    assert width(found)[0] <= bits
    error = ((found.astype(float) - codes) ** 2).sum()
    largest = LARGEST[bits]
    for step in (1, 5, 18, 127 // largest):
        other = np.clip(np.rint(codes / step), -largest, largest) * step
        assert error <= ((other - codes) ** 2).sum() + 1e-9
