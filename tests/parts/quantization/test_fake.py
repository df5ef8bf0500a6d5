from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from hanok.parts.quantization.fake import fake_activations, fake_weights, grid, weight_codes, weight_scale  # noqa: E402


def drawn(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(st.integers(2, 8), st.sampled_from([0, 1, None]), st.integers(0, 99))
def test_rounded_weights_are_codes_times_scale(bits: int, axis: int | None, seed: int) -> None:
    weights = drawn(seed, 4, 3, 2)
    scale = weight_scale(weights, bits, axis)
    codes = weight_codes(weights, scale, bits, axis)
    shape = [1, 1, 1]
    shape[axis or 0] = -1
    torch.testing.assert_close(fake_weights(weights, scale, bits, axis), codes * scale.reshape(shape))
    assert codes.abs().max() == 2 ** (bits - 1) - 1
    assert float((codes * scale.reshape(shape) - weights).abs().max() / scale.max()) <= 0.5 + 1e-5


def test_a_channel_of_zeros_stays_zero() -> None:
    weights = torch.tensor([[0.0, 0.0], [1.0, -2.0]])
    assert fake_weights(weights, weight_scale(weights, 4, 0), 4, 0)[0].tolist() == [0, 0]


def test_gradients_of_weights_pass_as_if_nothing_were_rounded() -> None:
    weights = drawn(0, 3, 4).requires_grad_()
    fake_weights(weights, weight_scale(weights, 2, 0), 2, 0).sum().backward()
    assert weights.grad is not None
    assert weights.grad.unique().tolist() == [1.0]


@given(st.integers(2, 8), st.floats(-5, 5), st.floats(0, 5), st.integers(0, 99))
def test_activations_are_rounded_to_at_most_half_a_step_and_zero_is_exact(
    bits: int, low: float, width: float, seed: int
) -> None:
    scale, zero_point = grid(torch.tensor([low]), torch.tensor([low + width]), bits)
    inside = torch.linspace(min(low, 0), max(low + width, 0), 50).reshape(1, -1)
    rounded = fake_activations(inside, scale, zero_point, bits)
    assert (
        float((rounded - inside).abs().max()) <= float(scale) * 1.001
    )  # half a step, and the zero point is rounded, too
    assert not fake_activations(torch.zeros(1, 3), scale, zero_point, bits).any()
    assert len(rounded.unique()) <= 2**bits


def test_gradients_of_activations_stop_at_the_ends_of_the_range() -> None:
    values = torch.tensor([[-1.0, 0.5, 3.0]], requires_grad=True)
    fake_activations(values, *grid(torch.tensor([0.0]), torch.tensor([2.0]), 4), 4).sum().backward()
    assert values.grad is not None
    assert values.grad.tolist() == [[0.0, 1.0, 0.0]]
