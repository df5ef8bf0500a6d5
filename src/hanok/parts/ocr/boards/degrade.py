"""What cameras, screens and compression do to a picture, in four levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.ocr.vision import opencv

Level = Literal["clean", "mild", "photo", "severe"]
Pixels = npt.NDArray[np.uint8]
"""Grey (height, width) or RGB (height, width, 3)."""
Points = npt.NDArray[np.float64]
"""Places in a picture: (n, 2), x before y."""


@dataclass(frozen=True)
class Strength:
    """The most that may happen to a picture.

    Parameters
    ----------
    tilt : float
        How far each corner moves, as a share of the shorter side: perspective.
    turn : float
        Degrees, either way.
    shrink : float
        Smallest share of its size that a picture is seen at.
    light : float
        Share of the brightness that the darkest side has lost.
    blur : float
        Standard deviation in pixels.
    motion : int
        Pixels along which it is smeared.
    moire : float
        Height of the waves that two grids of pixels make, in grey values.
    noise : float
        Standard deviation in grey values.
    quality : int
        Lowest quality of the JPEG file; the highest is 25 more.
    """

    tilt: float
    turn: float
    shrink: float
    light: float
    blur: float
    motion: int
    moire: float
    noise: float
    quality: int


LEVELS: dict[Level, Strength] = {
    "clean": Strength(0, 0, 1, 0, 0, 0, 0, 0, 70),
    "mild": Strength(0, 0.6, 0.85, 0.1, 0.6, 0, 0, 4, 50),
    "photo": Strength(0.06, 3, 0.8, 0.4, 1.0, 0, 8, 9, 45),
    "severe": Strength(0.09, 5, 0.65, 0.55, 1.6, 4, 14, 18, 20),
}
"""What may happen to a picture, from nothing but compression to what a person just about reads."""


def strength(level: str) -> Strength:
    """The strength of a level, or a problem that says which there are."""
    found = LEVELS.get(cast(Level, level))
    if found is None:
        raise Problem("unknown_level", f"found {level!r}; expected one of {', '.join(LEVELS)}", "degradation")
    return found


def seen(picture: Pixels, most: Strength, rng: np.random.Generator) -> Pixels:
    """A picture as a camera sees it that stands straight before it: light, blur, waves and noise.

    Parameters
    ----------
    picture : array (h, w) or (h, w, 3), uint8
        Grey or RGB.
    most : Strength
        Of each, the most that may happen.
    rng : Generator
        Draws how much does.

    Returns
    -------
    array of the same shape, uint8
    """
    cv2 = opencv()
    if most.blur:
        sigma = rng.uniform(0.2, 1) * most.blur
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if most.motion and rng.random() < 0.5:
        picture = cv2.filter2D(picture, -1, _smear(int(rng.integers(2, most.motion + 1)), rng))
    if not (most.light or most.moire or most.noise):
        return picture
    values = picture.astype(np.float32)
    axes = (picture.shape[0], picture.shape[1])
    if most.light:
        values *= _over(_slope(axes, rng.uniform(0, most.light), rng), values.ndim)
    if most.moire and rng.random() < 0.5:
        values += _over(_waves(axes, rng.uniform(0.3, 1) * most.moire, rng), values.ndim)
    if most.noise:
        values += rng.standard_normal(values.shape, np.float32) * np.float32(rng.uniform(0.2, 1) * most.noise)
    return np.clip(values, 0, 255).astype(np.uint8)


def view(width: int, height: int, most: Strength, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """How a camera that stands askew maps a picture: a homography (3, 3) that keeps it inside a frame of its size."""
    corners = rectangle(width, height)
    middle = np.array([width / 2, height / 2])
    angle = np.deg2rad(rng.uniform(-1, 1) * most.turn)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    moved = (corners - middle) @ rotation
    moved += rng.uniform(-1, 1, (4, 2)) * most.tilt * min(width, height)
    room = np.abs(moved).max(0) / middle
    moved *= rng.uniform(max(most.shrink, 0.75), 1) / max(1.0, float(room.max()))
    return homography(corners, moved + middle)


def homography(source: Points, target: Points) -> npt.NDArray[np.float64]:
    """The map (3, 3) that takes four points to four others."""
    cv2 = opencv()
    return np.asarray(cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32)), np.float64)


def mapped(points: Points | Sequence[Sequence[float]], by: npt.NDArray[np.float64]) -> Points:
    """Where a homography takes points (n, 2)."""
    given = np.asarray(points, np.float64)
    found = np.c_[given, np.ones(len(given))] @ by.T
    return np.asarray(found[:, :2] / found[:, 2:], np.float64)


def rectangle(width: float, height: float) -> Points:
    """The corners of a picture, clockwise from the top left."""
    return np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)


def quality(most: Strength, rng: np.random.Generator) -> int:
    """Of the JPEG file, drawn."""
    return int(rng.integers(most.quality, most.quality + 26))


def compressed(picture: Pixels, quality: int) -> Pixels:
    """A picture after having been a JPEG file."""
    cv2 = opencv()
    file = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_UNCHANGED), np.uint8)


def _over(field: npt.NDArray[np.float32], axes: int) -> npt.NDArray[np.float32]:
    """A value per pixel, for each of its colours."""
    return field if axes == 2 else field[:, :, None]


def _smear(length: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """A kernel along a line of that length."""
    kernel = np.zeros((length + 2, length + 2), np.float32)
    angle, middle = rng.uniform(0, np.pi), (length + 1) / 2
    for step in np.linspace(-length / 2, length / 2, 4 * length):
        y, x = round(middle + step * np.sin(angle)), round(middle + step * np.cos(angle))
        kernel[y, x] += 1
    return np.asarray(kernel / kernel.sum(), np.float32)


def _slope(axes: tuple[int, int], loss: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Brightness that falls to 1 - loss from one side to the other."""
    angle = rng.uniform(0, 2 * np.pi)
    y = np.linspace(-1, 1, axes[0], dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    x = np.linspace(-1, 1, axes[1], dtype=np.float32)[None] * np.float32(np.cos(angle))
    return np.asarray(1 - np.float32(loss) * (1 + (x + y) / np.float32(np.sqrt(2))) / 2, np.float32)


def _waves(axes: tuple[int, int], height: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Waves of 3 to 12 pixels' length."""
    angle, length = rng.uniform(0, np.pi), rng.uniform(3, 12)
    y = np.arange(axes[0], dtype=np.float32)[:, None] * np.float32(np.sin(angle))
    x = np.arange(axes[1], dtype=np.float32)[None] * np.float32(np.cos(angle))
    return np.asarray(np.float32(height) * np.sin((x + y) * np.float32(2 * np.pi / length)), np.float32)
