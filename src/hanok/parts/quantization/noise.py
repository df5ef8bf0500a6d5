"""Which weights are quantised at one training step."""

from __future__ import annotations

import torch
from torch import Tensor

from hanok.parts.quantization.recipe import QuantNoise

BLOCK = 8
"""Inputs of a linear layer, or columns of an embedding, that are drawn together."""


def chance(noise: QuantNoise, step: int) -> float:
    """The probability at a training step, the first being 0."""
    if noise.ramp is None:
        return noise.p
    return min(1.0, noise.p + (1 - noise.p) * step / noise.ramp)


def mask(weights: Tensor, p: float) -> Tensor:
    """Where weights are quantised: whole kernels (out, in, ...), blocks of 8 of (out, in); to be broadcast.

    Source
    ------
    Fan et al. 2020, section 4.1. Drawn with torch's generator.
    """
    out, into = weights.shape[:2]
    if weights.ndim > 2:
        drawn = torch.rand(out, into, device=weights.device) < p
        return drawn.reshape(out, into, *([1] * (weights.ndim - 2)))
    blocks = torch.rand(out, -(-into // BLOCK), device=weights.device) < p
    return blocks.repeat_interleave(BLOCK, dim=1)[:, :into]
