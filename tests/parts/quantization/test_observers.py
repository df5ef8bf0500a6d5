from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from hanok.core.problem import Problem  # noqa: E402
from hanok.parts.quantization.grouping import Grouping  # noqa: E402
from hanok.parts.quantization.observers import BATCH, granular, least_error  # noqa: E402
from hanok.parts.quantization.quantizer import Quantizer, check_finite  # noqa: E402
from hanok.parts.quantization.recipe import OBSERVERS, KMeans, Recipe  # noqa: E402


def quantizer(observer: str, bits: int = 8, momentum: float = 0.99, **more: bool) -> Quantizer:
    return Quantizer("x", bits, Recipe(observer=observer, momentum=momentum), Grouping(None), **more)


def activations(n: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 3, 4, generator=torch.Generator().manual_seed(seed))


def test_every_observer_has_a_statistic() -> None:
    assert set(BATCH) == set(OBSERVERS)


@settings(max_examples=30)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 99))
def test_a_granular_range_does_not_depend_on_the_size_of_batches(n: int, batch: int, seed: int) -> None:
    values = activations(n, seed)
    whole, parts = quantizer("granular_ema"), quantizer("granular_ema")
    for one, size in ((whole, n), (parts, batch)):
        one.recording = True
        for part in values.split(size):
            one(part)
    low, high = granular(values, 8)
    for one in (whole, parts):
        torch.testing.assert_close((one.low[0], one.high[0]), (low, high), rtol=1e-4, atol=1e-5)


def test_the_range_of_a_batch_maximum_grows_with_the_batch_and_one_sample_can_decide_it() -> None:
    values = activations(256)
    values[7] *= 50
    ranges = {}
    for observer in ("ema", "granular_ema"):
        for size in (16, 256):
            one = quantizer(observer)
            one.recording = True
            for part in values.split(size):
                one(part)
            ranges[observer, size] = float(one.high[0])
    assert ranges["ema", 256] > 5 * ranges["ema", 16]
    assert ranges["granular_ema", 256] == pytest.approx(ranges["granular_ema", 16])
    assert ranges["granular_ema", 256] < ranges["ema", 16]


def test_the_first_batch_sets_the_range_and_then_momentum_holds_it() -> None:
    one = quantizer("ema", momentum=0.9)
    one(torch.tensor([[0.0, 1.0]]))
    assert one.high.tolist() == [1.0]
    for _ in range(50):
        one(torch.tensor([[0.0, 1.0]]))
    one(torch.tensor([[0.0, 2.0]]))
    assert one.high.tolist() == [pytest.approx(1.1)]


def test_minmax_only_grows() -> None:
    one = quantizer("minmax")
    for values in ([[-1.0, 1.0]], [[-3.0, 0.5]], [[0.0, 2.0]]):
        one(torch.tensor(values))
    assert (one.low.tolist(), one.high.tolist()) == ([-3.0], [2.0])


def test_a_percentile_leaves_out_what_is_rare() -> None:
    values = torch.linspace(-1, 1, 10_000).reshape(1, -1)
    values[0, 5] = 1000.0
    one = quantizer("percentile")
    one(values)
    assert float(one.high[0]) < 1.01
    assert -1.0 < float(one.low[0]) < -0.99


def test_the_range_of_least_error_has_less_error_than_the_whole() -> None:
    values = torch.randn(4, 500, generator=torch.Generator().manual_seed(0))
    errors = {}
    for observer in ("minmax", "mse"):
        one = quantizer(observer, bits=3)
        errors[observer] = float((one(values) - values).square().mean().detach())
    assert errors["mse"] < 0.8 * errors["minmax"]
    low, high = least_error(values, 3)
    assert float(high) < float(values.max())
    assert float(low) > float(values.min())


def test_a_learnt_step_has_a_gradient_and_learns() -> None:
    values = torch.randn(64, 30, generator=torch.Generator().manual_seed(0))
    one = quantizer("lsq", bits=3)
    one(values)
    assert one.scale is not None
    one.scale.data.mul_(3)
    optimiser = torch.optim.Adam(one.parameters(), 0.05)
    errors = []
    for _ in range(60):
        error = (one(values) - values).square().mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(float(error.detach()))
    assert errors[-1] < 0.9 * errors[0]
    assert one.grids()[1].tolist() == [4]


def test_the_gradient_of_a_learnt_step_is_that_of_the_paper() -> None:
    """Equation 3: within the grid round(v/s) - v/s, beyond it the last code; times 1 / sqrt(N Q)."""
    one = quantizer("lsq", bits=2, unsigned=True)
    one.seen.fill_(1)
    one.eval()
    one(torch.tensor([[0.3, 1.6, 9.0, -2.0]])).sum().backward()
    assert one.scale is not None
    assert one.scale.grad is not None
    expected = ((0 - 0.3) + (2 - 1.6) + 3 + 0) / (4 * 3) ** 0.5
    assert one.scale.grad.tolist() == [pytest.approx(expected)]


@pytest.mark.parametrize("observer", OBSERVERS)
def test_what_is_never_negative_has_zero_point_0_and_zero_stays_zero(observer: str) -> None:
    one = quantizer(observer, bits=4, unsigned=True)
    values = torch.relu(activations(20))
    rounded = one(values)
    assert one.grids()[1].tolist() == [0]
    assert not rounded[values == 0].any()
    one = quantizer(observer, bits=4)
    rounded = one(activations(20))
    assert not one(torch.zeros(2, 3, 4)).any()
    assert len(rounded.unique()) <= 16


@pytest.mark.parametrize("observer", OBSERVERS)
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_activations_that_are_no_numbers_are_named(observer: str, bad: float) -> None:
    one = quantizer(observer)
    one(torch.tensor([[-1.0, 2.0]]))
    before = [part.clone() for part in one.grids()]
    one(torch.tensor([[1.0, bad]]))
    with pytest.raises(Problem, match="x: found NaN or infinity") as problem:
        check_finite([one])
    assert problem.value.code == "nan_activations"
    assert all(torch.equal(a, b) for a, b in zip(before, one.grids(), strict=True))  # and nothing was learnt of them
    check_finite([one])


def test_what_was_never_seen_is_not_rounded() -> None:
    one = quantizer("ema").eval()
    with pytest.raises(Problem) as problem:
        one(activations(2))
    assert (problem.value.code, problem.value.where) == ("not_calibrated", "x")


def test_each_sample_of_a_mixed_batch_has_the_range_of_its_group() -> None:
    grouping = Grouping(KMeans(k=3))
    one = Quantizer("x", 2, Recipe(clusters=KMeans(k=3)), grouping, unsigned=True)
    grouping.ids = torch.tensor([2, 0, 2, 0])
    values = torch.tensor([[6.0, 1.0], [0.5, 0.6], [3.0, 9.0], [0.9, 0.3]])
    one(values)
    assert one.high.tolist() == [pytest.approx(0.75), 0.0, pytest.approx(7.5)]
    one.eval()
    alone = [Quantizer("x", 2, Recipe(), Grouping(None), unsigned=True) for _ in range(2)]
    for group, rows in enumerate(([1, 3], [0, 2])):
        torch.testing.assert_close(alone[group](values[rows]), one(values)[rows])
    grouping.ids = torch.tensor([1, 0, 2, 0])
    with pytest.raises(Problem, match="no range"):
        one(values)
    grouping.ids = torch.tensor([1, 0])
    with pytest.raises(Problem, match="groups of 2 samples and 4 activations"):
        one(values)
