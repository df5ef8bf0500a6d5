"""Anchors: the steadiest point of each field's text, and how a board is moved so that its cells lie on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.cells import Boxes
from hanok.parts.ocr.geometry import Homography

Floats = npt.NDArray[np.float64]

SIDES = (0.5, 0.0, 1.0)  # the middle first: of one example nothing tells which is steadiest
REACH = (1.2, 0.8, 0.6, 0.45, 0.35, 0.3)  # of a field's height, step by step: how far a cell may lie from its field
ACROSS = 3.0  # times as far across: rows are told apart by their height, columns are far from each other
FEWEST = 8  # cells that tell where a board lies
MOVED = 0.06  # of the longer side: a board that has to be moved farther is of another design
BINS = 400  # of a side
BLUR = np.array([0.25, 0.6, 1.0, 0.6, 0.25])
SCALES = np.geomspace(0.5, 2.0, 57)
STIFF = 1e-4  # how firmly a homography keeps to the one before where cells leave it open


class Anchor(NamedTuple):
    """A point of a field's text; 0 to 1 across and down the board.

    Parameters
    ----------
    x, y : float
        The middle of its side.
    side : float
        Which side hardly moves: 0 is the left one, 1 the right one, .5 the middle.
    height : float
        The highest text that was seen.
    spread : float
        How far that side moved across.
    """

    x: float
    y: float
    side: float
    height: float
    spread: float

    @classmethod
    def of(cls, places: Sequence[tuple[float, float, float, float]]) -> Anchor:
        """Of all places where a field was seen: left, top, right and bottom."""
        left, top, right, bottom = np.array(places).T
        across = {side: left + side * (right - left) for side in SIDES}
        side = min(SIDES, key=lambda each: round(float(np.ptp(across[each])), 3))
        middle, height = float(np.median(top + bottom)) / 2, float((bottom - top).max())
        spread = float(np.ptp(across[side]))
        return cls(*(round(each, 5) for each in (float(np.median(across[side])), middle, side, height, spread)))


def refined(
    cells: Boxes, to_frame: Homography, anchors: Mapping[str, Anchor], size: tuple[int, int]
) -> tuple[Homography, float]:
    """Move a board, which already lies nearly right, until its cells lie on the anchors.

    Parameters
    ----------
    cells : array (n, 4)
        Left, top, right and bottom in pixels of the board.
    to_frame : array (3, 3)
        From the board to the template's frame, nearly.
    anchors : mapping of str to Anchor
        Where the cells of fields should lie.
    size : (int, int)
        Width and height of the frame in pixels.

    Returns
    -------
    array (3, 3), float
        `to_frame` itself, if the cells do not lie better with another; and how many cells lie on their anchors.

    Source
    ------
    Iterative closest points (Besl and McKay 1992), on pairs that are each other's nearest, with Tukey's weights.
    """
    if len(cells) < FEWEST or len(anchors) < FEWEST:
        return to_frame, 0.0
    marks = np.array(list(anchors.values()))
    goal = marks[:, :2] * size  # (m, 2)
    high = marks[:, 3] * size[1]
    left, top, right, bottom = np.asarray(cells, np.float64).T
    ends = {side: np.stack([left + side * (right - left), (top + bottom) / 2], axis=1) for side in SIDES}
    best, most = to_frame, float(_pairs(ends, to_frame, goal, high, marks[:, 2], REACH[-1])[2].sum())
    found = to_frame
    for reach in REACH:
        of, at, weight = _pairs(ends, found, goal, high, marks[:, 2], reach)
        if np.count_nonzero(weight) < FEWEST:
            break
        points = np.array([ends[side][cell] for side, cell in zip(marks[at, 2], of, strict=True)])
        found = _solved(points, goal[at], weight / high[at] ** 2, found, size)
        near = float(_pairs(ends, found, goal, high, marks[:, 2], REACH[-1])[2].sum())
        if near > most and _shift(found @ np.linalg.inv(to_frame), size) <= MOVED:
            best, most = found, near
    return best, most


def _shift(move: Homography, size: tuple[int, int]) -> float:
    """How far a homography moves the corners of a frame at most, in shares of its longer side."""
    corners = np.array([(0, 0), (size[0], 0), (0, size[1]), size], np.float64)
    return float(np.linalg.norm(_moved(corners, move) - corners, axis=1).max()) / max(size)


def begun(cells: Boxes, anchors: Mapping[str, Anchor], size: tuple[int, int]) -> Homography | None:
    """How a straight board, of which more or less may be seen, most likely lies: by where rows and columns stand.

    Parameters
    ----------
    cells : array (n, 4)
        Left, top, right and bottom in pixels of the board.
    anchors : mapping of str to Anchor
        Where the cells of fields should lie.
    size : (int, int)
        Width and height of the board in pixels.

    Returns
    -------
    array (3, 3) or None
        From relative places on the board to those of the anchors; None if there are too few to tell.
    """
    if len(cells) < FEWEST or len(anchors) < FEWEST:
        return None
    marks = np.array(list(anchors.values()))
    left, top, right, bottom = cells.T / np.array([*size, *size])[:, None]
    sides = [side for side in SIDES if (marks[:, 2] == side).any()]
    across = [(left + side * (right - left), marks[marks[:, 2] == side, 0]) for side in sides]
    moves = [_moved_most(pairs) for pairs in (across, [((top + bottom) / 2, marks[:, 1])])]
    (wide, begin), (high, above) = moves
    return np.array([[wide, 0, begin], [0, high, above], [0, 0, 1]])


def _moved_most(pairs: Sequence[tuple[Floats, Floats]]) -> tuple[float, float]:
    """By what to multiply places and what to add, so that most of them come to goals; pairs are of one side each."""
    n, best, found = 4 * BINS, -1.0, (1.0, 0.0)
    goals = [np.fft.rfft(_profile(goal, 1), n) for _, goal in pairs]
    for scale in SCALES:
        fallen = [np.fft.rfft(_profile(places * scale, 2), n) for places, _ in pairs]
        fits = [np.fft.irfft(goal * np.conj(each), n) for goal, each in zip(goals, fallen, strict=True)]
        sums: Floats = np.sum(fits, axis=0)
        shift = int(np.argmax(sums))
        if sums[shift] > best:
            best, found = float(sums[shift]), (float(scale), (shift if shift < n // 2 else shift - n) / BINS)
    return found


def _profile(places: Floats, length: int) -> Floats:
    """How many places there are around each from 0 to `length`, blurred; more than one counts little more."""
    inside = places[(places >= 0) & (places < length)]
    counts = np.bincount((inside * BINS).astype(np.int64), minlength=length * BINS)
    return np.convolve(np.sqrt(counts.astype(np.float64)), BLUR, "same")


def _pairs(
    ends: Mapping[float, Floats], to_frame: Homography, goal: Floats, high: Floats, sides: Floats, reach: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Cells and anchors that are each other's nearest, and how much each pair counts: three arrays (k,)."""
    far = np.empty((len(goal), len(ends[0.5])))
    for side in SIDES:
        rows = np.flatnonzero(sides == side)
        apart = (_moved(ends[side], to_frame)[None] - goal[rows, None]) / high[rows, None, None]  # (rows, cells, 2)
        far[rows] = np.hypot(apart[..., 0] / ACROSS, apart[..., 1])
    of = far.argmin(axis=1)
    at = np.flatnonzero(far.argmin(axis=0)[of] == np.arange(len(goal)))
    shares = far[at, of[at]] / reach
    return of[at], at, np.where(shares < 1, (1 - np.minimum(shares, 1) ** 2) ** 2, 0.0)


def _moved(points: Floats, by: Homography) -> Floats:
    across = np.column_stack([points, np.ones(len(points))]) @ by.T
    moved: Floats = across[:, :2] / across[:, 2:]
    return moved


def _solved(points: Floats, goal: Floats, weight: Floats, before: Homography, size: tuple[int, int]) -> Homography:
    """The homography that brings points to their goals with the least weighted squares, near the one before."""
    scale = np.diag([2 / size[0], 2 / size[1], 1.0]) @ np.array([[1, 0, -size[0] / 2], [0, 1, -size[1] / 2], [0, 0, 1]])
    start, to = _moved(_moved(points, before), scale), _moved(goal, scale)  # both from -1 to 1: near the identity
    (x, y), (u, v), one, no = start.T, to.T, np.ones(len(to)), np.zeros(len(to))
    rows = np.concatenate([
        np.stack([x, y, one, no, no, no, -u * x, -u * y], axis=1),
        np.stack([no, no, no, x, y, one, -v * x, -v * y], axis=1),
    ])  # fmt: skip
    wanted, root = np.concatenate([u, v]), np.sqrt(weight / weight.max())
    root = np.concatenate([root * size[0] / size[1] / ACROSS, root])
    stiff = np.sqrt(STIFF * len(to)) * np.eye(8)
    same = np.array([1, 0, 0, 0, 1, 0, 0, 0], np.float64)
    solved = np.linalg.lstsq(
        np.vstack([rows * root[:, None], stiff]), np.concatenate([wanted * root, stiff @ same]), rcond=None
    )[0]
    step = np.append(solved, 1.0).reshape(3, 3)
    found: Homography = np.linalg.inv(scale) @ step @ scale @ before
    return np.asarray(found / found[2, 2], np.float64)
