"""A crop of any colour, size and margin → ink of one height, as the network reads it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from hanok.core.problem import Problem

HEIGHT = 32
STRIDE = 16
"""Widths are multiples of this, so that few shapes occur."""
MARGIN = 6
WIDEST = 640
Ink = npt.NDArray[np.float32]
"""(32, width): 0 is paper, 1 is ink."""


def prepared(line: npt.NDArray[np.uint8]) -> Ink:
    """The ink of a line.

    Grey; inverted where the border is dark; stretched from the 1st to the 90th percentile; empty rows and columns cut
    off, at most down to half the height; scaled to 32 rows; empty columns on both sides.

    Parameters
    ----------
    line : array (h, w) or (h, w, 3), uint8
        Grey or RGB, one line.

    Returns
    -------
    array (32, width), float32
        Width is a multiple of 16, at most 640: longer lines are squeezed.

    Raises
    ------
    Problem
        ``wrong_shape``.

    Example
    -------
    >>> crop = np.full((20, 60), 30, np.uint8)
    >>> crop[5:15, 20:24] = 220
    >>> prepared(crop).shape
    (32, 48)
    """
    ink = _stretched(_grey(line))
    ink = _cut(ink)
    rows, columns = ink.shape
    width = int(np.clip(round(columns * HEIGHT / rows), 2, WIDEST - 2 * MARGIN))
    small = Image.fromarray(ink).resize((width, HEIGHT), Image.Resampling.BILINEAR)
    whole = -(-(width + 2 * MARGIN) // STRIDE) * STRIDE
    found = np.zeros((HEIGHT, whole), np.float32)
    found[:, MARGIN : MARGIN + width] = np.asarray(small, np.float32)
    found *= np.float32(1 / 255)
    return found


def _grey(line: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if line.dtype != np.uint8 or line.ndim not in (2, 3) or line.shape[2:] not in ((), (3,)) or not line.size:
        found = f"an array of shape {line.shape} and {line.dtype}"
        raise Problem("wrong_shape", f"{found}; expected (height, width) or (height, width, 3) of uint8", "line")
    return line if line.ndim == 2 else np.asarray(Image.fromarray(line).convert("L"), np.uint8)


def _stretched(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Ink from 0 to 255, whichever side it was on."""
    border = np.sort(np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]))
    middle = int(border[(len(border) - 1) // 2]) + int(border[len(border) // 2])  # twice the median
    ink = 255 - grey if middle >= 256 else grey
    counts = np.cumsum(np.bincount(ink.reshape(-1), minlength=256))
    low, high = (int(np.searchsorted(counts, share * ink.size)) for share in (0.1, 0.99))
    table = np.clip((np.arange(256) - low) * (255 / max(high - low, 1)), 0, 255)
    return np.asarray(table.astype(np.uint8)[ink])


def _cut(ink: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Without empty rows and columns; noise is not taken for ink, since places are averaged first."""
    rows, columns = ink.shape
    if rows < 8 or columns < 4:
        return ink
    wide = ink.astype(np.float32)
    smooth = wide[:-2] + wide[1:-1] + wide[2:]
    smooth = smooth[:, :-2] + smooth[:, 1:-1] + smooth[:, 2:]  # 9 times the mean around each inner place
    tall, long = smooth.max(1), smooth.max(0)
    least = 0.45 * float(tall.max())
    if not least:  # nothing on it
        return ink
    inked = np.flatnonzero(tall > least)
    first, last = int(inked[0]) + 1, int(inked[-1]) + 2  # of the ink: first row, and the row after the last
    spare = max(1, round(0.12 * (last - first)))
    top, bottom = max(0, first - spare), min(rows, last + spare)
    lacking = (rows + 1) // 2 - (bottom - top)
    if lacking > 0:  # a dash or a point is small in its line
        top = min(max(0, top - lacking // 2 - 1), rows - (rows + 1) // 2)
        bottom = min(rows, max(bottom, top + (rows + 1) // 2))
    inked = np.flatnonzero(long > least)
    left, right = max(0, int(inked[0]) - 1), min(columns, int(inked[-1]) + 4)
    return ink[top:bottom, left:right]
