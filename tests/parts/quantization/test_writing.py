"""What onnxruntime computes from a file is what NumPy computes with whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

onnx = pytest.importorskip("onnx")

from hanok.parts.quantization.program import Array, Grid, Program, Step  # noqa: E402
from hanok.parts.quantization.reference import decoded, encoded, execute  # noqa: E402
from hanok.parts.quantization.runner import Runner  # noqa: E402
from hanok.parts.quantization.writing import write  # noqa: E402

BITS = st.sampled_from([8, 8, 4, 2])


def grid(rng: np.random.Generator, bits: int = 8, *, size: float = 1.0, groups: int = 1) -> Grid:
    top = 2**bits - 1
    scale = size * rng.uniform(0.5, 1.5, groups) * 4 / top
    return Grid(scale.astype(np.float32), rng.integers(0, top + 1, groups).astype(np.uint8), bits)


def layer(rng: np.random.Generator, *shape: int) -> dict[str, Array]:
    return {
        "weight": rng.integers(-127, 128, shape).astype(np.int8),
        "weight_scale": rng.uniform(0.5, 1.5, shape[0]).astype(np.float32) / 127,
        "bias": rng.normal(size=shape[0]),
    }


def run(program: Program, form: str, inputs: Sequence[Array]) -> dict[str, Array]:
    """Every result kept as codes, and the outputs."""
    model = write(program, form)
    names = [name for name in program.grids() if any(name in node.output for node in model.graph.node)]
    for name in names:
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.UINT8, None))
    found = Runner(model.SerializeToString()).outputs(tuple(inputs))
    return dict(zip([*program.outputs, *names], found, strict=True))


def program(shape: tuple[int, ...], inputs: Grid, steps: Sequence[Step], out: Mapping[str, tuple[int, ...]]) -> Program:
    return Program({"x": ("float32", shape)}, [Step("quantize", ["x"], "codes", inputs), *steps], out, {})


def assert_same(made: Program, form: str, *inputs: Array) -> None:
    found, expected = run(made, form, inputs), execute(made, inputs)
    for name, value in found.items():
        if value.dtype == np.uint8:
            assert np.abs(value.astype(int) - expected[name].astype(int)).max(initial=0) <= 1, name
        else:
            np.testing.assert_allclose(value, expected[name], rtol=1e-4, atol=1e-4)


@settings(max_examples=60)
@given(
    form=st.sampled_from(["qdq", "qoperator"]),
    sides=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    kernel=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    stride=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
    dilation=st.integers(1, 2),
    groups=st.integers(1, 3),
    channels=st.integers(1, 3),
    bits=BITS,
    seed=st.integers(0, 999),
)
def test_a_convolution_of_any_shape(
    form: str,
    sides: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: int,
    groups: int,
    channels: int,
    bits: int,
    seed: int,
) -> None:
    places = [
        (side + 2 * p - dilation * (k - 1) - 1) // s + 1
        for side, k, s, p in zip(sides, kernel, stride, padding, strict=True)
    ]
    assume(min(places) > 0)
    rng = np.random.default_rng(seed)
    into, out = groups * channels, 2 * groups
    how = {"stride": stride, "padding": padding, "dilation": (dilation,) * 2, "groups": groups}
    conv = Step("conv", ["codes"], "y", grid(rng, bits, size=3.0), how, layer(rng, out, channels, *kernel))
    made = program((into, *sides), grid(rng, bits), [conv, Step("decode", ["y"], "z")], {"z": (-1, out, *places)})
    assert_same(made, form, rng.normal(size=(2, into, *sides)).astype(np.float32))


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("seed", range(5))
def test_a_convolution_along_time(form: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    how = {"stride": (2,), "padding": (1,), "dilation": (1,), "groups": 1}
    conv = Step("conv", ["codes"], "y", grid(rng, size=3.0), how, layer(rng, 4, 3, 3))
    made = program((3, 11), grid(rng), [conv, Step("decode", ["y"], "z")], {"z": (-1, 4, 6)})
    assert_same(made, form, rng.normal(size=(2, 3, 11)).astype(np.float32))


@settings(max_examples=30)
@given(
    form=st.sampled_from(["qdq", "qoperator"]),
    middle=st.lists(st.integers(1, 4), max_size=2),
    into=st.integers(1, 20),
    out=st.integers(1, 9),
    bits=BITS,
    rounds=st.booleans(),
    seed=st.integers(0, 999),
)
def test_a_linear_layer_of_any_shape(
    form: str, middle: list[int], into: int, out: int, bits: int, rounds: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    shape = (-1, *middle, out)
    after = grid(rng, bits, size=3.0) if rounds else None
    linear = Step("linear", ["codes"], "y", after, {"shape": shape}, layer(rng, out, into))
    steps = [linear, Step("decode", ["y"], "z")] if rounds else [linear]
    made = program((*middle, into), grid(rng), steps, {"z" if rounds else "y": shape})
    assert_same(made, form, rng.normal(size=(3, *middle, into)).astype(np.float32))


@settings(max_examples=30)
@given(
    form=st.sampled_from(["qdq", "qoperator"]),
    op=st.sampled_from(["add", "concat", "matmul", "avgpool", "globalpool"]),
    bits=BITS,
    rounds=st.booleans(),
    seed=st.integers(0, 999),
)
def test_sums_products_and_pools_of_codes(form: str, op: str, bits: int, rounds: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    if op in ("avgpool", "globalpool"):
        how = {"kernel": (2, 2), "stride": (2, 2), "padding": (0, 0), "counts_padding": True}
        names, shape = ["codes"], (-1, 4, 2, 2) if op == "avgpool" else (-1, 4, 1, 1)
    else:
        how = {"axis": 1}
        names, shape = ["codes", "others"], (-1, 8 if op == "concat" else 4, 4, 4)
    after = grid(rng, bits, size=2.0) if rounds else None
    steps = [Step("quantize", ["x"], "others", grid(rng)), Step(op, names, "y", after, how)]
    made = program((4, 4, 4), grid(rng), [*steps, Step("relu", ["y"], "z")], {"z": shape})
    assert_same(made, form, rng.normal(size=(2, 4, 4, 4)).astype(np.float32))


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_largest_pools_and_moves_hand_codes_on(bits: int) -> None:
    rng = np.random.default_rng(bits)
    how = {"kernel": (3, 3), "stride": (2, 2), "padding": (1, 1), "dilation": (1, 1)}
    steps = [
        Step("maxpool", ["codes"], "pooled", None, how),
        Step("transpose", ["pooled"], "turned", None, {"axes": (0, 2, 3, 1)}),
        Step("slice", ["turned"], "cut", None, {"places": (slice(None), 1, slice(0, 2))}),
        Step("reshape", ["cut"], "flat", None, {"shape": (-1, 6)}),
        Step("decode", ["flat"], "y"),
    ]
    made = program((3, 6, 6), grid(rng, bits), steps, {"y": (-1, 6)})
    assert made.grids()["flat"] is made.grids()["codes"]
    for form in ("qdq", "qoperator"):
        assert_same(made, form, rng.normal(size=(2, 3, 6, 6)).astype(np.float32))


@settings(max_examples=50)
@given(BITS, st.integers(0, 999))
def test_codes_stand_for_what_was_rounded(bits: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    of = grid(rng, bits)
    codes = np.arange(of.top + 1, dtype=np.uint8)
    np.testing.assert_array_equal(encoded(decoded(codes, of), of), codes)
    far = np.array([-1e9, 1e9], np.float32)
    assert encoded(far, of).tolist() == [0, of.top]
