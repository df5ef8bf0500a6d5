"""Where ink lies on a board, coarsely, and how one board has to be moved to lie on another of the same design."""

from __future__ import annotations

import base64
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.geometry import Homography
from hanok.parts.ocr.ink import Ink
from hanok.parts.ocr.vision import opencv

Density = npt.NDArray[np.float32]
"""(rows, columns): the share of ink, blurred, of a board shrunk to `WIDTH` columns."""

WIDTH = 256
BLUR = 3.0  # columns: names and numbers differ from board to board, where they stand does not
STEPS = 60
CLEAR = 0.8  # correlation at which no other way is tried; upside down it is .7 at most
HALF = np.array([[2, 0, 0.5], [0, 2, 0.5], [0, 0, 1]])  # from pixels of half a density; whole numbers are middles
LEAST = 0.3  # correlation at which two boards may be of one design


class Alignment(NamedTuple):
    """How a board lies on another.

    Parameters
    ----------
    homography : array (3, 3), float64
        From the one's relative places (0 to 1 across and down) to the other's.
    correlation : float
        Of their ink once they lie on each other; 1 is the same.
    """

    homography: Homography
    correlation: float


def density(ink: Ink, aspect: float) -> Density:
    """Where the ink of a board lies, without its colours and letters, in the shape of a board of another aspect."""
    share = opencv().resize(ink.mask.astype(np.float32), shape_of(aspect)[::-1], interpolation=opencv().INTER_AREA)
    return np.asarray(opencv().GaussianBlur(share, (0, 0), BLUR), np.float32)


def shape_of(aspect: float) -> tuple[int, int]:
    """Rows and columns of the density of a board of that width by height."""
    return max(round(WIDTH / aspect), 8), WIDTH


def encoded(found: Density) -> str:
    """A density as text: that of a grey PNG."""
    return base64.b64encode(opencv().imencode(".png", np.rint(found * 255).astype(np.uint8))[1].tobytes()).decode()


def decoded(text: str) -> Density:
    """What `encoded` made a text of."""
    shades = opencv().imdecode(np.frombuffer(base64.b64decode(text), np.uint8), opencv().IMREAD_GRAYSCALE)
    return np.asarray(shades, np.float32) / np.float32(255)


def align(board: Density, other: Density) -> Alignment | None:
    """Find how a board has to be moved so that its ink lies on another's.

    Parameters
    ----------
    board, other : array (rows, columns), float32
        Of one shape.

    Returns
    -------
    Alignment or None
        None if they are not of one design.

    Source
    ------
    Evangelidis and Psarakis, "Parametric image alignment using enhanced correlation coefficient maximization" (2008),
    from two starts: as they lie, and with equal extents of ink. First affine, then a homography.
    """
    if min(board.max(), other.max()) <= 0:
        return None
    found = _ecc(board, other, np.eye(3))
    if found and found.correlation >= CLEAR:
        return found
    again = _ecc(board, other, _by_extent(board, other))
    return max(filter(None, (found, again)), key=lambda each: each.correlation, default=None)


def likeness(board: Density, other: Density) -> float:
    """Correlation of two boards of one shape, as they lie or with equal extents of ink: no search, and a good guess."""
    if min(board.max(), other.max()) <= 0:
        return 0.0
    size, flags = board.shape[::-1], opencv().INTER_LINEAR | opencv().WARP_INVERSE_MAP
    moved = opencv().warpAffine(board, _by_extent(board, other)[:2], size, flags=flags)
    return max(correlation(board, other), correlation(moved, other))


def correlation(board: Density, other: Density) -> float:
    """Of two boards as they lie; 1 is the same, 0 also where one is empty."""
    if min(board.max(), other.max()) <= 0:
        return 0.0
    return float(np.corrcoef(board.ravel(), other.ravel())[0, 1])


def starts(board: Density, other: Density) -> list[Homography]:
    """Where a board may lie before anything is known: as it is, and with equal extents of ink; relative places."""
    if min(board.max(), other.max()) <= 0:
        return [np.eye(3)]
    return [np.eye(3), _relative(_by_extent(board, other), board.shape)]


def _ecc(board: Density, other: Density, start: Homography) -> Alignment | None:
    """The alignment found from a start, both in pixels of the densities."""
    stop = (opencv().TERM_CRITERIA_EPS | opencv().TERM_CRITERIA_COUNT, STEPS, 1e-4)
    halves, back = (_half(other), _half(board)), np.linalg.inv(HALF)  # four times as fast, and cells tell the rest
    try:
        affine = (back @ start @ HALF)[:2].astype(np.float32)
        _, affine = opencv().findTransformECC(*halves, affine, opencv().MOTION_AFFINE, stop, None, 5)
        matrix = np.vstack([affine, [0, 0, 1]]).astype(np.float32)
        correlation, matrix = opencv().findTransformECC(*halves, matrix, opencv().MOTION_HOMOGRAPHY, stop, None, 5)
    except opencv().error:  # it did not converge
        return None
    if not correlation >= LEAST or abs(np.linalg.det(matrix)) < 1e-3:
        return None
    return Alignment(_relative(HALF @ matrix.astype(np.float64) @ back, board.shape), float(correlation))


def _half(found: Density) -> Density:
    """With half as many rows and columns."""
    rows, columns = found.shape
    return np.asarray(opencv().resize(found, (columns // 2, rows // 2), interpolation=opencv().INTER_AREA), np.float32)


def _relative(to_board: Homography, shape: tuple[int, ...]) -> Homography:
    """From the board's relative places to the other's, of what leads from the other's pixels to the board's."""
    height, width = shape
    to_pixels = np.array([[width, 0, -0.5], [0, height, -0.5], [0, 0, 1]])  # whole numbers are the middles of pixels
    forward = np.linalg.inv(to_pixels) @ np.linalg.inv(to_board) @ to_pixels
    return np.asarray(forward / forward[2, 2], np.float64)


def _by_extent(board: Density, other: Density) -> Homography:
    """From the other's pixels to the board's, so that their ink reaches equally far."""
    (x, y, right, bottom), (u, v, end, low) = _extent(board), _extent(other)
    across, down = (right - x) / (end - u), (bottom - y) / (low - v)
    return np.array([[across, 0, x - u * across], [0, down, y - v * down], [0, 0, 1]])


def _extent(density: Density) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the ink, without its outermost hundredths."""
    sides = []
    for axis in (0, 1):
        total = density.sum(axis=axis).cumsum(dtype=np.float64)
        low, high = np.searchsorted(total, (0.01 * total[-1], 0.99 * total[-1]))
        sides.append((float(low), float(max(high, low + 1))))
    (left, right), (top, bottom) = sides
    return left, top, right, bottom
