"""Batch normalisation as part of whole-number weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from torch import nn

from hanok.parts.quantization.fake import reach
from hanok.parts.quantization.program import Array, Floats
from hanok.parts.quantization.weights import original, rounding

LARGEST_BIAS = float(2**30)


def folded(norm: nn.Module) -> dict[str, Array]:
    """What a normalisation has learnt, float32."""
    names = {"running_mean": "mean", "running_var": "variance", "weight": "weight", "bias": "bias"}
    found: dict[str, Array] = {}
    size: Any = norm.num_features if hasattr(norm, "num_features") else norm.normalized_shape
    for name, short in names.items():
        if name.startswith("running") and not hasattr(norm, name):
            continue
        value = getattr(norm, name, None)
        default = np.ones if short in ("weight", "variance") else np.zeros
        found[short] = default(size, np.float32) if value is None else value.detach().numpy().astype(np.float32)
    return found


def factors(norm: nn.Module) -> tuple[Floats, Floats]:
    """Batch normalisation as x · factor + offset of each channel."""
    parts = {name: array.astype(np.float64) for name, array in folded(norm).items()}
    factor = parts["weight"] / np.sqrt(parts["variance"] + norm.eps)  # type: ignore[operator]
    return factor, parts["bias"] - parts["mean"] * factor


def whole_weights(layer: nn.Module, norm: nn.Module | None = None, unit: float = 1.0) -> dict[str, Array]:
    """Codes, their scale per channel and the bias of a layer, with batch normalisation in them.

    Parameters
    ----------
    layer : Module
        Its weights are rounded.
    norm : Module, optional
        Batch normalisation behind it.
    unit : float
        The smallest scale of what the layer reads: the bias must fit 32 bits in units of it.

    Source
    ------
    Jacob et al. 2018, section 3.2, the other way about: codes are symmetric, so the factor of a channel is its sign
    and a change of scale; no weight is rounded again.
    """
    fake = rounding(layer)
    assert fake
    codes, scale = (part.numpy() for part in fake.codes(original(layer)))
    finer = int(127 // reach(fake.bits))  # a byte is stored anyway, and biases are rounded to finer units
    codes, scale = codes * np.int8(finer), scale.astype(np.float64) / finer
    given = getattr(layer, "bias", None)
    bias = np.zeros(len(codes)) if given is None else given.detach().numpy().astype(np.float64)
    if norm is not None:
        factor, offset = factors(norm)
        signs = np.where(factor < 0, -1, 1).astype(np.int8).reshape(-1, *[1] * (codes.ndim - 1))
        codes, scale, bias = codes * signs, scale * np.abs(factor), bias * factor + offset
    least = np.maximum(np.abs(bias) / (unit * LARGEST_BIAS), np.finfo(np.float32).tiny * 2**20)
    if isinstance(layer, nn.Embedding):
        return {"weight": codes, "weight_scale": scale.astype(np.float32)}
    tiny = scale < least  # a channel that is almost its bias alone
    shrinking = np.where(tiny, scale / least, 1.0).reshape(-1, *[1] * (codes.ndim - 1))
    shrunk = np.rint(codes * shrinking)
    return {
        "weight": shrunk.astype(np.int8),
        "weight_scale": np.where(tiny, least, scale).astype(np.float32),
        "bias": bias,
    }
