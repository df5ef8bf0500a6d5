"""Everything an answer is made from, and how it is made; needs onnxruntime only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.image import Pixels, load
from hanok.parts.quantization.runner import Runner
from hanok.systems.quantize.data import Bytes, Ints
from hanok.systems.quantize.frame import Floats32, Frame
from hanok.systems.quantize.items import Answer, Chance, Photo
from hanok.systems.quantize.study import Study

Floats = npt.NDArray[np.float64]

CHUNK = 256
"""Images that are computed at once."""


class Told(NamedTuple):
    """Images that feedback added, (n, height, width, channels), and the places of their classes."""

    images: Bytes
    labels: Ints


@dataclass(frozen=True, eq=False)
class Room:
    """What was learnt.

    Parameters
    ----------
    onnx : bytes
        The network's file.
    frame : Frame
        What it takes.
    classes : sequence of str
    usual : int
        The commonest class of training.
    batch : int
        How many images it wants at once; 0: any number.
    probable : bool
        Whether its outputs are probabilities already.
    study : Study
        What was found on validation images while it was made.
    told : Told, optional
    """

    onnx: bytes
    frame: Frame
    classes: Sequence[str]
    usual: int
    batch: int
    probable: bool
    study: Study
    told: Told | None = None

    @cached_property
    def runner(self) -> Runner:
        """Runs the file."""
        return Runner(self.onnx)

    def answers(self, items: Sequence[Photo]) -> list[Answer | Problem]:
        """Classes of each image; what is no image is a problem of its own."""
        opened = [_opened(item) for item in items]
        images = [image for image in opened if not isinstance(image, Problem)]
        if not images:
            return [found for found in opened if isinstance(found, Problem)]
        arrays = self.frame.arrays(images)
        groups = self.runner.clusters.assign(arrays).tolist() if self.runner.clusters else [None] * len(images)
        good = [item for item, found in zip(items, opened, strict=True) if not isinstance(found, Problem)]
        rows = iter(zip(self.probabilities(arrays), groups, good, strict=True))
        return [found if isinstance(found, Problem) else self._answer(*next(rows)) for found in opened]

    def probabilities(self, arrays: Floats32) -> Floats:
        """Of every class, (n, classes)."""
        return likely(outputs(self.runner, arrays, self.batch), self.probable)

    def _answer(self, chances: Floats, cluster: int | None, item: Photo) -> Answer:
        order = np.argsort(-chances, kind="stable")[: item.k].tolist()
        named = [Chance(label=self.classes[j], probability=round(float(chances[j]), 4)) for j in order]
        return Answer(label=named[0].label, classes=named, cluster=cluster)


def _opened(item: Photo) -> Pixels | Problem:
    try:
        return load(item.image, where="image")
    except Problem as problem:
        return problem


def outputs(runner: Runner, arrays: Floats32, batch: int = 0) -> Floats32:
    """What a file gives for images, (n, classes), in pieces of the size that it wants."""
    size = batch or CHUNK
    found = []
    for start in range(0, len(arrays), size):
        part = arrays[start : start + size]
        lacking = size - len(part) if batch else 0
        filled = np.concatenate([part, np.repeat(part[-1:], lacking, axis=0)]) if lacking else part
        found.append(runner(filled)[: len(part)])
    return np.concatenate(found)


def likely(values: Floats32, probable: bool) -> Floats:
    """Probabilities: the softmax of outputs, or these as they are."""
    if probable:
        return np.clip(values.astype(np.float64), 0, 1)
    powers = np.exp(values.astype(np.float64) - values.max(axis=1, keepdims=True))
    found: Floats = powers / powers.sum(axis=1, keepdims=True)
    return found


def are_probabilities(values: Floats32) -> bool:
    """Whether rows are not negative and add up to 1."""
    return bool((values >= 0).all() and np.allclose(values.sum(axis=1), 1, atol=1e-3))
