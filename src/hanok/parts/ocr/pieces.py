"""Pieces of ink and the fields that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.image import Pixels
from hanok.parts.ocr.alignment import Density, density
from hanok.parts.ocr.cells import Boxes, find_cells, find_pieces
from hanok.parts.ocr.geometry import Box, Quad
from hanok.parts.ocr.ink import Ink, find_ink
from hanok.parts.ocr.vision import opencv

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

SLIM = 2.2  # times as long as wide: bits of rules, and few letters
HEIGHTS = 0.1, 0.95  # between which quantiles most letters are high
SPACED = 0.25  # of the height: letters of one text are nearer to each other
EDGE = 0.1  # of the height: how far the edge of a letter is blurred
HIGHER = 1.5  # times as high as most letters: none


class Look(NamedTuple):
    """What is seen on a board before a template is known.

    Parameters
    ----------
    letters : Ink
        Of pieces about as high as most.
    cells : array (n, 4), int64
        Left, top, right and bottom of each, in pixels.
    """

    letters: Ink
    cells: Boxes

    @classmethod
    def at(cls, board: Pixels) -> Look:
        """At a straight board, (height, width, 3) uint8."""
        ink = find_ink(board)
        return cls(written(ink), np.array(find_cells(board, ink) or np.empty((0, 4)), np.int64))


def written(ink: Ink) -> Ink:
    """The ink of pieces about as high as most: letters, without what rays, frames and dashes of a picture leave."""
    pieces = find_pieces(ink)
    if not len(pieces):
        return ink
    wide, tall = (pieces[:, 2:] - pieces[:, :2]).T
    low, high = np.quantile(tall, HEIGHTS)
    mask = np.zeros_like(ink.mask)
    for left, top, right, bottom in pieces[(tall > low / 2) & (tall < HIGHER * high) & (wide <= SLIM * tall)]:
        mask[top:bottom, left:right] = ink.mask[top:bottom, left:right]
    return ink._replace(mask=mask)


def densities(ink: Ink, aspect: float) -> tuple[Density, Density]:
    """Of all ink, and of what is as high as letters."""
    return density(ink, aspect), density(written(ink), aspect)


def fields_of(pieces: Boxes, regions: Boxes) -> tuple[Ints, Floats]:
    """For each piece the region it shares most with, and how much of it that is: (n,), (n,)."""
    low = np.maximum(pieces[:, None, :2], regions[:, :2])
    high = np.minimum(pieces[:, None, 2:], regions[:, 2:])
    shared = np.maximum(high - low, 0).prod(axis=2)  # (pieces, regions)
    of = shared.argmax(axis=1)
    return of, shared.max(axis=1) / (pieces[:, 2:] - pieces[:, :2]).prod(axis=1)


def like_letters(pieces: Boxes, letters: Boxes) -> Bools:
    """Which pieces are about as high as letters in fields, and as wide: bits of rules and of frames are not."""
    if not len(letters):
        return np.ones(len(pieces), np.bool_)
    low, high = np.quantile(letters[:, 3] - letters[:, 1], HEIGHTS)
    wide, tall = (pieces[:, 2:] - pieces[:, :2]).T
    slim = (tall > SLIM * wide) | (wide > SLIM * tall)
    return np.asarray((tall > low / 2) & (tall < HIGHER * high) & ~slim, np.bool_)


def within(pieces: Boxes, cells: Iterable[Box]) -> Bools:
    """Which pieces have their middle in one of the cells."""
    boxes = np.array(list(cells) or np.empty((0, 4)))
    middles = (pieces[:, None, :2] + pieces[:, None, 2:]) / 2
    inside = np.all((middles >= boxes[:, :2]) & (middles <= boxes[:, 2:]), axis=2)
    return np.asarray(np.any(inside, axis=1), np.bool_)


def clear_beside(text: Box, others: Boxes, board: Pixels) -> tuple[int, int]:
    """Between which columns of a board nothing else is written at the height of a text: left and right.

    What is as near as letters of one text are is no other: perhaps the board was laid aside a little.
    """
    shared = np.minimum(others[:, 3], text.bottom) - np.maximum(others[:, 1], text.top)
    near = others[shared > np.minimum(others[:, 3] - others[:, 1], text.height) / 2]
    middles = (near[:, 0] + near[:, 2]) / 2
    left = int(np.max(near[middles < text.left, 2], initial=0))
    right = int(np.min(near[middles > text.right, 0], initial=board.shape[1]))
    least, edge = SPACED * text.height, round(EDGE * text.height)
    return (
        left + edge if text.left - left >= least else 0,
        right - edge if right - text.right >= least else board.shape[1],
    )


def around(pieces: Boxes) -> tuple[int, int, int, int]:
    """The smallest box around pieces."""
    left, top = pieces[:, :2].min(axis=0)
    right, bottom = pieces[:, 2:].max(axis=0)
    return int(left), int(top), int(right), int(bottom)


def reaching(cell: Box, x: float, side: float) -> Box:
    """A cell that reaches its anchor, if text of its field always does: faint letters are no pieces."""
    if side == 0:
        return cell._replace(left=min(cell.left, round(x)))
    if side == 1:
        return cell._replace(right=max(cell.right, round(x)))
    half = max(x - cell.left, cell.right - x)
    return cell._replace(left=round(x - half), right=round(x + half))


def filled(ink: Ink, quads: Mapping[str, Quad]) -> float:
    """Share of quads with ink in them."""
    whole = opencv().integral(ink.mask.astype(np.uint8))
    height, width = ink.mask.shape
    boxes = np.array([quad.box for quad in quads.values()])
    left, right = (boxes[:, side].round().clip(0, width).astype(np.int64) for side in (0, 2))
    top, bottom = (boxes[:, side].round().clip(0, height).astype(np.int64) for side in (1, 3))
    inside = whole[bottom, right] - whole[top, right] - whole[bottom, left] + whole[top, left]
    return float((inside > 0).mean())
