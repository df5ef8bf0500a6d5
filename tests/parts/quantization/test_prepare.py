from __future__ import annotations

import copy

import pytest

torch = pytest.importorskip("torch")

from networks import Attention, Branching, Residual, images, seeded  # noqa: E402
from torch import nn  # noqa: E402

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.quantization import FST, NNAC, KMeans, QuantNoise, Recipe, calibrate, prepare, recalibrate  # noqa: E402
from hanok.parts.quantization.recipe import OBSERVERS  # noqa: E402
from hanok.parts.quantization.weights import rounding  # noqa: E402

WORDS = torch.arange(60).reshape(10, 6) % 20


def close(one: torch.Tensor, other: torch.Tensor) -> float:
    """Share of the variance of `other` that `one` does not have."""
    return float((one - other).detach().square().mean() / other.detach().var())


def trained(q: nn.Module, inputs: torch.Tensor, steps: int = 3, rate: float = 0.01) -> list[float]:
    """The loop of a user who does not know that anything is quantised."""
    target = torch.arange(len(inputs)) % 2
    optimiser = torch.optim.SGD(q.parameters(), rate)
    q.train()
    losses = []
    for _ in range(steps):
        loss = nn.functional.cross_entropy(q(inputs), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses


@pytest.mark.parametrize("observer", OBSERVERS)
def test_eight_bits_hardly_change_anything(observer: str) -> None:
    model, given = seeded(Residual), images(40)
    q = prepare(model, Recipe(observer=observer))
    assert calibrate(q, given.split(10)) is None
    limit = 0.2 if observer in ("lsq", "granular_ema") else 0.02  # the one is to be trained, the other clips outliers
    assert close(q(given), model(given)) < limit


def test_attention_is_quantised_with_its_products() -> None:
    model = seeded(Attention)
    q = prepare(model)
    calibrate(q, [WORDS])
    assert close(q(WORDS), model(WORDS)) < 0.01
    stays = " ".join(q.stays_float)
    assert all(name in stays for name in ("LayerNorm", "GELU", "softmax", "truediv", "mean"))
    assert "matmul" not in stays
    assert "Linear" not in stays


def test_the_model_given_is_left_alone() -> None:
    model = seeded(Residual)
    before = copy.deepcopy(model.state_dict())
    trained(prepare(model), images(12))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())


def test_each_activation_is_rounded_once_with_the_bits_of_who_multiplies_it() -> None:
    q = prepare(seeded(Residual), Recipe(weights=4, activations=3, first_last=7))
    bits = {quantizer.name: quantizer.bits for quantizer in q.quantizers()}
    assert bits == {
        "images": 7,  # read by the first layer
        "relu": 3,
        "relu_1": 3,
        "two": 8,  # only added
        "relu_2": 3,
        "side": 8,  # only put beside
        "cat": 3,
        "relu_3": 8,  # only pooled
        "adaptive_avg_pool2d": 7,  # read by the last layer
    }
    assert {n: rounding(m).bits for n, m in q.net.named_modules() if rounding(m)} == {
        **{"stem": 7, "one": 4, "two": 4, "side": 4, "mix": 4, "out": 7}
    }
    assert q.stays_float == []


@pytest.mark.parametrize("make", [Residual, Branching])
def test_single_layers_may_have_bits_of_their_own(make: type[nn.Module]) -> None:
    q = prepare(seeded(make), Recipe(weights=4, activations=4, layers={"two": 6}))
    assert rounding(q.net.get_submodule("two")).bits == 6
    name = "relu_1" if make is Residual else "two"
    assert {quantizer.name: quantizer.bits for quantizer in q.quantizers()}[name] == 6
    with pytest.raises(Problem, match="found no layer 'tow'; expected one of"):
        prepare(seeded(make), Recipe(layers={"tow": 6}))


def test_training_lowers_the_loss_and_learns_ranges() -> None:
    q = prepare(seeded(Residual), Recipe(weights=4, activations=4))
    losses = trained(q, images(30), steps=25, rate=0.05)
    assert losses[-1] < 0.8 * losses[0]
    assert all(int(quantizer.seen[0]) == 25 * 30 for quantizer in q.quantizers())
    q.eval()
    assert torch.equal(q(images(30)), q(images(30)))
    assert int(q.quantizers()[0].seen[0]) == 25 * 30


@pytest.mark.parametrize("recipe", [Recipe(clusters=KMeans(2)), Recipe(observer="lsq"), Recipe(weight_noise=FST())])
def test_state_goes_out_and_in_again(recipe: Recipe) -> None:
    given = images(30)
    q = prepare(seeded(Residual), recipe)
    calibrate(q, [given])
    trained(q, given)
    other = prepare(Residual(), recipe)
    other.load_state_dict(q.state_dict())
    q.eval()
    other.eval()
    assert torch.equal(q(given), other(given))
    assert torch.equal(copy.deepcopy(q)(given), q(given))
    assert torch.equal(other.shapes, q.shapes)


@pytest.mark.parametrize(
    "recipe", [Recipe(), Recipe(weight_noise=QuantNoise()), Recipe(clusters=NNAC(3), observer="ema")]
)
def test_the_same_seed_gives_the_same_model(recipe: Recipe) -> None:
    found = []
    for _ in range(2):
        q = prepare(seeded(Residual), recipe)
        calibrate(q, images(40).split(20))
        torch.manual_seed(1)
        trained(q, images(40))
        found.append(q.eval()(images(40)))
    assert torch.equal(*found)


def test_noise_leaves_out_some_weights_while_training_only() -> None:
    model = nn.Sequential(nn.Linear(16, 4), nn.Linear(4, 3))
    for noise, rest in ((QuantNoise(p=0.5), None), (FST(p=0.5, high=5), 5)):
        q = prepare(model, Recipe(weights=2, first_last=2, weight_noise=noise))
        layer = q.net.get_submodule("0")
        whole = layer.parametrizations.weight.original.detach()
        low = layer.eval().weight.detach()
        high = whole if rest is None else prepare(model, Recipe(first_last=rest)).net.get_submodule("0").weight.detach()
        layer.train()
        seen = layer.weight.detach()
        blocks = (seen == low).reshape(4, 2, 8).all(2)
        others = (seen == high).reshape(4, 2, 8).all(2)
        assert (blocks | others).all()
        assert blocks.any()
        assert others.any()
        assert torch.equal(layer.eval().weight, low)


def test_a_ramp_ends_with_all_weights_quantised() -> None:
    q = prepare(nn.Sequential(nn.Linear(16, 8), nn.Linear(8, 3)), Recipe(weight_noise=FST(p=0.1, ramp=5), first_last=2))
    layer = q.net.get_submodule("0")
    low = layer.eval().weight.detach()
    layer.train()
    same = [bool(torch.equal(layer.weight, low)) for _ in range(8)]
    assert same[5:] == [True] * 3
    assert not same[0]


def test_statistics_of_batch_normalisation_are_found_anew() -> None:
    q = prepare(seeded(Residual), Recipe(weights=2))
    calibrate(q, [images(40)])
    norm = q.net.get_submodule("norm")
    recalibrate(q, images(40).split(20))
    one = norm.running_mean.clone()
    recalibrate(q, images(40).split(20))
    assert torch.equal(norm.running_mean, one)
    stem = q.net.get_submodule("stem")(q.net.get_submodule("quantize_images")(images(40)))
    torch.testing.assert_close(one, stem.mean((0, 2, 3)), rtol=1e-4, atol=1e-5)
    assert (norm.momentum, q.training) == (0.1, False)


@pytest.mark.parametrize("observer", ["granular_ema", "lsq"])
def test_training_in_bfloat16_works(observer: str) -> None:
    q = prepare(seeded(Residual), Recipe(observer=observer, clusters=KMeans(2))).to(memory_format=torch.channels_last)
    given = images(30).to(memory_format=torch.channels_last)
    calibrate(q, [given])
    with torch.autocast("cpu", torch.bfloat16):
        losses = trained(q, given, steps=15, rate=0.05)
    assert losses[-1] < losses[0]


def test_what_cannot_be_traced_has_its_layers_quantised() -> None:
    model = seeded(Branching)
    q = prepare(model, Recipe(observer="minmax"))
    given = torch.randn(20, 4, generator=torch.Generator().manual_seed(0)) + 0.5
    calibrate(q, given.split(5))
    assert close(q(given), model(given)) < 0.01
    assert "cannot be traced" in q.stays_float[0]
    assert len(q.quantizers()) == 2
    trained(q, given)


def test_what_is_unknown_stays_float_and_is_listed() -> None:
    model = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.Softplus(), nn.ConvTranspose2d(4, 3, 3), nn.Flatten(), nn.Linear(432, 2)
    )
    q = prepare(model, Recipe(observer="minmax"))
    assert q.stays_float == ["1: Softplus", "2: ConvTranspose2d"]
    calibrate(q, [images(8)])
    assert close(q(images(8)), model(images(8))) < 0.01


@pytest.mark.parametrize("training", [True, False])
def test_dropout_follows_training_however_it_is_written(training: bool) -> None:
    class Dropped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.out = nn.Linear(50, 50)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return nn.functional.dropout(self.out(x), 0.5, training=self.training)

    q = prepare(Dropped().train(training))
    assert q.training is training
    q.train()(torch.rand(8, 50))
    assert float((q(torch.rand(8, 50)) == 0).float().mean()) == pytest.approx(0.5, abs=0.1)
    assert float((q.eval()(torch.rand(8, 50)) == 0).float().mean()) < 0.1


def test_names_of_inputs_and_unusual_calls_are_no_obstacle() -> None:
    class Named(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(6, 6), nn.Linear(6, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = torch.add(input=x, other=self.one(x))
            return self.two(torch.add(y, torch.relu(input=x), alpha=2))

    q, given = prepare(Named(), Recipe(observer="minmax")), torch.rand(30, 6)
    calibrate(q, [given])
    assert len(q.stays_float) == 3


def test_a_loader_gives_labels_too() -> None:
    data = torch.utils.data.TensorDataset(images(20), torch.zeros(20))
    q = prepare(seeded(Residual))
    calibrate(q, torch.utils.data.DataLoader(data, batch_size=8))
    assert int(q.quantizers()[0].seen[0]) == 20


def test_clusters_come_with_calibration() -> None:
    q = prepare(seeded(Residual), Recipe(clusters=NNAC(k=3)))
    found = calibrate(q, iter(images(60).split(20)))
    assert found is not None
    assert (found.outcome, int(found.sizes.sum()), len(found.table)) == ("merged", 60, 6)
    assert q.grouping.count == len(found.sizes) == 3
    quantizer = q.quantizers()[0]
    assert quantizer.seen.tolist() == [*found.sizes.tolist(), 0, 0, 0]
    assert len(set(quantizer.high[:3].tolist())) == 3


def code(call: object) -> str:
    with pytest.raises(Problem) as problem:
        call()  # type: ignore[operator]
    return problem.value.code


def test_bad_input_is_a_problem() -> None:
    clusters = prepare(seeded(Residual), Recipe(clusters=NNAC(k=4)))
    linear = prepare(nn.Sequential(nn.Linear(3, 2)), Recipe(clusters=KMeans(2)))
    no_relu = prepare(nn.Sequential(nn.Conv2d(3, 2, 3)), Recipe(clusters=NNAC(k=2)))
    assert code(lambda: calibrate(prepare(seeded(Residual)), [])) == "empty_calibration"
    assert code(lambda: recalibrate(prepare(seeded(Residual)), iter([]))) == "empty_calibration"
    assert code(lambda: calibrate(prepare(seeded(Residual)), [images(4) / 0])) == "nan_activations"
    assert code(lambda: calibrate(clusters, [images(7)])) == "too_few_samples"
    assert code(lambda: calibrate(clusters, [images(1).expand(20, -1, -1, -1)])) == "too_few_samples"
    assert code(lambda: clusters(images(3))) == "no_clusters"
    assert code(lambda: calibrate(linear, [torch.zeros(9, 3)])) == "no_images"
    assert code(lambda: calibrate(no_relu, [images(9)])) == "no_relu"
    assert code(lambda: prepare(nn.ReLU())) == "nothing_to_quantise"
    assert code(lambda: prepare(seeded(Residual))(images(2))) == "not_calibrated"
