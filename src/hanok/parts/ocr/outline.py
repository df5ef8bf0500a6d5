"""Where boards lie in a picture: quadrilaterals whose four sides are edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.image import Pixels
from hanok.parts.ocr.geometry import Quad
from hanok.parts.ocr.vision import opencv

Grey = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

WORK = 640  # pixels of the longer side while lines are looked for
STEEPEST = 30.0  # degrees off level or upright that a side may be
SIDES = 14  # lines kept of each direction
SUPPORT = 0.8  # of a side's visible length that must be an edge
SMALLEST = 0.08  # of the picture


class _Line(NamedTuple):
    """A line through the picture, as where it crosses the two edges it runs between."""

    start: float  # y at x = 0, or x at y = 0
    end: float  # y at the right edge, or x at the lower edge
    seen: Floats  # (length + 1,) edge pixels before each pixel along it


class Outline(NamedTuple):
    """A quadrilateral whose sides are edges of the picture.

    Parameters
    ----------
    quad : Quad
        A corner may lie outside the picture.
    support : float
        The smallest share of a side, as far as it is visible, that is an edge.
    """

    quad: Quad
    support: float


def find_outlines(picture: Pixels) -> list[Outline]:
    """Find quadrilaterals whose sides are edges: boards, but also panels in them and tables under them.

    Parameters
    ----------
    picture : array (height, width, 3), uint8
        RGB. Sides are looked for that are level or upright to 30 degrees.

    Returns
    -------
    list of Outline
        The largest and clearest first; they may be nested.

    Source
    ------
    Duda and Hart, "Use of the Hough transformation to detect lines and curves in pictures" (1972), for the lines; all
    pairs of pairs of lines are tried, and judged by how much of their sides is seen.
    """
    scale = min(WORK / max(picture.shape[:2]), 1.0)
    small = opencv().resize(picture, None, fx=scale, fy=scale, interpolation=opencv().INTER_AREA)
    across, upright = _edges(small)
    height, width = small.shape[:2]
    found = _quads(_lines(across), _lines(np.ascontiguousarray(upright.T)), width, height)
    return [Outline(Quad.of(each.quad.corners / scale), each.support) for each in found]


def _edges(small: Pixels) -> tuple[Grey, Grey]:
    """Edge pixels of lines that run across and of lines that run up and down: two masks (height, width)."""
    smooth = opencv().GaussianBlur(small, (0, 0), 1.5)
    dx = np.abs(opencv().Sobel(smooth, opencv().CV_32F, 1, 0)).max(axis=2)
    dy = np.abs(opencv().Sobel(smooth, opencv().CV_32F, 0, 1)).max(axis=2)
    both = np.hypot(dx, dy)
    strong = both > max(12.0, 3 * float(np.median(both)))
    thin_y = strong & (dy > dx) & (dy >= np.roll(dy, 1, 0)) & (dy >= np.roll(dy, -1, 0))
    thin_x = strong & (dx > dy) & (dx >= np.roll(dx, 1, 1)) & (dx >= np.roll(dx, -1, 1))
    return thin_y.astype(np.uint8), thin_x.astype(np.uint8)


def _lines(mask: Grey) -> list[_Line]:
    """The lines with most edge pixels in a mask of edges that run across (a Hough transform of start and end)."""
    height, width = mask.shape
    reach = np.tan(np.radians(STEEPEST)) * width
    near = opencv().dilate(mask, np.ones((3, 1), np.uint8))
    lines: list[_Line] = []
    steepest = np.radians(STEEPEST)
    votes = opencv().HoughLinesWithAccumulator(
        mask, 1, np.pi / 720, max(int(0.2 * width), 10), min_theta=np.pi / 2 - steepest, max_theta=np.pi / 2 + steepest
    )
    if votes is None:
        return []
    votes = votes.reshape(-1, 3)
    for rho, theta, _ in votes[np.argsort(-votes[:, 2], kind="stable")]:
        start, end = rho / np.sin(theta), (rho - width * np.cos(theta)) / np.sin(theta)
        if abs(end - start) > reach or any(abs(start - o.start) + abs(end - o.end) < 12 for o in lines):
            continue
        at = np.arange(width)
        y = np.rint(start + (end - start) * at / width).astype(int)
        inside = (y >= 0) & (y < height)
        on = np.zeros(width)
        on[inside] = near[y[inside], at[inside]]
        lines.append(_Line(start, end, np.concatenate([[0.0], on.cumsum()])))
        if len(lines) == SIDES:
            break
    return lines


def _quads(level: list[_Line], steep: list[_Line], width: int, height: int) -> list[Outline]:
    """Every four lines that make a quadrilateral with enough support."""
    found = []
    for top, bottom in _pairs(level, 0.15 * height):
        for left, right in _pairs(steep, 0.15 * width):
            quad = _quad(top, bottom, left, right, width, height)
            if not quad.is_convex or quad.area < SMALLEST * width * height:
                continue
            support = _support(quad, top, bottom, left, right, width, height)
            if support >= SUPPORT:
                found.append(Outline(quad, support))
    return sorted(found, key=lambda each: -(each.support**4) * each.quad.area)


def _pairs(lines: list[_Line], apart: float) -> Iterator[tuple[_Line, _Line]]:
    """Two lines, the nearer to 0 first, some way apart on both ends."""
    for first, second in combinations(sorted(lines, key=lambda line: line.start + line.end), 2):
        if min(second.start - first.start, second.end - first.end) > apart:
            yield first, second


def _quad(top: _Line, bottom: _Line, left: _Line, right: _Line, width: int, height: int) -> Quad:
    """The quadrilateral between four lines."""
    corners = ((top, left), (top, right), (bottom, right), (bottom, left))
    return Quad.of([_crossing(level, steep, width, height) for level, steep in corners])


def _crossing(level: _Line, steep: _Line, width: int, height: int) -> tuple[float, float]:
    """Where a line across, y = a + b x, meets an upright one, x = c + d y."""
    a, b = level.start, (level.end - level.start) / width
    c, d = steep.start, (steep.end - steep.start) / height
    x = (c + d * a) / (1 - d * b)
    return x, a + b * x


def _support(quad: Quad, top: _Line, bottom: _Line, left: _Line, right: _Line, width: int, height: int) -> float:
    """The least of the four sides' shares of edge."""
    upper_left, upper_right, lower_right, lower_left = (tuple(map(float, corner)) for corner in quad.corners)
    across = (top, upper_left, upper_right), (bottom, lower_left, lower_right)
    down = (left, upper_left[::-1], lower_left[::-1]), (right, upper_right[::-1], lower_right[::-1])
    return min(
        *(_share(line, start, end, height) for line, start, end in across),
        *(_share(line, start, end, width) for line, start, end in down),
    )


def _share(line: _Line, start: Sequence[float], end: Sequence[float], limit: int) -> float:
    """How much of a side is an edge as far as the picture shows it; places are (along, off) the line's direction."""
    length = end[0] - start[0]
    low, high = max(start[0], 0.0), min(end[0], float(len(line.seen) - 1))
    slope = (end[1] - start[1]) / length
    if slope:  # leave out where the side is off the picture
        cuts = sorted(start[0] + (bound - start[1]) / slope for bound in (0.0, float(limit)))
        low, high = max(low, cuts[0]), min(high, cuts[1])
    seen = int(high) - int(low)
    if seen < max(0.5 * length, 8):
        return 0.0
    return float(line.seen[int(high)] - line.seen[int(low)]) / seen
