"""An ONNX network made smaller weight by weight, as far as a stated loss allows. Needs onnx, not torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from hanok.core.problem import Problem
from hanok.parts.onnx_graph import operations
from hanok.parts.onnx_graph.build import library
from hanok.parts.quantization.narrowing import (
    OVERHEAD,
    coarser,
    narrowed,
    weights,
    widened,
    width,
    with_weights,
)
from hanok.parts.quantization.program import Array
from hanok.parts.quantization.runner import Runner
from hanok.parts.quantization.slimming import slimmed
from hanok.parts.quantization.static import static

if TYPE_CHECKING:
    import onnx

Quality = Callable[[Array], float]
Reported = Callable[..., None]

SAMPLES = 512
"""Inputs that ranges are found with."""
LOWER = (4, 2)
"""Bits that weights may come to have."""


class Price(NamedTuple):
    """What a file takes, and how good it is."""

    bytes: int
    quality: float


@dataclass(frozen=True)
class Smaller:
    """What `smaller` gives.

    Parameters
    ----------
    model : bytes
        The file; any onnxruntime runs it.
    before, after : Price
        Of the file as it was given, and as it is now.
    bits : mapping of str to (int, int, int)
        Of each weight: how many numbers, their bits before and now; floats have 32.
    """

    model: bytes
    before: Price
    after: Price
    bits: Mapping[str, tuple[int, int, int]]


def smaller(
    model: bytes,
    inputs: Sequence[Array],
    quality: Quality,
    *,
    most_lost: float,
    batch: int = 0,
    report: Reported | None = None,
) -> Smaller:
    """Take bits from the weights of an ONNX file as long as its answers stay good enough.

    A network of floats is slimmed and quantised to 8 bits first. Then, weight by weight, 8 bits become 4, and 4
    become 2: in the order of how much answers change for a byte saved, each step kept if the whole network still
    keeps to the loss. Activations stay as they are.

    Parameters
    ----------
    model : bytes
        Of floats, or of whole numbers as `IntegerModel.export` or onnxruntime's quantiser write it.
    inputs : sequence of array (n, ...)
        For each input of the model, items that its answers are judged on; they are not to be those of the test.
    quality : callable
        ``quality(answers) -> float`` of the first output for all items, (n, ...): more is better.
    most_lost : float
        How much less the quality may be than that of the file as it is given.
    batch : int
        How many items the model wants at once; 0: any number.
    report : callable, optional
        Told ``report(step, total, quality=...)``, as `Run.report` is; raises to stop.

    Returns
    -------
    Smaller

    Raises
    ------
    Problem
        ``cannot_optimize``: nothing is smaller at that price, or weights are unsigned; ``cannot_quantise``.
    Unavailable
        The package onnx is not installed.

    Example
    -------
    >>> import torch
    >>> _ = torch.manual_seed(0)
    >>> net = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 4))
    >>> from hanok.parts.quantization import calibrate, convert, prepare
    >>> q, items = prepare(net), torch.randn(200, 64)
    >>> calibrate(q, [items])
    >>> model = convert(q).model().SerializeToString()
    >>> right = net(items).argmax(1).numpy()
    >>> found = smaller(model, [items.numpy()], lambda y: float((y.argmax(1) == right).mean()), most_lost=0.1)
    >>> len(found.model) < len(model), found.before.quality - found.after.quality <= 0.1
    (True, True)

    Source
    ------
    The order by loss for a byte is that of greedy knapsack solutions. What a weight's step is, is found anew for each
    weight (least squared error of its codes); scales, and so biases, stay.
    """
    parsed = library().load_model_from_string(model)
    start = Price(len(model), quality(Runner(model).each(inputs, batch)))
    whole = widened(parsed)
    floats = not weights(whole)
    if floats and {"QuantizeLinear", "DequantizeLinear"} & operations(whole).keys():
        raise Problem("cannot_optimize", "found whole-number weights that are not signed bytes", hint="give floats")
    if floats:
        found = static(slimmed(parsed).model, [one[:SAMPLES] for one in inputs], batch)
        whole = library().load_model_from_string(found)
    search = _Search(whole, inputs, quality, start.quality - most_lost, batch)
    bits = dict(search.bits)
    if search.best >= search.least:
        search.go(report or _silent)
    content = narrowed(search.model).SerializeToString()
    gained = (floats or search.bits != bits) and len(content) < len(model)
    if search.best < search.least or not gained:
        wanted = f"expected one whose quality is {search.least:.4g} or more; this one has {start.quality:.4g}"
        raise Problem("cannot_optimize", f"found nothing smaller; {wanted}", hint="allow a larger loss")
    table = {
        name: (codes.size, 32 if floats else bits[name], search.bits[name]) for name, codes in search.codes.items()
    }
    return Smaller(content, start, Price(len(content), search.best), table)


class _Search:
    """Lowers weights, one step after another."""

    def __init__(
        self, model: onnx.ModelProto, inputs: Sequence[Array], quality: Quality, least: float, batch: int
    ) -> None:
        self.model, self.inputs, self.quality, self.least, self.batch = model, inputs, quality, least, batch
        self.codes = weights(model)
        self.bits = {name: width(codes)[0] for name, codes in self.codes.items()}
        self.given = self._answers(model)
        self.best = quality(self.given)
        self._waiting = {name: [bits for bits in LOWER if self._saved(name, bits) > 0] for name in self.codes}
        self._cost = dict.fromkeys(self.bits.items(), 0.0)

    def go(self, report: Reported) -> None:
        """Measure every step alone, then take them, the cheapest for a byte first."""
        steps = [(name, bits) for name, waiting in self._waiting.items() for bits in waiting]
        for at, (name, bits) in enumerate(steps, 1):
            changed = self._answers(self._lowered(name, bits))
            self._cost[name, bits] = float(((changed - self.given) ** 2).mean())
            report(at, 2 * len(steps), quality=self.best)
        for at in range(len(steps) + 1, 2 * len(steps) + 1):
            if ready := [name for name, waiting in self._waiting.items() if waiting]:
                self._take(min(ready, key=self._price))
            report(at, 2 * len(steps), quality=self.best)

    def _take(self, name: str) -> None:
        """The next step of a weight, if the network then still keeps to the loss; else the weight stays as it is."""
        bits = self._waiting[name].pop(0)
        changed = self._lowered(name, bits)
        found = self.quality(self._answers(changed))
        if found >= self.least:
            self.model, self.best, self.bits[name] = changed, found, bits
        else:
            self._waiting[name] = []

    def _price(self, name: str) -> float:
        """Of the next step, for a byte saved."""
        bits = self._waiting[name][0]
        return (self._cost[name, bits] - self._cost[name, self.bits[name]]) / self._saved(name, bits)

    def _saved(self, name: str, bits: int) -> int:
        """Bytes of the file."""
        taken = [self.codes[name].size * one // 8 + OVERHEAD[one] for one in (self.bits[name], bits)]
        return taken[0] - taken[1]

    def _lowered(self, name: str, bits: int) -> onnx.ModelProto:
        return with_weights(self.model, {name: coarser(self.codes[name], bits)})

    def _answers(self, model: onnx.ModelProto) -> Array:
        return Runner(model.SerializeToString()).each(self.inputs, self.batch)


def _silent(step: int, total: int, **metrics: float) -> None:
    """Nobody listens."""
