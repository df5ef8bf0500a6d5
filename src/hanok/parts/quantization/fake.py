"""Rounding to a grid while values stay float, with gradients as if nothing had been rounded."""

from __future__ import annotations

import torch
from torch import Tensor

SMALLEST = 1e-12
"""Of a scale: what is all 0 needs one, too."""


def top(bits: int) -> int:
    """The largest code of an unsigned grid; the smallest is 0."""
    return int(2**bits - 1)


def reach(bits: int) -> int:
    """The largest code of a symmetric grid; the smallest is its negative, so a sign can change without loss."""
    return int(2 ** (bits - 1) - 1)


def weight_scale(weights: Tensor, bits: int, axis: int | None) -> Tensor:
    """The scale that brings the largest weight to the largest code: (n,) for n channels, (1,) where axis is None."""
    size = weights.detach().abs()
    largest = size.amax().reshape(1) if axis is None else size.transpose(0, axis).flatten(1).amax(1)
    return (largest / reach(bits)).clamp(min=SMALLEST)


def fake_weights(weights: Tensor, scale: Tensor, bits: int, axis: int | None) -> Tensor:
    """Weights rounded to a symmetric grid.

    Parameters
    ----------
    weights : Tensor, float
        Of any shape.
    scale : Tensor (n,) or (1,)
        As `weight_scale` gives.
    bits : int
        Of a code.
    axis : int or None
        The channels' axis; None: one scale.

    Source
    ------
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference",
    section 3, with the straight-through estimator of Bengio et al. 2013. Weights are symmetric here.
    """
    zeros, most = torch.zeros_like(scale, dtype=torch.int32), reach(bits)
    if axis is None:
        return torch.fake_quantize_per_tensor_affine(weights, scale, zeros, -most, most)
    return torch.fake_quantize_per_channel_affine(weights, scale, zeros, axis, -most, most)


def weight_codes(weights: Tensor, scale: Tensor, bits: int, axis: int | None) -> Tensor:
    """The same as whole numbers, int8."""
    most = reach(bits)
    shape = [1] * weights.ndim
    shape[axis or 0] = len(scale)
    return (weights.detach() / scale.reshape(shape)).round().clamp(-most, most).to(torch.int8)


def grid(low: Tensor, high: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Scale and zero point, int32, of the unsigned grid that spans a range and 0; any shape."""
    low, high = low.clamp(max=0.0), high.clamp(min=0.0)
    scale = ((high - low) / top(bits)).clamp(min=SMALLEST)
    return scale, (-low / scale).round().clamp(0, top(bits)).to(torch.int32)


def fake_activations(values: Tensor, scale: Tensor, zero_point: Tensor, bits: int) -> Tensor:
    """Activations rounded to an unsigned grid, the same for all samples or one for each.

    Parameters
    ----------
    values : Tensor (B, ...), float
        Rounded in float32.
    scale : Tensor (1,) or (B,)
        Of all samples, or of each.
    zero_point : Tensor, int32
        As many.
    bits : int
        Of a code.
    """
    if len(scale) == 1:
        return torch.fake_quantize_per_tensor_affine(values, scale, zero_point, 0, top(bits))
    return torch.fake_quantize_per_channel_affine(values, scale, zero_point, 0, 0, top(bits))


def learnt_step(values: Tensor, scale: Tensor, zero_point: Tensor, bits: int) -> Tensor:
    """As `fake_activations`, with a gradient for the scale.

    Parameters
    ----------
    values : Tensor (B, ...), float
        Rounded in float32.
    scale : Tensor (1,) or (B,)
        The step, learnt.
    zero_point : Tensor, int32
        As many.
    bits : int
        Of a code.

    Source
    ------
    Esser et al. 2020, "Learned Step Size Quantization", equations 1 to 3 and section 2.2 (gradient scale
    1 / sqrt(N Q)).
    """
    each = [-1] + [1] * (values.ndim - 1)
    size = 1.0 / (values[0].numel() * top(bits)) ** 0.5
    step = (scale * size + (scale * (1 - size)).detach()).reshape(each)
    zero = zero_point.reshape(each)
    codes = (values / step).clamp(-zero, top(bits) - zero)
    rounded: Tensor = (codes + (codes.round() - codes).detach()) * step
    return rounded
