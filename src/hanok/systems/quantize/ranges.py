"""Where the ranges that were learnt end among the largest activations of single images. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from hanok.core.boxes import boxed
from hanok.core.report import Chart, Grid
from hanok.parts.quantization.fake import top
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.quantizer import Quantizer
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.study import Cell

Floats = npt.NDArray[np.float64]

TOGETHER = 4
"""Clusters in one chart."""


class Reach(NamedTuple):
    """Of an activation in a cluster: the largest value of each image, (n_images,), the end of its range, its step."""

    layer: str
    cluster: int
    largest: Floats
    trained: float
    step: float

    @property
    def cut(self) -> float:
        """The share of images with values that lose more than rounding takes anyway."""
        return float((self.largest > self.trained + self.step / 2).mean())


def reaches(q: Quantized, images: Floats32) -> list[Reach]:
    """Largest activations, image by image, before they are rounded."""
    largest: dict[Quantizer, list[Tensor]] = {}
    groups: dict[Quantizer, list[Tensor]] = {}

    def note(quantizer: nn.Module, inputs: tuple[Tensor, ...], _: Tensor) -> None:
        assert isinstance(quantizer, Quantizer)
        values = inputs[0].detach().flatten(1)
        ids = quantizer.groups_of(values)
        largest.setdefault(quantizer, []).append(values.amax(dim=1))
        groups.setdefault(quantizer, []).append(torch.zeros(len(values), dtype=torch.int64) if ids is None else ids)

    hooks = [quantizer.register_forward_hook(note) for quantizer in q.quantizers()]
    try:
        with torch.no_grad():
            for part in torch.split(torch.from_numpy(images), 256):
                q(part)
    finally:
        for hook in hooks:
            hook.remove()
    return [
        Reach(quantizer.name, cluster, torch.cat(found).double().numpy()[ids == cluster], *_end(quantizer, cluster))
        for quantizer, found in largest.items()
        for ids in [torch.cat(groups[quantizer]).numpy()]
        for cluster in np.unique(ids).tolist()
    ]


def _end(quantizer: Quantizer, cluster: int) -> tuple[float, float]:
    """The largest value that has a code, and the step between codes."""
    scale, zero_point = (float(part.detach()[cluster]) for part in quantizer.grids())
    return round(scale * (top(quantizer.bits) - zero_point), 4), scale


def range_charts(own: Sequence[Reach], twin: Sequence[Reach] = ()) -> list[Chart]:
    """A box for each layer and cluster, beside the trained end of its range.

    Parameters
    ----------
    own : sequence of Reach
        Of the network that was made.
    twin : sequence of Reach
        Of the same without clusters, or with: whichever is without stands beside every four clusters.

    Source
    ------
    The figure by which clusters were first argued for: the largest value of each image against the end that training
    found, for all images and for each cluster.
    """
    whole, split = sorted([own, twin], key=lambda found: len({one.cluster for one in found}))
    if len({one.cluster for one in split}) < 2:
        whole, split = own, []
    clusters = sorted({one.cluster for one in split})
    parts = [clusters[at : at + TOGETHER] for at in range(0, len(clusters), TOGETHER)] or [[]]
    return [
        _chart(whole, [one for one in split if one.cluster in part], part if len(parts) > 1 else []) for part in parts
    ]


def _chart(whole: Sequence[Reach], split: Sequence[Reach], part: Sequence[int]) -> Chart:
    """Series: all images, then cluster by cluster."""
    rows = {"all images": list(whole)} if whole else {}
    for one in split:
        rows.setdefault(f"cluster {one.cluster}", []).append(one)
    series = [
        boxed(
            f"{name} ({len(found[0].largest)})" if split else name,
            {one.layer: np.round(one.largest, 4) for one in found},
            [one.trained for one in found],
        )
        for name, found in rows.items()
    ]
    return Chart(
        title="Largest activations" + (f", clusters {part[0]} to {part[-1]}" if part else ""),
        kind="box",
        x_label="activation",
        y_label="largest value of an image",
        series=series,
        mark="trained end of the range",
        note="Validation images: half of them lie in the box. What lies above the trained end is cut off.",
    )


def cut_table(found: Sequence[Reach]) -> Grid:
    """How many images have values that are cut off."""
    rows: list[list[Cell]] = [
        [one.layer, one.cluster, len(one.largest), round(float(one.largest.max()), 4), one.trained, round(one.cut, 4)]
        for one in found
    ]
    columns = ["activation", "cluster", "images", "largest value", "trained end", "share of images cut"]
    note = (
        "Of each validation image the largest value counts: whether it is above the trained end by half a step or more."
    )
    return Grid(title="What ranges cut off", columns=columns, rows=rows, note=note)
