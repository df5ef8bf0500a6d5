"""One way of quantising beside others, on validation images: accuracy of each file, its size and its latency here."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hanok.core.bootstrap import paired
from hanok.core.numbers import number, signed
from hanok.core.problem import Problem
from hanok.core.report import Chart, Grid, Series
from hanok.core.run import Run
from hanok.parts.quantization.runner import Runner
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Ints
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.study import Cell
from hanok.systems.quantize.ways import OBSERVERS, name_of, square, twin, wanted

if TYPE_CHECKING:
    from torch import nn

    from hanok.systems.quantize.ranges import Reach
    from hanok.systems.quantize.training import Made, Parts

Bools = npt.NDArray[np.bool_]

FLOAT = "float32"
TURNS = 21
"""Runs that a latency is the median of."""


class Tried(NamedTuple):
    """A file; the bytes of its packed weights, None where they are float; which validation images it gets right.

    Where it is drawn, how far its activations reach.
    """

    name: str
    onnx: bytes
    packed: int | None
    right: Bools
    reaches: Sequence[Reach] = ()

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return round(float(self.right.mean()), 4)


def tried(name: str, made: Made, parts: Parts, *, drawn: bool = True) -> Tried:
    """The exported file on validation images; `drawn` says whether its activations are looked at, too."""
    from hanok.systems.quantize.ranges import reaches

    found = reaches(made.q, parts.valid) if drawn else ()
    return Tried(name, made.onnx, made.packed, right(Runner(made.onnx), parts.valid, parts.valid_labels), found)


def right(runner: Runner, images: Floats32, labels: Ints, batch: int = 0) -> Bools:
    """Of which images a file names the class."""
    return np.asarray(runner.each([images], batch).argmax(axis=1) == labels)


def variants(model: nn.Module, parts: Parts, config: Config, run: Run) -> dict[Config, Tried | Problem]:
    """Every other way that is asked for; one that is impossible is its problem."""
    from hanok.systems.quantize.training import make

    found: dict[Config, Tried | Problem] = {}
    asked = [one for one in wanted(config) if one != config]
    for place, one in enumerate(asked, 1):
        try:
            made = make(model, parts, one, run.stage(name_of(one)))
            found[one] = tried(name_of(one), made, parts, drawn=one == twin(config))
        except Problem as problem:
            found[one] = problem
        run.report(place, len(asked))
    return found


@dataclass(frozen=True)
class Comparison:
    """The float network, the one that was made, and others; with milliseconds of one image each.

    Parameters
    ----------
    floats, own : Tried
    others : mapping of Config to Tried or Problem
    milliseconds : mapping of str to float
        By name.
    """

    floats: Tried
    own: Tried
    others: Mapping[Config, Tried | Problem]
    milliseconds: Mapping[str, float]

    @classmethod
    def of(
        cls, floats: Tried, own: Tried, others: Mapping[Config, Tried | Problem], images: Floats32, batch: int = 1
    ) -> Self:
        """Measure the latency of all, taking turns, one thread; `batch` images at once where a file wants these."""
        good = [floats, own, *(one for one in others.values() if isinstance(one, Tried))]
        image = np.repeat(images[:1], batch, axis=0)
        taken = [ms / batch for ms in milliseconds([Runner(one.onnx) for one in good], image)]
        return cls(floats, own, others, dict(zip([one.name for one in good], taken, strict=True)))

    def check(self, config: Config) -> None:
        """Hold the network that was made to its budget.

        Raises
        ------
        Problem
            ``over_budget``: then a tuner takes another, and nothing is published.
        """
        packed = self.own.packed
        of, kilobytes = ("the file", len(self.own.onnx)) if packed is None else ("packed weights", packed)
        for name, found, what, most in (
            ("most_kb", kilobytes / 1000, f"kB of {of}", config.most_kb),
            ("most_ms", self.milliseconds[self.own.name], "ms an image", config.most_ms),
        ):
            if most is not None and found > most:
                hint = "fewer bits, a smaller network, or a larger budget"
                raise Problem("over_budget", f"found {found:.4g} {what}; expected at most {most:g}", name, hint)

    def price(self) -> str:
        """What whole numbers cost and save, in a sentence."""
        lost = paired(self.own.right.astype(float), self.floats.right.astype(float))
        pairs = [(one.accuracy, len(one.onnx), self.milliseconds[one.name]) for one in (self.own, self.floats)]
        (ours, size, ms), (theirs, old_size, old_ms) = pairs
        between = f"{signed(lost.value)} [{signed(lost.low)}, {signed(lost.high)}]"
        return (
            f"The price, on {lost.n} validation images: accuracy {number(ours)}, with floats {number(theirs)} "
            f"({between}); {number(size, 'B')} instead of {number(old_size, 'B')}; {number(ms, 'ms')} an image instead "
            f"of {number(old_ms, 'ms')}."
        )

    @property
    def all(self) -> list[Tried]:
        """What could be made, this network second."""
        return [self.floats, self.own, *(one for one in self.others.values() if isinstance(one, Tried))]

    @property
    def notes(self) -> list[str]:
        """What could not be made."""
        return [f"Not tried: {name_of(c)}: {p}" for c, p in self.others.items() if isinstance(p, Problem)]

    def methods(self) -> Grid:
        """A row for each."""
        rows: list[list[Cell]] = []
        for one in self.all:
            packed = None if one.packed is None else round(one.packed / 1000, 2)
            kept = "this one" if one is self.own else ""
            ms = round(self.milliseconds[one.name], 3)
            rows.append([one.name, one.accuracy, round(len(one.onnx) / 1000, 2), packed, ms, kept])
        n = len(self.own.right)
        note = (
            f"Accuracy of the exported files on {n} validation images; latency of one image here, one thread, in turns."
        )
        columns = ["way", "accuracy", "file, kB", "packed weights, kB", "ms", ""]
        return Grid(title="Ways of quantising", columns=columns, rows=rows, note=note)

    def square(self, config: Config) -> list[Grid]:
        """Observers by clusters: what each adds, and both together."""
        if config.study == "none":
            return []
        cells = {key: self.own if one == config else self.others[one] for key, one in square(config).items()}
        clusters = sorted({k for _, k in cells})
        rows: list[list[Cell]] = []
        for observer in OBSERVERS:
            found = [cells[observer, k] for k in clusters]
            rows.append([observer, *(one.accuracy if isinstance(one, Tried) else None for one in found)])
        how = next(iter(square(config).values())).method
        note = f"Accuracy on validation images, {how}, W{config.weights}A{config.activations}."
        columns = ["observer", "no clusters", f"{clusters[-1]} clusters"]
        return [Grid(title="Observers and clusters", columns=columns, rows=rows, note=note)]

    def front(self) -> list[Chart]:
        """Accuracy against size and against latency; what nothing else beats in both, apart."""
        sizes = {one.name: (len(one.onnx) if one.packed is None else one.packed) / 1000 for one in self.all}
        label = "kB of weights, packed"
        return [self._drawn("Size", sizes, label), self._drawn("Latency", self.milliseconds, "ms of one image here")]

    def _drawn(self, title: str, cost: Mapping[str, float], label: str) -> Chart:
        """Both series as points, the best at each cost first."""
        best = [one for one in self.all if not any(_beats(other, one, cost) for other in self.all)]
        rest = [one for one in self.all if one not in best]
        series = [
            Series(name=name, x=[round(cost[one.name], 4) for one in part], y=[one.accuracy for one in part])
            for name, part in (("not beaten in both", best), ("beaten by another", rest))
            if part
        ]
        title = f"{title} and accuracy"
        return Chart(title=title, kind="scatter", x_label=label, y_label="accuracy, validation", series=series)


def _beats(one: Tried, other: Tried, cost: Mapping[str, float]) -> bool:
    ours, theirs = (one.accuracy, -cost[one.name]), (other.accuracy, -cost[other.name])
    return ours != theirs and ours[0] >= theirs[0] and ours[1] >= theirs[1]


def milliseconds(runners: Sequence[Runner], image: Floats32) -> list[float]:
    """Of each file with the same input; medians over turns."""
    taken = np.zeros((TURNS, len(runners)))
    for turn in range(TURNS):
        for place, runner in enumerate(runners):
            start = time.perf_counter()
            runner(image)
            taken[turn, place] = (time.perf_counter() - start) * 1000
    return [float(value) for value in np.median(taken, axis=0)]
