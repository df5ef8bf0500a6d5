"""Single lines, for training: spoilt as boards are, cut out as carelessly as cells are found."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.boards.degrade import Pixels, compressed, homography, quality, rectangle, seen, strength
from hanok.parts.ocr.vision import opencv

Random = np.random.Generator
Floats = npt.NDArray[np.float32]

SMALLEST, LARGEST = 11, 48
"""Height of capitals and digits in pixels."""
CONTRAST = 80.0
"""Grey levels between ink and paper, at least."""


class Face(Protocol):
    """What draws text: a `Font` or a `Display`."""

    @property
    def segment(self) -> bool:
        """Whether its digits are seven segments."""

    @property
    def rise(self) -> float:
        """Height of its digits, as a share of `size`."""

    def ink(self, text: str, size: int) -> Pixels:
        """Coverage (height, width) of a text."""


def line(
    text: str, face: Face, rng: Random, level: str = "clean", *, height: int | None = None, contrast: float = CONTRAST
) -> Pixels:
    """A picture of one line, as if cut out of a board.

    Parameters
    ----------
    text : str
        What is written.
    face : Face
        A font of this machine, or a display.
    rng : Generator
        Draws colours, margins and what happens to the picture.
    level : "clean", "mild", "photo" or "severe"
        How much may happen.
    height : int, optional
        Of the ink in pixels, before the camera; any from 11 to 48 if not given, small ones more often.
    contrast : float
        Grey levels between ink and paper, at least.

    Returns
    -------
    array (h, w), uint8
        Grey: dark on light or light on dark, with a margin that differs from side to side.

    Example
    -------
    >>> from hanok.parts.ocr.boards.segments import Display
    >>> rng = np.random.default_rng(0)
    >>> line("12:34", Display.drawn(rng), rng, "photo").ndim
    2
    """
    high = height or drawn_height(rng)
    coverage = _inked(text, face, high, rng)
    most = strength(level)
    most = replace(most, blur=min(most.blur, high * 0.11))  # more, and nobody could read it
    top, right, bottom, left = (int(n) for n in rng.uniform([0.02] * 4, [0.5, 1.2, 0.5, 1.2]) * high)
    rows, columns = coverage.shape
    paper = _paper(rows + top + bottom, columns + left + right, rng)
    ink = paper.mean() + _contrast(float(paper.mean()), contrast, rng)
    if rng.random() < 0.12:
        _shadow(paper, coverage, (top, left), np.float32(2 * paper.mean() - ink), rng)
    part = paper[top : top + rows, left : left + columns]
    part += coverage * (np.float32(ink) - part)
    if rng.random() < 0.2:
        _rule(paper, np.float32(rng.uniform(0.3, 1) * (ink - paper.mean())), rng)
    picture = np.clip(paper, 0, 255).astype(np.uint8)
    if most.tilt or most.turn or most.shrink < 1:
        picture = _askew(picture, high, most.tilt, most.turn, most.shrink, rng)
    picture = seen(picture, most, rng)
    return compressed(picture, quality(most, rng)) if rng.random() < 0.7 else picture


def drawn_height(rng: Random, smallest: int = SMALLEST) -> int:
    """Of the ink in pixels, from the smallest to `LARGEST`, small ones more often."""
    return round(float(np.exp(rng.uniform(np.log(smallest), np.log(LARGEST)))))


def _inked(text: str, face: Face, high: int, rng: Random) -> Floats:
    """Coverage 0 to 1, cut to the ink; unlit segments of a display may glimmer."""
    size = round(high / face.rise)
    drawn = face.ink(text, size).astype(np.float32)
    if face.segment and rng.random() < 0.35:
        unlit = face.ink("".join("8" if letter.isdigit() else letter for letter in text), size)
        drawn = np.maximum(drawn, unlit * np.float32(rng.uniform(0.05, 0.3))) if unlit.shape == drawn.shape else drawn
    found = drawn > 127
    rows, columns = np.flatnonzero(found.any(1)), np.flatnonzero(found.any(0))
    if not len(rows):
        return np.zeros((high, high), np.float32)
    if set(text) <= set("-.,: "):  # these are small in their line
        rows = np.arange(max(0, rows[0] - high // 3), min(len(drawn), rows[-1] + high // 3))
    return np.asarray(drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255, np.float32)


def _paper(rows: int, columns: int, rng: Random) -> Floats:
    """What is behind the text: one grey, a slope, or something out of focus."""
    base, kind = rng.uniform(10, 245), rng.random()
    if kind < 0.6:
        return np.full((rows, columns), base, np.float32)
    if kind < 0.8:
        return np.tile(np.linspace(base, base + rng.uniform(-25, 25), columns, dtype=np.float32), (rows, 1))
    coarse = (base + rng.standard_normal((3, 5)) * rng.uniform(3, 14)).astype(np.float32)
    return np.asarray(opencv().resize(coarse, (columns, rows), interpolation=2), np.float32)


def _contrast(base: float, least: float, rng: Random) -> float:
    """How much brighter the ink is than the paper; towards the side with more room."""
    room = 250 - base if base < 127 else -base
    return float(np.sign(room) * rng.uniform(min(least, abs(room)), abs(room)))


def _shadow(paper: Floats, coverage: Floats, place: tuple[int, int], grey: np.float32, rng: Random) -> None:
    """What lies under letters that are set off from a picture: a copy on the other side of the paper's grey."""
    down, aside = (int(n) for n in rng.integers(0, 3, 2))
    top, left = place[0] + down, place[1] + aside
    part = paper[top : top + coverage.shape[0], left : left + coverage.shape[1]]
    part += coverage[: part.shape[0], : part.shape[1]] * np.float32(rng.uniform(0.3, 0.9)) * (grey - part)


def _rule(paper: Floats, step: np.float32, rng: Random) -> None:
    """A line of a table at one of the edges."""
    thick, place = int(rng.integers(1, 3)), rng.random()
    if place < 0.35:
        paper[:thick] += step
    elif place < 0.7:
        paper[-thick:] += step
    elif place < 0.85:
        paper[:, :thick] += step
    else:
        paper[:, -thick:] += step


def _askew(picture: Pixels, high: int, tilt: float, turn: float, shrink: float, rng: Random) -> Pixels:
    """What straightening a slanted board leaves: small turns and shears, and a lower resolution."""
    rows, columns = picture.shape
    scale = max(rng.uniform(shrink, 1.1), min(1.0, 10 / high))
    width, height = max(8, round(columns * scale)), max(8, round(rows * scale))
    angle = np.tan(np.deg2rad(rng.normal() * turn / 3))
    corners = rectangle(width, height)
    corners += (corners - corners.mean(0))[:, ::-1] * np.array(
        [rng.normal() * tilt, angle * min(1, 4 * height / width)]
    )
    corners += rng.uniform(-1, 1, (4, 2)) * tilt * height / 2
    by = homography(rectangle(columns, rows), corners)
    cv2 = opencv()
    smooth = cv2.INTER_AREA if scale < 0.8 else cv2.INTER_LINEAR
    found = cv2.warpPerspective(picture, by, (width, height), flags=smooth, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, np.uint8)
