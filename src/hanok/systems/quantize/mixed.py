"""Bits of weights layer by layer: the cheapest way into a budget. Needs torch."""

from __future__ import annotations

import copy

from hanok.core.problem import Problem
from hanok.core.report import Grid
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.weights import FakeWeights, original, rounding
from hanok.systems.quantize.data import Ints
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.sensitivity import losses
from hanok.systems.quantize.study import Cell

LEVELS = (8, 4, 2)
"""Bits of a layer, those that are packed without a gap."""


def layers(q: Quantized) -> dict[str, tuple[FakeWeights, int]]:
    """What rounds each layer's weights, and how many these are."""
    found = {name: (rounding(module), module) for name, module in q.net.named_modules()}
    return {name: (fake, original(module).numel()) for name, (fake, module) in found.items() if fake}


def assign(q: Quantized, images: Floats32, labels: Ints, size: int, most: float) -> None:
    """Give every layer the bits that keep the packed weights within a budget and cost least.

    All begin with 8 bits; then, again and again, the layer is lowered that adds the least loss for a byte saved, each
    measured alone, with no other rounded.

    Parameters
    ----------
    q : Quantized
        Calibrated; its bits are changed.
    images : array (n, channels, h, w)
        Of training: losses are measured on them.
    labels : array (n,)
        Places among the classes.
    size : int
        Bytes of the packed weights with 8 bits everywhere.
    most : float
        Bytes that are allowed.

    Raises
    ------
    Problem
        ``over_budget``: with the fewest bits it is still too large.

    Source
    ------
    The order by loss for a byte is that of greedy knapsack solutions; Dong et al. 2019, "HAWQ", order layers by
    curvature instead.
    """
    own = layers(q)
    cost = _costs(q, images, labels)
    level = dict.fromkeys(own, 0)
    while size > most:
        steps = {
            name: (cost[name][at + 1] - cost[name][at]) / _saved(own[name][1], at)
            for name, at in level.items()
            if at + 1 < len(LEVELS) and _saved(own[name][1], at)
        }
        if not steps:
            found = f"found {size} bytes with {LEVELS[-1]} bits in every layer; expected at most {most:g}"
            raise Problem("over_budget", found, "most_kb", "a smaller network, or a larger budget")
        name = min(steps, key=lambda one: steps[one])
        size -= _saved(own[name][1], level[name])
        level[name] += 1
    for name, (fake, _) in own.items():
        fake.bits = LEVELS[level[name]]


def _saved(numbers: int, level: int) -> int:
    """Bytes saved by the next level."""
    return numbers * (LEVELS[level] - LEVELS[level + 1]) // 8


def _costs(q: Quantized, images: Floats32, labels: Ints) -> dict[str, list[float]]:
    """The loss with one layer rounded to each level."""
    still = copy.deepcopy(q).eval()
    own = layers(still)
    found: dict[str, list[float]] = {name: [] for name in own}
    for bits in LEVELS:
        for fake, _ in own.values():
            fake.bits = bits
        for name, loss in losses(still, images, labels, {name: fake for name, (fake, _) in own.items()}).items():
            found[name].append(loss)
    return found


def table(q: Quantized) -> Grid:
    """Layers, how many weights they have, and of how many bits."""
    rows: list[list[Cell]] = [[name, numbers, fake.bits] for name, (fake, numbers) in layers(q).items()]
    return Grid(title="Layers", columns=["layer", "weights", "bits"], rows=rows)
