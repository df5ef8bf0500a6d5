"""Where the ranges that were learnt lie among the largest activations of single images. Needs torch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from hanok.core.report import Chart, Grid, Series
from hanok.parts.quantization.fake import top
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.quantizer import Quantizer
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.study import Cell

Floats = npt.NDArray[np.float64]


class Box(NamedTuple):
    """Of one activation in one cluster: five numbers of the largest value per image, and the end of its range."""

    layer: str
    cluster: int
    images: int
    quartiles: tuple[float, ...]
    trained: float


def boxes(q: Quantized, images: Floats32) -> list[Box]:
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
        _box(quantizer, cluster, torch.cat(found).double().numpy()[ids == cluster])
        for quantizer, found in largest.items()
        for ids in [torch.cat(groups[quantizer]).numpy()]
        for cluster in np.unique(ids).tolist()
    ]


def _box(quantizer: Quantizer, cluster: int, largest: Floats) -> Box:
    scale, zero_point = (part.detach()[cluster] for part in quantizer.grids())
    end = float(scale) * (top(quantizer.bits) - int(zero_point))
    quartiles = tuple(np.quantile(largest, [0, 0.25, 0.5, 0.75, 1]).round(4).tolist())
    return Box(quantizer.name, cluster, len(largest), quartiles, round(end, 4))


def range_charts(q: Quantized, images: Floats32) -> tuple[list[Grid], list[Chart]]:
    """The table of all boxes, and a chart for each cluster: the middle half of the images, and the trained end."""
    found = boxes(q, images)
    rows: list[list[Cell]] = [[b.layer, b.cluster, b.images, *b.quartiles, b.trained] for b in found]
    columns = [
        "activation",
        "cluster",
        "images",
        "least",
        "lower quarter",
        "median",
        "upper quarter",
        "most",
        "trained",
    ]
    note = "Of each validation image the largest value; what lies above the trained end is cut off."
    charts = []
    for cluster in sorted({box.cluster for box in found}):
        own = [box for box in found if box.cluster == cluster]
        names = [box.layer for box in own]
        parts = [np.array([box.quartiles[at] for box in own]).tolist() for at in (1, 2, 3)]
        charts.append(
            Chart(
                title=f"Largest activations, cluster {cluster}"
                if len(q.quantizers()[0].low) > 1
                else "Largest activations",
                kind="bar",
                x_label="activation",
                y_label="largest value of an image",
                series=[
                    Series(name="images, median and middle half", x=names, y=parts[1], low=parts[0], high=parts[2]),
                    Series(name="trained end", x=names, y=[box.trained for box in own]),
                ],
                note=note,
            )
        )
    return [Grid(title="Largest activations", columns=columns, rows=rows, note=note)], charts
