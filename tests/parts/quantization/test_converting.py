from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from networks import Attention, Branching, Fused, Odds, Patches, Residual, images, loaded, seeded  # noqa: E402
from torch import nn  # noqa: E402

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.quantization import KMeans, Recipe, Runner, calibrate, convert, prepare  # noqa: E402

WORDS = torch.arange(96).reshape(16, 6) % 20
EIGHT, FOUR = Recipe(observer="minmax"), Recipe(weights=4, activations=4)


def calibrated(model: nn.Module, recipe: Recipe, inputs: torch.Tensor) -> nn.Module:
    q = prepare(model, recipe)
    calibrate(q, inputs.split(8))
    return q


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize("recipe", [EIGHT, FOUR, Recipe(observer="lsq", per_channel=False)], ids=["8", "4", "lsq"])
@pytest.mark.parametrize(
    ("make", "inputs"), [(Residual, images(16)), (Attention, WORDS)], ids=["residual", "attention"]
)
def test_the_file_is_the_model(
    make: type[nn.Module], inputs: torch.Tensor, recipe: Recipe, form: str, tmp_path: Path
) -> None:
    q = calibrated(seeded(make), recipe, inputs)
    integer = convert(q)
    path = integer.export(tmp_path / "model.onnx", form)
    report = integer.report(path, inputs.numpy(), labels=q(inputs).argmax(1).numpy())
    assert report.reference_lsb <= 1
    assert report.differing < 0.03  # biases are rounded, and few bits meet many
    assert report.max_lsb <= 1 or recipe is not EIGHT
    assert report.accuracy == 1
    found = Runner(path)(inputs.numpy())
    np.testing.assert_allclose(found, integer.predict(inputs.numpy()), rtol=1e-3, atol=0.02)  # a step
    np.testing.assert_allclose(found, q(inputs).detach().numpy(), rtol=1e-3, atol=0.05)
    assert len(Runner(path)(inputs[:3].numpy())) == 3


def test_every_layer_works_on_bytes() -> None:
    model = convert(calibrated(seeded(Residual), EIGHT, images(16))).model("qoperator")
    kinds = [node.op_type for node in model.graph.node]
    assert kinds.count("QLinearConv") == 5
    assert kinds.count("QGemm") == 1
    assert kinds.count("QLinearAdd") == kinds.count("QLinearConcat") == 1
    assert not {"Conv", "Gemm", "BatchNormalization", "Relu", "Dropout"} & set(kinds)
    weights = [t for t in model.graph.initializer if t.name.endswith("_weight")]
    assert {t.data_type for t in weights} == {onnx.TensorProto.INT8}


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
@pytest.mark.parametrize(("make", "inputs", "layers"), [(Residual, images(16), 6), (Attention, WORDS, 7)])
def test_onnxruntime_multiplies_bytes(
    make: type[nn.Module], inputs: torch.Tensor, layers: int, form: str, tmp_path: Path
) -> None:
    kernels = [
        node.op_type for node in loaded(convert(calibrated(seeded(make), FOUR, inputs)).model(form), tmp_path).node
    ]
    assert kernels.count("QLinearConv") + kernels.count("QGemm") == layers
    assert not {"Conv", "Gemm", "MatMul"} & set(kernels)


@pytest.mark.parametrize("form", ["qdq", "qoperator"])
def test_two_inputs_two_outputs_and_odd_operations(form: str, tmp_path: Path) -> None:
    q = prepare(seeded(Odds), EIGHT)
    numbers = torch.rand(16, 4, generator=torch.Generator().manual_seed(0))
    calibrate(q, [(images(16), numbers, "labels")])
    integer, given = convert(q), (images(16).numpy(), numbers.numpy())
    path = integer.export(tmp_path / "model.onnx", form)
    report = integer.report(path, *given)
    assert (report.reference_lsb <= 1, report.max_lsb <= 1) == (True, True)
    expected = [part.detach().numpy() for part in q(images(16), numbers)]
    for found, other in zip(Runner(path).outputs(given), expected, strict=True):
        np.testing.assert_allclose(found, other, rtol=1e-3, atol=0.05)
    assert Runner(path)(*(one[:5] for one in given)).shape == (5, *expected[0].shape[1:])


def test_attention_in_one_call_and_relu6_are_whole_numbers() -> None:
    q = calibrated(seeded(Fused), EIGHT, WORDS)
    assert not {"scaled_dot_product_attention", "ReLU6"} & {name.split(": ")[1] for name in q.stays_float}
    kinds = [node.op_type for node in convert(q).model("qoperator").graph.node]
    assert kinds.count("QLinearMatMul") == 1  # the other product goes to a softmax, as float
    assert "Relu" not in kinds


@pytest.mark.parametrize("observer", ["minmax", "lsq"])
def test_no_range_reaches_beyond_relu6(observer: str, tmp_path: Path) -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU6(), nn.Conv2d(4, 2, 3))
    with torch.no_grad():
        model[0].weight.mul_(20)
    q = calibrated(model, Recipe(observer=observer), images(16))
    for quantizer in q.quantizers():
        if quantizer.scale is not None:
            quantizer.scale.data.mul_(10)
    integer = convert(q)
    assert integer.report(integer.export(tmp_path / "m.onnx"), images(16).numpy()).max_lsb <= 1


def test_the_report_counts_operations_before_and_after(tmp_path: Path) -> None:
    integer = convert(calibrated(seeded(Residual), EIGHT, images(16)))
    report = integer.report(integer.export(tmp_path / "model.onnx"), images(4).numpy())
    assert report.before["BatchNormalization"] == 2
    assert report.before["Relu"] == 4
    assert "BatchNormalization" not in report.after
    assert report.bytes == (tmp_path / "model.onnx").stat().st_size
    assert min(report.latency_ms, report.float_latency_ms) > 0
    assert report.accuracy is None


def test_the_float_model_is_what_was_prepared(tmp_path: Path) -> None:
    for make, inputs in ((Residual, images(16)), (Attention, WORDS)):
        model = seeded(make)
        integer = convert(calibrated(model, FOUR, inputs))
        from hanok.parts.quantization.writing import write

        found = Runner(write(integer.plain, "qdq").SerializeToString())(inputs.numpy())
        np.testing.assert_allclose(found, model(inputs).detach().numpy(), rtol=1e-3, atol=1e-4)


def test_bytes_are_a_quarter() -> None:
    model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Conv2d(64, 8, 3))
    integer = convert(calibrated(model, EIGHT, images(16)))
    from hanok.parts.quantization.writing import write

    assert integer.model().ByteSize() < 0.32 * write(integer.plain, "qdq").ByteSize()


@pytest.mark.parametrize("sign", [1.0, -1.0, 0.0, 1e-12])
def test_batch_normalisation_is_folded_whatever_its_factor(sign: float, tmp_path: Path) -> None:
    model = seeded(Residual)
    with torch.no_grad():
        model.one_norm.weight.copy_(torch.tensor([sign, 1.0, -2.0, 0.5, sign, -0.3]))
    q = calibrated(model, EIGHT, images(16))
    integer = convert(q)
    assert integer.report(integer.export(tmp_path / "m.onnx"), images(16).numpy()).max_lsb <= 1


def test_one_graph_serves_all_clusters_with_one_set_of_weights(tmp_path: Path) -> None:
    given = images(80)
    model = seeded(Residual)
    q = calibrated(model, Recipe(clusters=KMeans(4), weights=4, activations=4), given)
    integer = convert(q)
    path = integer.export(tmp_path / "model.onnx")
    runner, report = Runner(path), integer.report(path, given.numpy())
    assert runner.clusters is not None
    groups = runner.clusters.assign(given.numpy())
    assert set(groups) == {0, 1, 2, 3}
    q.grouping.look(given)
    np.testing.assert_array_equal(groups, q.grouping.ids.numpy())
    assert (report.reference_lsb, report.differing < 0.03) == (0, True)
    alone = [runner(given[i : i + 1].numpy())[0] for i in range(20)]
    np.testing.assert_allclose(np.stack(alone), runner(given[:20].numpy()), rtol=1e-5, atol=1e-6)
    one = convert(calibrated(model, Recipe(weights=4, activations=4), given)).export(tmp_path / "one.onnx", "qoperator")
    inside = {node.output[0]: node for node in net(onnx.load(path)).node}
    weights = [tensor for tensor in onnx.load(one).graph.initializer if tensor.name.endswith("_weight")]
    assert len(weights) == 6
    assert all(inside[tensor.name].attribute[0].t.raw_data == tensor.raw_data for tensor in weights)


def net(model: onnx.ModelProto) -> onnx.FunctionProto:
    """The network of a file for clusters."""
    return next(function for function in model.functions if function.name == "Net")


def test_a_further_group_adds_its_scales_and_little_else() -> None:
    model = nn.Sequential(nn.Conv2d(3, 64, 3), nn.ReLU(), nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Conv2d(64, 9, 3))
    recipes = [Recipe(clusters=KMeans(k) if k else None) for k in (0, 2, 5)]
    none, two, five = (
        convert(calibrated(model, recipe, images(40))).model("qoperator").ByteSize() for recipe in recipes
    )
    assert none < two < 1.06 * none
    assert (five - two) / 3 < 1000


def test_once_loaded_a_branch_is_the_graph_for_all_inputs_alike(tmp_path: Path) -> None:
    recipes = EIGHT, Recipe(clusters=KMeans(2))
    one, two = (convert(calibrated(seeded(Residual), recipe, images(40))).model("qoperator") for recipe in recipes)
    kernels = Counter(node.op_type for node in loaded(one, tmp_path).node)
    choice = loaded(two, tmp_path).node[-1]
    assert choice.op_type == "If"
    for branch in choice.attribute:
        assert Counter(node.op_type for node in branch.g.node) == kernels


def test_no_zero_point_of_a_clustered_convolution_is_written_as_a_constant() -> None:
    """Where it is one and the bias is none yet, some versions of onnxruntime leave out the bias."""
    inside = net(convert(calibrated(seeded(Residual), Recipe(clusters=KMeans(2)), images(30))).model()).node
    constants = {name for node in inside if node.op_type == "Constant" for name in node.output}
    layers = [node for node in inside if node.op_type == "QLinearConv"]
    assert len(layers) == 5
    for node in layers:
        assert not {node.input[1], node.input[2], node.input[8]} & constants
        assert node.input[3] in constants


@pytest.mark.parametrize("make", [Residual, Patches])
@pytest.mark.parametrize("bits", [8, 4, 2])
def test_a_file_for_clusters_is_the_reference_however_it_is_loaded(
    make: type[nn.Module], bits: int, tmp_path: Path
) -> None:
    given = images(40)
    integer = convert(calibrated(seeded(make), Recipe(weights=bits, clusters=KMeans(3)), given))
    path, reference = integer.export(tmp_path / "model.onnx"), integer.predict(given.numpy())
    report = integer.report(path, given.numpy())
    assert report.reference_lsb <= 1
    assert report.after["QGemm"] >= 1
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    groups = Runner(path).clusters.assign(given.numpy())  # type: ignore[union-attr]
    for group in range(3):
        (found,) = session.run(None, {"images": given.numpy(), "cluster": np.array([group])})
        np.testing.assert_allclose(found[groups == group], reference[groups == group], rtol=1e-3, atol=0.02)


def test_a_network_that_gives_nothing_serves_clusters() -> None:
    """As many channels as groups, and scales that are all alike."""
    model = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3))
    for one in model.parameters():
        nn.init.zeros_(one)
    integer = convert(calibrated(model, Recipe(clusters=KMeans(2)), images(20)))
    assert not Runner(integer.model().SerializeToString())(images(20).numpy()).any()


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    def code(call: object) -> Problem:
        with pytest.raises(Problem) as problem:
            call()  # type: ignore[operator]
        return problem.value

    unknown = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Softplus(), nn.Conv2d(4, 2, 3))
    problem = code(lambda: convert(calibrated(unknown, EIGHT, images(8))))
    assert (problem.code, problem.message) == (
        "cannot_export",
        "found Softplus; expected an operation of the guide's list",
    )
    q = calibrated(seeded(Branching), EIGHT, torch.rand(8, 4))
    assert code(lambda: convert(q)).code == "not_traceable"
    assert code(lambda: convert(prepare(seeded(Residual)))).code == "no_example"
    clustered = convert(calibrated(seeded(Residual), Recipe(clusters=KMeans(2)), images(16)))
    assert code(lambda: clustered.export(tmp_path / "m.onnx", "qdq")).code == "bad_form"
    assert code(lambda: clustered.predict(np.zeros((2, 1, 12, 12), np.float32))).code == "no_images"
    (tmp_path / "bad.onnx").write_bytes(b"nothing")
    assert code(lambda: Runner(tmp_path / "bad.onnx")).code == "not_a_model"
