"""The range of activations that one batch speaks for. Every observer takes (n, ...) and gives (lowest, highest)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from hanok.parts.quantization.fake import fake_activations, grid

Range = tuple[Tensor, Tensor]
PERCENT = 99.9
CANDIDATES = 24
"""Ranges that `mse` tries."""


def extremes(values: Tensor, bits: int) -> Range:
    """The smallest and largest value of the batch.

    Source
    ------
    Jacob et al. 2018, section 3.1. It grows with the batch: one outlier decides.
    """
    low, high = values.aminmax()
    return low, high


def granular(values: Tensor, bits: int) -> Range:
    """Means over samples of each sample's smallest and largest value.

    Does not depend on the size of batches: the mean over a set is the weighted mean over its parts. Outliers among
    the samples are clipped.

    Source
    ------
    "Granular EMA"; no paper describes it. What it changes in the averages of Jacob et al. 2018, section 3.1, is this
    statistic only.
    """
    axes = tuple(range(1, values.ndim))
    if not axes:
        return values.mean(), values.mean()
    return values.amin(axes).mean(), values.amax(axes).mean()


def percentile(values: Tensor, bits: int) -> Range:
    """What 99.9 % of the batch's values do not exceed, on either side."""
    flat = values.flatten()
    rank = max(1, round(len(flat) * PERCENT / 100))
    low, high = flat.aminmax()
    if bool(low < 0):
        low = flat.kthvalue(len(flat) + 1 - rank).values
    return low, flat.kthvalue(rank).values if rank < len(flat) else high


def least_error(values: Tensor, bits: int) -> Range:
    """The share of the batch's range whose grid has the smallest squared error."""
    low, high = values.aminmax()
    best, least = (low, high), torch.tensor(float("inf"), device=values.device)
    for share in torch.linspace(1.0, 0.2, CANDIDATES).tolist():
        scale, zero_point = grid((low * share).reshape(1), (high * share).reshape(1), bits)
        error = (fake_activations(values, scale, zero_point, bits) - values).square().mean()
        if bool(error < least):
            best, least = (low * share, high * share), error
    return best


BATCH: Mapping[str, Callable[[Tensor, int], Range]] = {
    "minmax": extremes,
    "ema": extremes,
    "granular_ema": granular,
    "percentile": percentile,
    "mse": least_error,
    "lsq": extremes,
}
"""What a batch says, by the observer's name."""
