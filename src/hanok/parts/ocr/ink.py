"""Ink: what stands out from its surroundings in strokes, light on dark or dark on light, in any colour."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.image import Pixels
from hanok.parts.ocr.vision import opencv

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

UNIT = 960.0
"""Lengths below are pixels of a board of this size: the root of its area, as 1280 x 720 has. They grow with it."""

BACKGROUND = 23  # the window of the median that is the background: more than twice a stroke
LONG = 70, 100  # across, down: what is this long is a line, a stripe or a border, not a stroke
WAVER = 3  # pixels: how far a line may leave its course on its way
FAINTEST = 14.0  # grey levels
RELATIVE = 0.4  # of the strongest ink near by: where a blurred stroke ends
NEAR = 15  # pixels, how far "near by" reaches to each side


class Ink(NamedTuple):
    """How much each pixel stands out, and where that is enough to be ink.

    Parameters
    ----------
    strength : array (height, width), float32
        Grey levels, of the channel that differs most; 0 or more.
    mask : array (height, width), bool
    unit : float
        Pixels of this board for one of a board of 1280 x 720.
    """

    strength: Floats
    mask: Mask
    unit: float


def find_ink(board: Pixels) -> Ink:
    """Find strokes.

    A pixel is ink as far as it differs from the median of its surroundings *and* from the openings (light strokes) or
    closings (dark strokes) by long lines across and down: stripes of a table, its lines and borders are long and
    vanish. The threshold follows the noise of the picture and the strongest ink near by, so that faint red digits are
    found beside white names.

    Parameters
    ----------
    board : array (height, width, 3), uint8
        RGB.

    Source
    ------
    Top-hat transforms: Serra, Image Analysis and Mathematical Morphology (1982). Taking the least of three
    differences is ours.
    """
    height, width = board.shape[:2]
    unit = float(np.sqrt(height * width)) / UNIT
    smooth = opencv().GaussianBlur(board, (0, 0), min(1.6, 0.6 + 0.1 * _noise(board)) * max(unit, 0.5))
    background = _background(smooth, unit)
    opened, closed = _without_strokes(smooth, unit)
    lighter, darker = opencv().subtract(smooth, background), opencv().subtract(background, smooth)  # 0 or more
    light = np.minimum(lighter, opencv().subtract(smooth, opened))
    dark = np.minimum(darker, opencv().subtract(closed, smooth))
    strength = _most(np.maximum(light, dark)).astype(np.float32)
    floor = max(FAINTEST, 4.5 * float(np.median(_most(np.maximum(lighter, darker)))) / 0.6745)
    return Ink(strength, strength > np.maximum(floor, RELATIVE * _strongest(strength, unit)), unit)


def _most(image: Pixels) -> npt.NDArray[np.uint8]:
    """Of each pixel the largest channel: (height, width)."""
    return np.maximum(np.maximum(image[..., 0], image[..., 1]), image[..., 2])


def _noise(board: Pixels) -> float:
    """Standard deviation of the noise in grey levels, from second differences (Immerkær 1996)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    rough = opencv().filter2D(board[..., 1], opencv().CV_32F, kernel)
    return float(np.median(np.abs(rough))) / 0.6745 / 6


def _background(smooth: Pixels, unit: float) -> Pixels:
    """The median of the surroundings, worked out on a quarter of the size."""
    height, width = smooth.shape[:2]
    small = opencv().resize(smooth, (max(width // 4, 1), max(height // 4, 1)), interpolation=opencv().INTER_AREA)
    window = max(round(BACKGROUND * unit / 4) // 2 * 2 + 1, 3)
    found: Pixels = opencv().resize(
        opencv().medianBlur(small, window), (width, height), interpolation=opencv().INTER_LINEAR
    )
    return found


def _without_strokes(smooth: Pixels, unit: float) -> tuple[Pixels, Pixels]:
    """Openings and closings by long lines that may waver: the nearer one to the pixel of across and down."""
    across, down = (round(length * unit) | 1 for length in LONG)  # odd, so that they have a middle
    off = round(WAVER * unit) | 1
    opened, closed = [], []
    for line, aside in (((1, across), (off, 1)), ((down, 1), (1, off))):
        long, wide = np.ones(line, np.uint8), np.ones(aside, np.uint8)
        opened.append(opencv().morphologyEx(opencv().dilate(smooth, wide), opencv().MORPH_OPEN, long))
        closed.append(opencv().morphologyEx(opencv().erode(smooth, wide), opencv().MORPH_CLOSE, long))
    return np.maximum(*opened), np.minimum(*closed)


def _strongest(strength: Floats, unit: float) -> Floats:
    """The strongest ink near by, without steps."""
    near = max(round(NEAR * unit), 1)
    kernel = np.ones((near | 1, 2 * near + 1), np.uint8)
    found: Floats = opencv().GaussianBlur(opencv().dilate(strength, kernel), (0, 0), near / 2)
    return found
