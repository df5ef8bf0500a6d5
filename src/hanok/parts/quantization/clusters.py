"""Groups of inputs, without torch: what serves a model whose groups have ranges of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
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

    def assign(self, images: Array) -> Ints:
        """The group of each image, (B, C, H, W) to (B,).

        Raises
        ------
        Problem
            ``no_images``.
        """
        if images.ndim != 4 or images.shape[1] * self.patches**2 != self.centroids.shape[1]:
            channels = self.centroids.shape[1] // self.patches**2
            raise Problem("no_images", f"found shape {images.shape}; expected (B, {channels}, H, W)", "clusters")
        rows, columns = (squares(size, self.patches) for size in images.shape[2:])
        means = [images[:, :, row, column].mean(axis=(2, 3)) for row in rows for column in columns]
        described = np.stack(means, axis=2).reshape(len(images), -1)  # (B, C · patches²)
        apart = described[:, None].astype(np.float64) - self.centroids
        found: Ints = self.table[(apart**2).sum(axis=2).argmin(axis=1)]
        return found

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
