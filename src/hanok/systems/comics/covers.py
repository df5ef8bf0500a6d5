"""The covers: what they look like, as vectors, and small pictures of them to show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.image import Descriptors, load, thumbnail
from hanok.systems.comics.data import Catalogue

Floats32 = npt.NDArray[np.float32]

ASSETS = "assets"
SIZE = 240
"""Longer side of what is shown, in pixels."""


@dataclass(frozen=True)
class Pictures:
    """Small covers by name: in memory while they are new, in the artifact's folder afterwards."""

    folder: Path | None = None
    made: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put all of them below `folder`."""
        own = sorted(self.folder.iterdir()) if self.folder and self.folder.is_dir() else []
        pictures = self.made or {file.name: file.read_bytes() for file in own}
        if pictures:
            (folder / ASSETS).mkdir(exist_ok=True)
        for name, content in pictures.items():
            (folder / ASSETS / name).write_bytes(content)


class Seen(NamedTuple):
    """What the covers look like.

    `vectors` (n_items, d) has rows of length one, or zeros where there is no picture; `names` are those of the small
    covers, empty where there is none.
    """

    vectors: Floats32
    names: list[str]
    pictures: Pictures
    notes: list[str]


def look(catalogue: Catalogue, run: Run) -> Seen:
    """Describe every cover and make a small one of it; a file that is no picture counts as none and is named.

    What all covers have in common is taken off the vectors: any two pictures share greys and smooth patches, and
    would all be alike.
    """
    descriptors, n = Descriptors(), len(catalogue)
    vectors = np.zeros((n, descriptors.size), np.float32)
    names, pictures, broken = [""] * n, {}, []
    for number, path in enumerate(catalogue.covers):
        if path is not None:
            try:
                image = load(path)
                vectors[number] = descriptors.describe(image)
                names[number] = f"{number:06}-{_safe(catalogue.items[number])}.webp"
                pictures[names[number]] = thumbnail(image, SIZE)
            except Problem as problem:
                broken.append(str(problem))
        if number % 50 == 49 or number + 1 == n:
            run.report(number + 1, n)
    notes = [f"Covers that cannot be used count as none: {'; '.join(broken[:5])}."] if broken else []
    return Seen(_centred(vectors), names, Pictures(made=pictures), notes)


def _centred(vectors: Floats32) -> Floats32:
    """Without the mean of all, of length one again; zeros stay zeros."""
    there = np.asarray(vectors.any(axis=1))
    if there.sum() < 2:
        return vectors
    moved = np.where(there[:, None], vectors - vectors[there].mean(axis=0), 0)
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / np.where(lengths > 1e-4, lengths, np.inf)
    return unit.astype(np.float16).astype(np.float32)  # as precise as it is saved


def _safe(item: str) -> str:
    """Letters and digits of an id, so that a person can tell whose cover a file is; the number makes it distinct."""
    return re.sub(r"[^A-Za-z0-9]+", "-", item)[:40].strip("-") or "cover"
