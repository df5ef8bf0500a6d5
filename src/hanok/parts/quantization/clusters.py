"""Groups of inputs, without torch: what serves a model whose groups have ranges of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.quantization.program import Array, Floats32, Ints


def squares(size: int, patches: int) -> list[slice]:
    """Where `patches` parts of an axis begin and end; they overlap by one where the size is no multiple."""
    return [slice(p * size // patches, -(-(p + 1) * size // patches)) for p in range(patches)]


@dataclass(frozen=True, eq=False)
class Clusters:
    """Nearest centroid of the means of squares, then a table from centroids to groups.

    Parameters
    ----------
    centroids : array (n, channels · patches²), float32
    table : array (n,), int64
    patches : int
    """

    centroids: Floats32
    table: Ints
    patches: int
    _lengths: Floats32 = field(init=False, repr=False)  # (1, n), squared
    _maps: dict[tuple[int, ...], tuple[Floats32, Floats32]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lengths", (self.centroids**2).sum(axis=1, keepdims=True).T)

    def assign(self, images: Array) -> Ints:
        """The group of each image, (B, C, H, W) to (B,).

        Raises
        ------
        Problem
            ``no_images``.
        """
        columns, near = self._maps.get(images.shape[1:]) or self._map(images.shape)
        means = images.reshape(-1, len(columns)).dot(columns)  # (B · C · H, patches)
        nearness = means.reshape(len(images), -1).dot(near)  # (B, n)
        nearness -= self._lengths
        found: Ints = self.table.take(nearness.argmax(axis=1))
        return found

    def _map(self, shape: tuple[int, ...]) -> tuple[Floats32, Floats32]:
        """What takes rows of an image to means of their parts, (W, patches), and these to 2 · description · centroids.

        Of |d - c|² = |d|² - 2 d · c + |c|² the first differs between images only. As two products this costs next to
        nothing beside a small network; means and distances in NumPy cost a tenth of one.
        """
        if len(shape) != 4 or shape[1] * self.patches**2 != self.centroids.shape[1]:
            channels = self.centroids.shape[1] // self.patches**2
            raise Problem("no_images", f"found shape {shape}; expected (B, {channels}, H, W)", "clusters")
        rows, columns = (np.zeros((size, self.patches), np.float32) for size in shape[2:])
        for matrix in (rows, columns):
            for place, square in enumerate(squares(len(matrix), self.patches)):
                matrix[square, place] = 1 / (square.stop - square.start)
        centroids = self.centroids.reshape(len(self.centroids), -1, self.patches, self.patches)
        near = 2 * np.einsum("hp,ncpq->chqn", rows, centroids).reshape(-1, len(centroids))
        self._maps[shape[1:]] = columns, np.ascontiguousarray(near, np.float32)
        return self._maps[shape[1:]]

    def dumps(self) -> str:
        """As JSON."""
        return json.dumps({"centroids": self.centroids.tolist(), "table": self.table.tolist(), "patches": self.patches})

    @classmethod
    def loads(cls, text: str) -> Self:
        """The mirror of `dumps`."""
        found = json.loads(text)
        return cls(np.array(found["centroids"], np.float32), np.array(found["table"], np.int64), int(found["patches"]))


def parts(groups: Ints) -> list[tuple[int, npt.NDArray[np.int64]]]:
    """Each group that is there, and where."""
    return [(int(group), np.flatnonzero(groups == group)) for group in np.unique(groups)]
