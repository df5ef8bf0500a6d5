"""Files whose weights take as many bits as they have."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from networks import Attention, Odds, Residual, images, loaded, seeded  # noqa: E402
from torch import nn  # noqa: E402

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.onnx_graph import Builder  # noqa: E402
from hanok.parts.quantization import IntegerModel, KMeans, Recipe, Runner, calibrate, convert, prepare  # noqa: E402
from hanok.parts.quantization.program import Step  # noqa: E402
from hanok.parts.quantization.storing import decoded, in_few_bits, stored  # noqa: E402
from hanok.parts.quantization.writing import QDQ, write  # noqa: E402

SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4)
WORDS = torch.arange(96).reshape(16, 6) % 20
INPUTS = {
    Residual: (images(16),),
    Attention: (WORDS,),
    Odds: (images(16), torch.rand(16, 4, generator=torch.Generator().manual_seed(0))),
}


def drawn(bits: int, shape: list[int], seed: int) -> np.ndarray:
    """Codes of few bits, stretched over the byte as a conversion does."""
    most = 2 ** (bits - 1) - 1
    return np.random.default_rng(seed).integers(-most, most + 1, shape).astype(np.int8) * np.int8(127 // most)


@given(st.integers(2, 8), SHAPES, st.integers(0, 99))
def test_codes_come_out_as_they_went_in(bits: int, shape: list[int], seed: int) -> None:
    codes = drawn(bits, shape, seed)
    few, unit = in_few_bits(codes)
    np.testing.assert_array_equal(few.astype(np.int8) * np.int8(unit), codes)
    assert few.dtype == np.int8 or codes.size > 200


@given(st.integers(2, 8), SHAPES, st.integers(0, 99))
def test_onnxruntime_reads_the_codes_that_were_stored(bits: int, shape: list[int], seed: int) -> None:
    codes = drawn(bits, [40, *shape], seed)
    scale = np.random.default_rng(seed).uniform(0.5, 2, 40).astype(np.float32)
    steps = [Step("conv", ["x"], name, arrays={"weight": codes, "weight_scale": scale}) for name in "yz"]
    graph = Builder({"x": ("float32", 1)})
    results = [stored(graph, codes, "codes"), decoded(graph, steps[0]), decoded(graph, steps[1], turned=True)]
    model = graph.model(
        {name: (kind, None) for name, kind in zip(results, ("int8", "float32", "float32"), strict=True)}
    )
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in results)
    found, floats, turned = Runner(model.SerializeToString()).outputs((np.zeros((1, 1), np.float32),))
    np.testing.assert_array_equal(found, codes)
    np.testing.assert_allclose(floats, steps[0].weights(), rtol=1e-6)
    np.testing.assert_array_equal(turned, floats.T)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
@pytest.mark.parametrize("make", list(INPUTS))
def test_a_file_of_weights_computes_what_the_quantised_model_does(
    make: type[nn.Module], bits: int, tmp_path: Path
) -> None:
    q = prepare(seeded(make), Recipe(weights=bits, activations=None))
    expected = q(*INPUTS[make])  # no ranges to be found
    assert not q.quantizers()
    integer, given_ = convert(q), tuple(one.numpy() for one in INPUTS[make])
    runner = Runner(integer.export(tmp_path / "model.onnx"))
    whole = expected if isinstance(expected, tuple) else (expected,)
    for found, one in zip(runner.outputs(given_), whole, strict=True):
        np.testing.assert_allclose(found, one.detach().numpy(), rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(integer.predict(*given_), runner(*given_), rtol=1e-3, atol=1e-5)
    report = integer.report(tmp_path / "model.onnx", *given_)
    assert (report.reference_lsb, report.max_lsb, report.differing) == (0, 0, 0.0)


def test_any_model_is_written_with_its_weights_alone(tmp_path: Path) -> None:
    model = seeded(Residual)
    both, alone = (
        prepare(model, Recipe(weights=4, activations=bits, clusters=clusters))
        for bits, clusters in ((4, KMeans(2)), (None, None))
    )
    for q in (both, alone):
        calibrate(q, [images(20)])
    path = convert(both).export(tmp_path / "model.onnx", "weights")
    assert path.read_bytes() == convert(alone).export(tmp_path / "other.onnx").read_bytes()


def wide(bits: int, activations: int | None) -> IntegerModel:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Conv2d(64, 8, 3))
    q = prepare(model, Recipe(weights=bits, activations=activations, first_last=bits))
    calibrate(q, [images(16)])
    return convert(q)


@pytest.mark.parametrize("activations", [8, None])
@pytest.mark.parametrize(("bits", "share"), [(8, 0.27), (4, 0.15), (3, 0.15), (2, 0.09)])
def test_a_file_is_as_small_as_its_bits(bits: int, share: float, activations: int | None) -> None:
    integer = wide(bits, activations)
    assert integer.model().ByteSize() < share * write(integer.plain, QDQ).ByteSize()


@pytest.mark.parametrize("form", ["qdq", "qoperator", "weights"])
def test_few_bits_are_widened_while_the_file_is_loaded(form: str, tmp_path: Path) -> None:
    def kernels(model: onnx.ModelProto) -> Counter[str]:
        return Counter(node.op_type for node in loaded(model, tmp_path).node)

    eight, *few = (wide(bits, 8).model(form) for bits in (8, 4, 2))
    assert [model.opset_import[0].version for model in (eight, *few)] == [18, 21, 25]
    for model in few:
        assert kernels(model) - Counter({"Clip": 2}) == kernels(eight)


def test_forms_that_do_not_fit_are_problems() -> None:
    integer = wide(4, None)
    assert integer.forms == ("weights",)
    for form in ("qdq", "qoperator"):
        with pytest.raises(Problem, match="expected weights"):
            integer.model(form)
    with pytest.raises(Problem, match="None where activations stay float"):
        Recipe(activations=None, clusters=KMeans(2))
