"""What rounding one layer alone costs. Needs torch."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import nn

from hanok.core.report import Chart, Series
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.quantizer import Quantizer
from hanok.parts.quantization.weights import FakeWeights, rounding
from hanok.systems.quantize.data import Ints
from hanok.systems.quantize.frame import Floats32

MOST = 256
"""Images that are looked at."""


def sensitivity(q: Quantized, images: Floats32, labels: Ints) -> list[Chart]:
    """Loss on validation images with one layer's weights, or one activation, rounded, less that with none rounded."""
    still = copy.deepcopy(q).eval()
    x, y = images[:MOST], labels[:MOST]
    none = losses(still, x, y, {})[""]
    weights = {name: fake for name, module in still.net.named_modules() if (fake := rounding(module))}
    activations = {quantizer.name: quantizer for quantizer in still.quantizers()}
    note = f"Cross-entropy of {len(x)} validation images, torch; above 0: rounding this alone makes answers worse."
    charts = []
    for name, found in (
        ("weights", losses(still, x, y, weights)),
        ("activations", losses(still, x, y, activations)),
    ):
        series = Series(name=name, x=list(found), y=[round(loss - none, 5) for loss in found.values()])
        title = f"Sensitivity to {name}"
        charts.append(Chart(title=title, kind="bar", x_label=name, y_label="loss added", series=[series], note=note))
    return charts


def losses(
    q: Quantized, images: Floats32, labels: Ints, parts: Mapping[str, FakeWeights | Quantizer]
) -> dict[str, float]:
    """Cross-entropy with one part rounded at a time and the others as they are; without parts, with none rounded.

    Parameters
    ----------
    q : Quantized
        A copy: what is rounded is switched, and its ranges may be observed anew.
    images : array (n, channels, h, w)
        As the network takes them.
    labels : array (n,)
        Places among the classes.
    parts : mapping of str to FakeWeights or Quantizer
        Of `q`.

    Returns
    -------
    dict of str to float
        By the same names; without parts by "".
    """
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    kept = [(part, part.low.clone(), part.high.clone(), part.seen.clone()) for part in q.quantizers()]
    every = [part for part in q.modules() if isinstance(part, FakeWeights | Quantizer)]
    found: dict[str, float] = {}
    asked: Mapping[str, FakeWeights | Quantizer | None] = parts or {"": None}
    for name, rounded in asked.items():
        for part in every:
            part.recording = part is not rounded
        with torch.no_grad():
            found[name] = float(nn.functional.cross_entropy(q(x), y))
        for part, low, high, seen in kept:
            part.low, part.high, part.seen = low.clone(), high.clone(), seen.clone()  # recording observes
    return found
