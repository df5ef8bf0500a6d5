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
from hanok.systems.quantize.data import Bytes, Data, Ints
from hanok.systems.quantize.frame import Floats32, Frame
from hanok.systems.quantize.items import Answer, Chance, Photo
from hanok.systems.quantize.study import Study

Floats = npt.NDArray[np.float64]

KNOWN = 20
"""Classes that a refusal names."""


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

    def places(self, data: Data) -> Ints:
        """Where the classes of images stand among the room's, by name, (n,).

        Raises
        ------
        Problem
            ``unknown_class``.
        """
        places = {name: place for place, name in enumerate(self.classes)}
        used = {data.classes[label] for label in data.labels.tolist()}
        if missing := [name for name in data.classes if name in used and name not in places]:
            found, known = ", ".join(map(repr, missing[:5])), ", ".join(self.classes[:KNOWN])
            raise Problem("unknown_class", f"found {found}; expected one of {known}", "images")
        return np.array([places[data.classes[label]] for label in data.labels.tolist()], np.int64)

    def probabilities(self, arrays: Floats32) -> Floats:
        """Of every class, (n, classes)."""
        return likely(self.runner.each([arrays], self.batch), self.probable)

    def _answer(self, chances: Floats, cluster: int | None, item: Photo) -> Answer:
        order = np.argsort(-chances, kind="stable")[: item.k].tolist()
        named = [Chance(label=self.classes[j], probability=round(float(chances[j]), 4)) for j in order]
        return Answer(label=named[0].label, classes=named, cluster=cluster)


def _opened(item: Photo) -> Pixels | Problem:
    try:
        return load(item.image, where="image")
    except Problem as problem:
        return problem


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
