"""What an image looks like, as one vector: colours, texture, edges. Nothing to download, nothing to train."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.image.load import Pixels, resized

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SIDE = 128
"""Images are looked at in this size, in pixels."""

COLOURS = 4 + 12 * 2 * 2  # greys, and hues in two saturations and two brightnesses
PATTERNS = 59  # of a uniform local binary pattern
ORIENTATIONS = 9
CELLS = 4  # edges are counted in 4 x 4 cells
RADII = (1, 2, 4)  # texture is looked at on three scales, in pixels


@dataclass(frozen=True)
class Descriptors:
    """Describes images by colour, texture and edges; the cosine of two descriptions says how alike the images are.

    Parameters
    ----------
    colour, texture, edges : float
        How much each counts: the cosine of two descriptions is the mean of the three cosines weighed by these, as long
        as each image has edges. Cosines of colours differ most between images, so texture and edges count more.

    Example
    -------
    >>> describe = Descriptors().describe
    >>> red, blue = np.zeros((2, 40, 30, 3), np.uint8)
    >>> red[..., 0], blue[..., 2] = 200, 200
    >>> a, b, c = describe(red), describe(red[:20]), describe(blue)
    >>> round(float(a @ b), 2), round(float(a @ c), 2)
    (1.0, 0.67)

    Source
    ------
    Colour: histograms (Swain and Ballard 1991, "Color indexing") of greys and of hue x saturation x value, of the whole
    and of its quarters. Texture: uniform local binary patterns (Ojala, Pietikäinen and Mäenpää 2002) on three scales.
    Edges: histograms of gradient orientation in cells (Dalal and Triggs 2005), without overlapping blocks. Square roots
    of all counts are taken, which makes the cosine the Bhattacharyya coefficient (Arandjelović and Zisserman 2012).
    """

    colour: float = 1.0
    texture: float = 2.0
    edges: float = 2.0

    def __post_init__(self) -> None:
        weights = np.array([self.colour, self.texture, self.edges])
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.any()):
            expected = "expected numbers of 0 or more, one of them above 0"
            raise Problem("wrong_weights", f"weights {weights.tolist()}; {expected}", "colour, texture, edges")

    @property
    def size(self) -> int:
        """Length of a description."""
        return 5 * COLOURS + len(RADII) * PATTERNS + CELLS * CELLS * ORIENTATIONS

    def describe(self, image: Pixels) -> Floats32:
        """The description of one image.

        Parameters
        ----------
        image : array (height, width, 3), uint8
            Of any size; proportions are not kept.

        Returns
        -------
        array (size,), float32
            Of length 1.
        """
        small = resized(image, SIDE, SIDE)
        grey = small @ np.array([0.299, 0.587, 0.114])
        blocks = [(self.colour, _colour(small)), (self.texture, _texture(grey)), (self.edges, _edges(grey))]
        vector = np.concatenate([np.sqrt(weight) * _unit(np.sqrt(counts)) for weight, counts in blocks])
        return _unit(vector).astype(np.float32)


def cosine(left: npt.ArrayLike, right: npt.ArrayLike) -> Floats32:
    """Cosine of every row of the one with every row of the other; 0 where a row is all zeros.

    Parameters
    ----------
    left : array (n, d)
        Or (d,) for a single one.
    right : array (m, d)
        Or (d,).

    Returns
    -------
    array (n, m), float32
        Without the dimension of what was given as a single row.

    Example
    -------
    >>> cosine([1, 0], [[2, 0], [0, 3]]).tolist()
    [1.0, 0.0]
    """
    a, b = (np.asarray(x, np.float32) for x in (left, right))
    if a.shape[-1:] != b.shape[-1:]:
        raise Problem("wrong_shape", f"vectors of {a.shape[-1:]} and {b.shape[-1:]} numbers; expected the same")
    scaled = [x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), np.float32(1e-12)) for x in (a, b)]
    found: Floats32 = scaled[0] @ scaled[1].T
    return found


def _unit(vector: Floats) -> Floats:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _colour(image: Pixels) -> Floats:
    """Counts of colours, of the whole and of its quarters, (5 * COLOURS,)."""
    r, g, b = (image[..., i].astype(np.float64) for i in range(3))
    value, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    chroma = value - low
    safe = np.maximum(chroma, 1)
    sector = np.where(value == r, (g - b) / safe % 6, np.where(value == g, 2 + (b - r) / safe, 4 + (r - g) / safe))
    hue = (np.round(sector * 2).astype(np.int64)) % 12  # bins around red, orange, yellow, …: their middles are named
    vivid, bright = chroma > 0.5 * value, value > 150
    grey = (chroma < 0.15 * value) | (value < 40)
    name = np.where(grey, np.minimum(value // 64, 3), 4 + hue * 4 + vivid * 2 + bright).astype(np.int64)
    half = SIDE // 2
    quarters = [_count(name[y : y + half, x : x + half], COLOURS) for y in (0, half) for x in (0, half)]
    return np.concatenate([np.sum(quarters, axis=0), *quarters])


def _texture(grey: Floats) -> Floats:
    """Counts of uniform local binary patterns on each scale, (len(RADII) * PATTERNS,)."""
    counts = []
    for radius in RADII:
        smooth = _blurred(grey, radius)
        middle = smooth[radius:-radius, radius:-radius]
        code = np.zeros(middle.shape, np.int64)
        for bit, (dy, dx) in enumerate([(-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1)]):
            y, x = radius + dy * radius, radius + dx * radius
            code |= (smooth[y : y + len(middle), x : x + middle.shape[1]] > middle + 1).astype(np.int64) << bit
        counts.append(_count(_UNIFORM[code], PATTERNS))
    return np.concatenate(counts)


def _edges(grey: Floats) -> Floats:
    """Gradient by orientation in each cell, (CELLS * CELLS * ORIENTATIONS,)."""
    dy, dx = np.gradient(grey)
    strength = np.hypot(dx, dy)
    angle = np.arctan2(dy, dx) % np.pi / np.pi * ORIENTATIONS
    lower = np.floor(angle).astype(np.int64)
    upper_share = angle - lower
    cell = np.arange(SIDE) // (SIDE // CELLS)
    place = (cell[:, None] * CELLS + cell[None, :]) * ORIENTATIONS
    n = CELLS * CELLS * ORIENTATIONS
    low = np.bincount((place + lower % ORIENTATIONS).ravel(), (strength * (1 - upper_share)).ravel(), minlength=n)
    high = np.bincount((place + (lower + 1) % ORIENTATIONS).ravel(), (strength * upper_share).ravel(), minlength=n)
    return np.add(low, high, dtype=np.float64)


def _blurred(grey: Floats, radius: int) -> Floats:
    """Mean over windows of `radius` pixels, so that a wide pattern is not decided by single pixels."""
    sums = np.pad(grey, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    rows: Floats = sums[radius:] - sums[:-radius]
    return (rows[:, radius:] - rows[:, :-radius]) / radius**2


def _count(names: Ints, n: int) -> Floats:
    counts: Floats = np.bincount(names.ravel(), minlength=n).astype(np.float64)
    return counts


def _uniform() -> Ints:
    """Which of the 59 patterns each of the 256 codes is: those with at most two changes around the circle have one."""
    changes = [bin(code ^ (code >> 1 | (code & 1) << 7)).count("1") for code in range(256)]
    names = np.full(256, PATTERNS - 1, np.int64)
    names[np.array(changes) <= 2] = np.arange(PATTERNS - 1)
    return names


_UNIFORM = _uniform()
