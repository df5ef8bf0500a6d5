"""A crop of a board as engines read it best: one line, dark on white, of a known height."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.ocr.geometry import Box
from hanok.parts.ocr.vision import opencv

Line = npt.NDArray[np.uint8]
"""(height, width): grey, dark text on white."""

Floats = npt.NDArray[np.float64]

HEIGHT = 40  # pixels of the text's box, before the pad
MARGIN = 0.25  # of a cell's height: what is cropped around it
PAD = 10  # white pixels on each side
WIDEST = 60  # times the height; what is longer is squeezed
PALE = 200  # what is darker may be a rule
WHOLE = 0.9  # of the height with its margin, which letters do not fill
LOW = 0.25  # of the height: how far from its top or bottom
NARROW = 0.6  # of the height: how far from the ends a rule or the side of a plate may stand
LEFT_OVER = 0.3  # of a crop: where less would be left, its ends are no sides of plates


class Colours(NamedTuple):
    """What a text and the ground it is written on look like.

    Parameters
    ----------
    ground : array (channels,), float64
    way : array (channels,), float64
        From the ground's colour to the text's; of length 1.
    length : float
        Of that way, in grey levels.
    """

    ground: Floats
    way: Floats
    length: float

    @classmethod
    def of(cls, crop: npt.NDArray[np.uint8], ground: Floats) -> Colours:
        """Of a crop (h, w, channels) with text on a ground: what differs most from that is the text."""
        away = (crop - ground).reshape(-1, crop.shape[2])
        far = away[np.argsort(-np.abs(away).max(axis=1), kind="stable")[: max(len(away) // 10, 1)]]
        way = far.mean(axis=0)
        way = way / max(float(np.linalg.norm(way)), 1e-6)
        return cls(ground, way, max(float(np.percentile(away @ way, 99)), 1.0))


def prepare_line(crop: npt.NDArray[np.uint8], height: int = HEIGHT, colours: Colours | None = None) -> Line:
    """A line of text as dark grey on white.

    Grey is the distance from the border's colour in the direction of the text's, so that red on black is as dark as
    white on black; scaled to the height, stretched from the 1st to the 90th percentile, with 10 white pixels around
    it. Nothing is made black and white: engines lose more by that than noise costs.

    Parameters
    ----------
    crop : array (h, w, 3) or (h, w), uint8
        RGB or grey; one line with little room around it.
    height : int
        Pixels that the crop is scaled to; 20 are added by the pad.
    colours : Colours
        Of text and ground, if they are known; otherwise the border is the ground.

    Returns
    -------
    array (height + 20, width), uint8

    Raises
    ------
    Problem
        The crop has no pixels, or another shape or kind.

    Example
    -------
    >>> crop = np.zeros((20, 50, 3), np.uint8)
    >>> crop[8:12, 10:40] = 200
    >>> line = prepare_line(crop)
    >>> line.shape, int(line[0, 0]), int(line[30, 60])
    ((60, 120), 255, 0)
    """
    if crop.dtype != np.uint8 or not crop.size or (crop.ndim != 2 and crop.shape[2:] != (3,)):
        found = f"an array of shape {crop.shape} and {crop.dtype}"
        raise Problem("wrong_shape", f"{found}; expected (height, width, 3) or (height, width) of uint8", "line")
    crop = crop if crop.ndim == 3 else crop[..., None]
    grey = _grey(crop, colours or Colours.of(crop, _border(crop)))
    width = min(max(round(grey.shape[1] * height / grey.shape[0]), 1), WIDEST * height)
    shrinks = height < grey.shape[0]
    scaled = opencv().resize(
        grey, (width, height), interpolation=opencv().INTER_AREA if shrinks else opencv().INTER_CUBIC
    )
    low, high = np.percentile(scaled, (1, 90))
    stretched = np.clip(255 - (high - scaled) * (255 / max(high - low, 1.0)), 0, 255).astype(np.uint8)
    return np.pad(stretched, PAD, constant_values=255)


def line_of(
    board: npt.NDArray[np.uint8],
    box: Box,
    height: int = HEIGHT,
    *,
    text: Box | None = None,
    clear: tuple[int, int] | None = None,
) -> Line:
    """A cell of a board as a line, with a quarter of its height around it and no sides of plates: `prepare_line`.

    Where its text was found in a box that has room for more, the ground is what lies just above and below that text:
    the box may reach over the plate on which it is written. Nothing is cut out from beyond the columns `clear`, where
    something else is written.
    """
    room = MARGIN * box.height
    left, top, right, bottom = box.grown(room, room, board.shape)
    if clear:
        left, right = max(left, clear[0]), min(right, clear[1])
    crop = board[top:bottom, left:right]
    colours = _colours(board, text) if text else None
    line = prepare_line(crop, height, colours)
    if top == box.top or bottom == box.bottom:
        return line
    inner = _without_sides(crop, line)
    return line if inner.size < LEFT_OVER * crop.size else prepare_line(inner, height, colours)


def _colours(board: npt.NDArray[np.uint8], text: Box) -> Colours | None:
    """Of a text on a board and of what lies just above and below it; None if nothing does."""
    left, top, right, bottom = text.grown(0, 0, board.shape)
    near = max(round(MARGIN / 2 * text.height), 1)
    strips = board[max(top - near, 0) : top, left:right], board[bottom : bottom + near, left:right]
    beside = np.concatenate([strip.reshape(-1, board.shape[2]) for strip in strips])
    return Colours.of(board[top:bottom, left:right], np.median(beside, axis=0)) if len(beside) else None


def _without_sides(crop: npt.NDArray[np.uint8], line: Line) -> npt.NDArray[np.uint8]:
    """What of a crop may be text: what is as high or as wide as all of it, near an end, is a rule or a plate's side."""
    dark = (line[PAD:-PAD, PAD:-PAD] < PALE).astype(np.uint8)
    near = opencv().dilate(dark, np.ones((1, 3), np.uint8))  # a rule may lean a little
    across, down = near.mean(axis=0) >= WHOLE, dark.mean(axis=1) >= WHOLE  # (width,), (height,)
    high, wide = dark.shape
    left, right = _after(across, NARROW * high), wide - _after(across[::-1], NARROW * high)
    top, bottom = _after(down, LOW * high), high - _after(down[::-1], LOW * high)
    x, y = crop.shape[1] / wide, crop.shape[0] / high
    return crop[int(np.ceil(top * y)) : int(bottom * y), int(np.ceil(left * x)) : int(right * x)]


def _after(full: npt.NDArray[np.bool_], near: float) -> int:
    """How many columns to leave out at the beginning: all up to the end of the last full run that begins near it."""
    begins = np.flatnonzero(full & ~np.append(False, full[:-1]))
    begins = begins[begins < near]
    if not len(begins):
        return 0
    run = full[begins[-1] :]
    return int(begins[-1]) + (len(run) if run.all() else int(run.argmin())) + 1


def closer(line: Line, border: int) -> Line:
    """A line without its white border, but for so many pixels: engines scale a line to a height, and letters with it.

    Example
    -------
    >>> line = np.full((60, 120), 255, np.uint8)
    >>> line[20:40, 30:90] = 0
    >>> closer(line, 4).shape
    (28, 68)
    """
    inked = [np.flatnonzero((line < 255).any(axis=axis)) for axis in (1, 0)]
    if not inked[0].size:
        return line
    (top, bottom), (left, right) = ((max(int(found[0]) - border, 0), int(found[-1]) + border + 1) for found in inked)
    return np.ascontiguousarray(line[top:bottom, left:right])


def _border(crop: npt.NDArray[np.uint8]) -> Floats:
    """The colour around a crop (h, w, channels): (channels,)."""
    border = np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]])
    return np.asarray(np.median(border, axis=0), np.float64)


def _grey(crop: npt.NDArray[np.uint8], colours: Colours) -> Line:
    """How far each pixel (h, w) lies on the way from the ground's colour to the text's: white is the ground."""
    along = (crop - colours.ground) @ colours.way  # (h, w)
    grey: Line = np.clip(255 - along * (255 / colours.length), 0, 255).astype(np.uint8)
    return grey
