"""Weights that are rounded whenever they are read."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import register_parametrization

from hanok.parts.quantization.fake import fake_weights, weight_codes, weight_scale
from hanok.parts.quantization.noise import chance, mask
from hanok.parts.quantization.recipe import FST, Recipe

LAYERS = (nn.Conv1d, nn.Conv2d, nn.Linear, nn.Embedding)
"""What has weights that are quantised; the channels are axis 0 of each."""


class FakeWeights(nn.Module):
    """Rounds the weights of one layer; the optimiser keeps training what they were before.

    Parameters
    ----------
    bits : int
    recipe : Recipe

    Attributes
    ----------
    recording : bool
        Round nothing.
    steps : Tensor, int64
        Training batches so far, for a ramp.
    """

    steps: Tensor

    def __init__(self, bits: int, recipe: Recipe) -> None:
        super().__init__()
        self.bits, self.axis, self.noise = bits, 0 if recipe.per_channel else None, recipe.weight_noise
        self.recording = False
        if self.noise:
            self.register_buffer("steps", torch.zeros((), dtype=torch.int64))

    def forward(self, weights: Tensor) -> Tensor:
        """The weights, rounded; (out, ...)."""
        if self.recording:
            return weights
        low = self._at(weights, self.bits)
        if not (self.noise and self.training):
            return low
        share = chance(self.noise, int(self.steps))
        self.steps += 1
        if share >= 1:
            return low
        rest = self._at(weights, self.noise.high) if isinstance(self.noise, FST) else weights
        return torch.where(mask(weights, share), low, rest)

    def codes(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """Whole numbers, int8, and the scale of each output channel, (out,)."""
        scale = weight_scale(weights, self.bits, self.axis)
        return weight_codes(weights, scale, self.bits, self.axis), scale.expand(weights.shape[0])

    def _at(self, weights: Tensor, bits: int) -> Tensor:
        return fake_weights(weights, weight_scale(weights, bits, self.axis), bits, self.axis)


def quantize_weights(layer: nn.Module, bits: int, recipe: Recipe) -> None:
    """Round the weights of a layer from now on; its class, bias and options stay."""
    fake = FakeWeights(bits, recipe).to(layer.weight.device).eval()  # type: ignore[arg-type]
    register_parametrization(layer, "weight", fake)  # runs it once
    fake.train(layer.training)


def rounding(layer: nn.Module) -> FakeWeights | None:
    """What rounds the weights of a layer, if anything does."""
    found = getattr(layer, "parametrizations", None)
    return found.weight[0] if found is not None and "weight" in found else None


def original(layer: nn.Module) -> Tensor:
    """Weights as the optimiser sees them."""
    weights = layer.parametrizations.weight.original if rounding(layer) else layer.weight  # type: ignore[union-attr]
    return weights.detach()  # type: ignore[operator]
