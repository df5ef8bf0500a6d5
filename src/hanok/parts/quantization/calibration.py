"""Ranges, groups and statistics from data, without training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from hanok.core.problem import Problem
from hanok.parts.quantization.grouping import describe
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.nnac import Merge, merge
from hanok.parts.quantization.recipe import NNAC

Inputs = tuple[Any, ...]


def ranges(model: Quantized, batches: Iterable[Any]) -> Merge | None:
    """What `calibrate` does."""
    given = several(batches)
    merged = groups(model, given) if model.grouping.settings else None
    for quantizer in model.quantizers():
        quantizer.seen.zero_()
    with model.recording():
        for batch in given:
            model(*inputs_of(batch, model.inputs))
    return merged


def statistics(model: Quantized, batches: Iterable[Any]) -> None:
    """What `recalibrate` does."""
    norms = [m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm) and m.track_running_stats]
    given, training = several(batches), model.training
    momenta = [norm.momentum for norm in norms]
    model.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches
        norm.train()
    with torch.no_grad():
        for batch in given:
            model(*inputs_of(batch, model.inputs))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
    model.train(training)


def several(batches: Iterable[Any]) -> Sequence[Any] | Iterable[Any]:
    """Batches that can be gone through more than once; at least one."""
    found = list(batches) if iter(batches) is batches else batches
    if next(iter(found), None) is None:
        raise Problem("empty_calibration", "found no batch; expected at least one to find ranges with", "batches")
    return found


def inputs_of(batch: Any, count: int) -> Inputs:
    """The inputs of a batch: a tensor is one, of a tuple or list it is as many as the model takes."""
    return tuple(batch[:count]) if isinstance(batch, tuple | list) else (batch,)


def groups(model: Quantized, batches: Iterable[Any]) -> Merge:
    """Find groups of inputs: k-means, and for NNAC merging."""
    settings = model.grouping.settings
    assert settings
    described = torch.cat([describe(inputs_of(batch, 1)[0], settings.patches).cpu() for batch in batches])
    if len(described) < settings.capacity:
        found = f"found {len(described)} images for {settings.capacity} clusters"
        raise Problem("too_few_samples", f"{found}; expected at least one each", "clusters", "ask for fewer clusters")
    centroids, near = _kmeans(described, settings.capacity, settings.seed)
    model.grouping.set(centroids, torch.arange(settings.capacity))
    sizes = near.bincount(minlength=settings.capacity)
    zeros = _zeros(model, batches) if isinstance(settings, NNAC) else []
    merged = merge([layer.cpu().numpy() for layer in zeros], sizes.numpy(), settings)
    model.grouping.set(centroids, torch.from_numpy(merged.table))
    return merged


def _kmeans(described: Tensor, k: int, seed: int) -> tuple[Tensor, Tensor]:
    from sklearn.cluster import KMeans  # type: ignore[import-untyped]  # slow to import, needed with clusters only

    distinct = len(torch.unique(described, dim=0))
    if distinct < k:
        raise Problem("too_few_samples", f"found {distinct} images that differ for {k} clusters", "clusters")
    fitted = KMeans(k, n_init=10, random_state=seed).fit(described.numpy())
    return torch.from_numpy(fitted.cluster_centers_).float(), torch.from_numpy(fitted.labels_).long()


def _zeros(model: Quantized, batches: Iterable[Any]) -> list[Tensor]:
    """How often each output of each ReLU is 0 in each group: of every layer (groups, n)."""
    counts: dict[nn.Module, Tensor] = {}

    def count(quantizer: nn.Module, inputs: Inputs, _: Tensor) -> None:
        ids = model.grouping.ids
        zero = (inputs[0] == 0).flatten(1).double()
        one_hot = nn.functional.one_hot(ids, model.grouping.settings.capacity).double()  # type: ignore[union-attr,arg-type]
        counts[quantizer] = counts.get(quantizer, 0) + one_hot.T @ zero

    hooks = [quantizer.register_forward_hook(count) for quantizer in model.quantizers() if quantizer.relu]
    if not hooks:
        raise Problem("no_relu", "found no ReLU; expected one to compare clusters by", "clusters", "use KMeans")
    try:
        with model.recording():
            for batch in batches:
                model(*inputs_of(batch, model.inputs))
    finally:
        for hook in hooks:
            hook.remove()
    return list(counts.values())
