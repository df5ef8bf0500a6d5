"""Cells: boxes around what is written on a board, each a word, a name or a number, without reading anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array, vstack  # type: ignore[import-untyped]
from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

from hanok.parts.image import Pixels
from hanok.parts.ocr.geometry import Box
from hanok.parts.ocr.ink import Ink, find_ink
from hanok.parts.ocr.vision import opencv

Boxes = npt.NDArray[np.int64]
"""(n, 4): left, top, right, bottom."""

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

GAP = 0.85  # of the height: letters that are nearer belong to one cell
HOLLOW = 0.12  # of its box: a letter fills more
BAR = 2.2  # times as high as wide
TALL = 1.25  # times as high as its neighbour: a bar that is, and stands apart from it, is no letter
NEAR = 0.4  # of the height: letters that are no farther apart belong together, whatever they look like
LOWEST = 6  # pixels: what is lower is no text
BLOCK = 256  # boxes compared with all others at once
TALLER = 2.5  # times the highest piece of a cell, or what most pieces of the board reach: higher is no line of text
USUAL = 0.9  # of the pieces
MOST = 5000  # pieces: a picture of more is a texture


def find_cells(board: Pixels, ink: Ink | None = None) -> list[Box]:
    """Find the cells of a board, top to bottom and left to right.

    Strokes that touch are pieces; pieces beside each other, nearer than .85 of their height, are a cell. Words of one
    name therefore stay together and columns apart; two columns that are nearer than that become one cell.

    Parameters
    ----------
    board : array (height, width, 3), uint8
        RGB, straight: lines of text are level to about 2 degrees.
    ink : Ink
        Of the same board, if it is known already.

    Returns
    -------
    list of Box
        Around the ink, without a margin.
    """
    ink = ink or find_ink(board)
    pieces = find_pieces(ink)
    if not 0 < len(pieces) <= MOST:
        return []
    cells = _joined(pieces)
    cells = cells[cells[:, 3] - cells[:, 1] >= LOWEST * ink.unit]
    return [Box(*(int(v) for v in cell)) for cell in cells[np.lexsort((cells[:, 0], cells[:, 1]))]]


def find_pieces(ink: Ink) -> Boxes:
    """Find strokes that touch, of the size of letters; upright gaps as between the segments of a digit are closed."""
    height, width = ink.mask.shape
    whole = opencv().morphologyEx(
        ink.mask.astype(np.uint8), opencv().MORPH_CLOSE, np.ones((round(5 * ink.unit) | 1, 1), np.uint8)
    )
    _, _, stats, _ = opencv().connectedComponentsWithStats(whole, connectivity=8)
    left, top, wide, high, area = stats[1:].T.astype(np.int64)
    small = (area < 6 * ink.unit**2) | ((wide < 4 * ink.unit) & (high < 4 * ink.unit))
    large = (high > max(height, width / 3) / 5) | (wide > width / 2)
    thin = (high > np.where(wide < 2 * ink.unit, 5, 10) * wide) | ((wide > 12 * high) & (high < LOWEST * ink.unit))
    hollow = area < HOLLOW * wide * high  # a corner or a crossing of rules
    kept = ~(small | large | thin | hollow)
    boxes: Boxes = np.stack([left, top, left + wide, top + high], axis=1)[kept]
    return boxes


def _joined(boxes: Boxes) -> Boxes:
    """Pieces of one cell together, again and again until nothing changes."""
    tallest = boxes[:, 3] - boxes[:, 1]
    most = TALLER * float(np.quantile(tallest, USUAL))
    while True:
        label = _parted(boxes, tallest, most)
        if label.max() == len(boxes) - 1:
            return boxes
        boxes, tallest = _together(boxes, label), _most(tallest, label)


def _parted(boxes: Boxes, tallest: Ints, most: float) -> Ints:
    """To which cell each box belongs, (n,).

    Cells that came out higher than text is go back to what lies side by side in them, and those that still are to
    their boxes: one such cell, of the rays of a picture or a frame in pieces, would take in all that is beside it.
    """
    blocks = [_belong(boxes[start : start + BLOCK], boxes) for start in range(0, len(boxes), BLOCK)]
    beside, above = (vstack([csr_array(block[kind]) for block in blocks]) for kind in (0, 1))  # (n, n) each
    near = beside + above
    for fewer in (beside, csr_array(beside.shape, dtype=np.bool_)):
        label = connected_components(near, directed=False)[1]
        joined = _together(boxes, label)
        high = (joined[:, 3] - joined[:, 1] > np.maximum(most, TALLER * _most(tallest, label)))[label]
        near = diags_array((~high).astype(np.float64)) @ near + diags_array(high.astype(np.float64)) @ fewer
    return np.asarray(connected_components(near, directed=False)[1], np.int64)


def _together(boxes: Boxes, label: Ints) -> Boxes:
    """Around the boxes of each label."""
    joined = np.empty((label.max() + 1, 4), np.int64)
    for side, best in enumerate((np.minimum, np.minimum, np.maximum, np.maximum)):
        joined[:, side] = np.iinfo(np.int64).max if side < 2 else -1
        best.at(joined[:, side], label, boxes[:, side])
    return joined


def _most(values: Ints, label: Ints) -> Ints:
    """The largest of each label."""
    found = np.zeros(label.max() + 1, np.int64)
    np.maximum.at(found, label, values)
    return found


def _is_bar(boxes: Boxes) -> Bools:
    """Which boxes are much higher than wide, as a 1 is, but also a bar of colour before a name."""
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    return np.asarray(high > BAR * wide)


def _belong(some: Boxes, boxes: Boxes) -> tuple[Bools, Bools]:
    """Which boxes are of one cell with some of them, beside them or above and below: (some, boxes) each."""
    left, top, right, bottom = some.T[..., None]
    lower, higher = (
        np.minimum(bottom - top, boxes[:, 3] - boxes[:, 1]),
        np.maximum(bottom - top, boxes[:, 3] - boxes[:, 1]),
    )
    shared = np.minimum(bottom, boxes[:, 3]) - np.maximum(top, boxes[:, 1])
    apart = np.maximum(left, boxes[:, 0]) - np.minimum(right, boxes[:, 2])
    beside = (shared > lower / 2) & (apart < GAP * higher)
    beside &= ~((_is_bar(some)[:, None] | _is_bar(boxes)) & (higher > TALL * lower) & (apart > NEAR * higher))
    above = (apart < 0) & (shared > -4) & (shared > -higher / 4)  # dots of letters, parts of Hangul and kanji
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    below = boxes[:, 1] - bottom  # an underscore touches no letter and lies just below them all
    flat = (high < higher / 3) & (wide > 2 * high) & (wide > higher / 3) & (wide < 1.5 * higher)
    under = flat & (apart < GAP / 3 * higher) & (below < higher / 3) & (below > -higher / 4)
    return np.asarray(beside, np.bool_), np.asarray(above | under, np.bool_)
