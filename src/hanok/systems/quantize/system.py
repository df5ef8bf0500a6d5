"""The quantize room: a network and images in, a smaller network out, served as a classifier of images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

from hanok.core.contract import Fold, Objective, System
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.systems.quantize import files
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data, Sources
from hanok.systems.quantize.folds import cut
from hanok.systems.quantize.items import Answer, Photo, Right
from hanok.systems.quantize.reading import read
from hanok.systems.quantize.room import Room

Happened = Event[Photo, Answer, Right]

UNSURE = 0.5
"""Probability of the first class below which a person should look."""


class Quantize(System[Config, Sources, Data, Photo, Answer, Right]):
    """Makes a classifier of images small: weights and activations become whole numbers of few bits.

    The network is the user's torch model or ONNX file, or a small one of the room's own. What is judged and served is
    the exported file.

    Example
    -------
    >>> import numpy as np
    >>> from hanok.parts.image import thumbnail
    >>> rng = np.random.default_rng(0)
    >>> images = rng.integers(0, 80, (80, 8, 8, 1)).astype(np.uint8)
    >>> images[::2, 2:6, 2:6] += 150
    >>> data = Data.of(images, ["square", "nothing"] * 40)
    >>> fold = next(iter(Quantize.folds(data, Config(), seed=0)))
    >>> room = Quantize(Config(study="none")).fit(fold.train, fold.valid, Run(threads=1))
    >>> room(Photo(image=thumbnail(np.repeat(images[0], 3, axis=2), 8, format="png"))).label
    'square'
    """

    name: ClassVar[str] = "quantize"
    title: ClassVar[str] = "Quantize"
    summary: ClassVar[str] = "Makes your network smaller and faster with whole numbers, and says what that costs."
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("accuracy"), Objective("log loss", maximize=False))
    needs: ClassVar[tuple[str, ...]] = ("torch", "onnx")

    room: Room

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Images of one size with their classes; the network's file where there is one."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """Images that were not learnt from, of each class alike."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Train the network or take it over, quantise it, and measure on `valid` what that costs.

        Raises
        ------
        Problem
            The network does not fit the images or cannot be quantised as asked; a budget is not kept.
        Unavailable
            torch or onnx is not installed.
        """
        from hanok.systems.quantize.fitting import furnish

        self.room = furnish(train, valid, self.config, run)
        return self

    def learn(self, fold: Fold[Data], events: Sequence[Happened], run: Run) -> Self:
        """A new system, trained again with the images whose class people named."""
        from hanok.systems.quantize.learning import told_since

        train, told = told_since(fold, self.config, self.room.told, events)
        new = type(self)(self.config, ledger=self.ledger).fit(train, fold.valid, run)
        new.room = replace(new.room, told=told)
        return new

    def optimize(self, calibration: Data, run: Run) -> Self:
        """A new system whose weights take fewer bits, layer by layer, as far as `most_lost` of the accuracy allows.

        Raises
        ------
        Problem
            ``cannot_optimize``: nothing can be gained at that price.
        Unavailable
            onnx is not installed.
        """
        from hanok.systems.quantize.optimization import optimized

        new = type(self)(self.config, ledger=self.ledger)
        new.room = optimized(self.room, calibration, self.config, run)
        return new

    @classmethod
    def reward(cls, event: Happened) -> float | None:
        """1 where the answer was the right class."""
        return None if event.feedback is None else float(event.feedback.label == event.output.label)

    def predict(self, batch: Sequence[Photo]) -> Sequence[Answer | Problem]:
        """Classes of each image, the likeliest first."""
        return self.room.answers(batch)

    def review(self, item: Photo, output: Answer) -> str | None:
        """Answers that are less likely than not."""
        first = output.classes[0]
        return f"unsure: {first.label} {first.probability:.2f}" if first.probability < UNSURE else None

    def evaluate(self, data: Data) -> Report:
        """Accuracy of the exported file, and what other ways of quantising gave."""
        from hanok.systems.quantize.report import report

        return report(self.room, data)

    def save(self, folder: Path) -> None:
        """The network as ONNX, texts as JSON."""
        files.write(folder, self.room)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.room = files.read(folder)
