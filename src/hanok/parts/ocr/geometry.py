"""Boxes, quadrilaterals and the homographies between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Points = npt.NDArray[np.float32]
"""(n, 2): x to the right, y down, in pixels."""

Homography = npt.NDArray[np.float64]
"""(3, 3), its last number 1."""


class Box(NamedTuple):
    """An upright rectangle of whole pixels; right and bottom are the first pixels outside.

    Example
    -------
    >>> Box(0, 0, 4, 2).iou(Box(2, 0, 6, 2))
    0.3333333333333333
    """

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """In pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """In pixels."""
        return self.bottom - self.top

    @property
    def area(self) -> int:
        """In pixels; of an empty box 0."""
        return max(self.width, 0) * max(self.height, 0)

    @property
    def centre(self) -> tuple[float, float]:
        """Of its middle, x and y."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            *(min(a, b) for a, b in zip(self[:2], other[:2], strict=True)),
            *(max(a, b) for a, b in zip(self[2:], other[2:], strict=True)),
        )

    def common(self, other: Box) -> Box:
        """What both cover; without anything in common its area is 0."""
        return Box(
            *(max(a, b) for a, b in zip(self[:2], other[:2], strict=True)),
            *(min(a, b) for a, b in zip(self[2:], other[2:], strict=True)),
        )

    def iou(self, other: Box) -> float:
        """What both cover as a share of what either covers."""
        common = self.common(other).area
        return common / (self.area + other.area - common) if common else 0.0

    def grown(self, x: float, y: float, shape: tuple[int, ...]) -> Box:
        """With more room on each side, within an image of that shape (height, width, …)."""
        left, top = max(round(self.left - x), 0), max(round(self.top - y), 0)
        return Box(left, top, min(round(self.right + x), shape[1]), min(round(self.bottom + y), shape[0]))

    def quad(self) -> Quad:
        """Its corners."""
        left, top, right, bottom = self
        return Quad(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32))


@dataclass(frozen=True, eq=False)
class Quad:
    """Four corners in a picture, clockwise from upper left; they may lie outside it.

    Parameters
    ----------
    corners : array (4, 2), float32
        x and y in pixels.

    Raises
    ------
    Problem
        Not four finite corners.

    Example
    -------
    >>> Quad.of([(0, 0), (4, 0), (4, 2), (0, 2)]).area
    8.0
    """

    corners: Points

    def __post_init__(self) -> None:
        if self.corners.shape != (4, 2) or not np.isfinite(self.corners).all():
            found = f"corners of shape {self.corners.shape}, or not finite"
            raise Problem("wrong_shape", f"{found}; expected four times x and y", "quad")

    def ends(self) -> Points:
        """The middles of its left side, of itself, and of its right side: (3, 2)."""
        left, right = (self.corners[0] + self.corners[3]) / 2, (self.corners[1] + self.corners[2]) / 2
        return np.stack([left, (left + right) / 2, right])

    @classmethod
    def of(cls, corners: npt.ArrayLike) -> Quad:
        """From anything that is four times x and y, in order."""
        return cls(np.asarray(corners, np.float32))

    @property
    def area(self) -> float:
        """In pixels, by the shoelace formula; negative if the corners go the other way round."""
        x, y = self.corners.astype(np.float64).T
        return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2

    @property
    def is_convex(self) -> bool:
        """Whether its corners turn clockwise only, so that a homography maps it to a box."""
        along = np.roll(self.corners, -1, axis=0) - self.corners
        after = np.roll(along, -1, axis=0)
        return bool((along[:, 0] * after[:, 1] - along[:, 1] * after[:, 0] > 1e-6).all())

    @property
    def size(self) -> tuple[float, float]:
        """Width and height: the means of opposite sides, in pixels."""
        top, right, bottom, left = np.linalg.norm(np.roll(self.corners, -1, axis=0) - self.corners, axis=1)
        return float(top + bottom) / 2, float(left + right) / 2

    @property
    def box(self) -> Box:
        """The smallest box around it."""
        low, high = np.floor(self.corners.min(axis=0)), np.ceil(self.corners.max(axis=0))
        return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))

    def moved(self, homography: Homography) -> Quad:
        """Where a homography puts it."""
        return Quad(moved(self.corners, homography))


def moved(points: Points, homography: Homography) -> Points:
    """Where a homography puts points (n, 2)."""
    full = np.c_[points.astype(np.float64), np.ones(len(points))] @ homography.T
    places: Points = (full[:, :2] / full[:, 2:]).astype(np.float32)
    return places


def inverse(of: Homography) -> Homography:
    """The way back."""
    back = np.linalg.inv(of)
    return np.asarray(back / back[2, 2], np.float64)


def homography(source: Quad, target: Quad) -> Homography:
    """The homography that puts the corners of one quadrilateral on those of another.

    Parameters
    ----------
    source, target : Quad
        Both convex.

    Returns
    -------
    array (3, 3), float64

    Raises
    ------
    Problem
        One of the two is not convex.

    Example
    -------
    >>> double = homography(Box(0, 0, 1, 1).quad(), Box(0, 0, 2, 2).quad())
    >>> moved(np.array([[0.5, 1]], np.float32), double).tolist()
    [[1.0, 2.0]]

    Source
    ------
    Hartley and Zisserman, Multiple View Geometry (2nd ed. 2004), section 4.1: inhomogeneous, from four points.
    """
    if not (source.is_convex and target.is_convex):
        raise Problem("not_convex", "corners that do not go round; expected them clockwise from upper left", "quad")
    rows, right = [], []
    for (x, y), (u, v) in zip(source.corners.astype(np.float64), target.corners.astype(np.float64), strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(right)), 1).reshape(3, 3)
