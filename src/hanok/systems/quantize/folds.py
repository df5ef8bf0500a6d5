"""Cutting the images for an honest test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.systems.quantize.data import Data, Ints

UNSEEN = "unseen images"

SHARE = 0.15
"""Of each class for validation, and as many for the test."""

FEWEST = 20
"""Images that are needed."""


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """The one protocol.

    Parameters
    ----------
    data : Data
        As read: no image stands in it twice.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "unseen images": 15 % of each class for validation and for the test; of a class of fewer than three all are
        learnt from.

    Raises
    ------
    Problem
        ``too_few``: fewer than 20 images, or no two classes with three.
    """
    sizes = np.bincount(data.labels, minlength=len(data.classes))
    if len(data) < FEWEST or (sizes >= 3).sum() < 2:
        found = f"found {len(data)} images, of {int((sizes >= 3).sum())} classes three or more"
        raise Problem("too_few", f"{found}; expected at least {FEWEST} images, of two classes three", "images")
    part = np.zeros(len(data), np.int64)
    rng = np.random.default_rng(seed)
    for label, size in enumerate(sizes.tolist()):
        held = max(1, round(SHARE * size)) if size >= 3 else 0
        own = rng.permutation(np.flatnonzero(data.labels == label))
        part[own[:held]], part[own[held : 2 * held]] = 1, 2
    yield Fold(UNSEEN, *(data.take(_rows(part, number)) for number in range(3)))


def _rows(part: Ints, number: int) -> Ints:
    return np.flatnonzero(part == number)
