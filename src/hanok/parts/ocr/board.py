"""The board of a picture, cut out and made straight, and the way back into the picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from hanok.parts.image import Pixels
from hanok.parts.ocr.cells import find_cells
from hanok.parts.ocr.geometry import Box, Homography, Quad, homography, inverse
from hanok.parts.ocr.ink import find_ink
from hanok.parts.ocr.letters import Letters, find_letters, in_words, run_down, skew
from hanok.parts.ocr.line import Line, line_of
from hanok.parts.ocr.outline import Outline, find_outlines
from hanok.parts.ocr.vision import opencv

Confidences = Callable[[Sequence[Line]], Sequence[float]]
"""How sure an engine is of what it reads in each line; only the order matters."""

ALL = 0.97  # of the letters: an outline around so many is the board
MOST = 0.5  # of the letters: an outline around so many tells how the board lies, but more of it lies outside
ON_A_SIDE = 0.01  # of the longer side
OWN, TOGETHER = 0.2, 0.9  # of the letters that each of two boards has, and both
UPRIGHT = 0.01  # of a side: an outline that is so exactly upright is a panel of a screen
LONGEST = 4000  # pixels of a board's longer side
ASKED = 8  # cells read to tell a board from one upside down
UNKNOWN = Letters(np.zeros((0, 4)))  # of a board that was not made by `straighten`


@dataclass(frozen=True, eq=False)
class Board:
    """A straight board.

    Parameters
    ----------
    pixels : array (height, width, 3), uint8
        RGB.
    picture : array (h, w, 3), uint8
        What it was cut out of.
    to_board : array (3, 3), float64
        The homography from the picture to the board.
    method : "outline", "skew" or "whole"
        Whether four sides were found, only the slope of its lines, or nothing that had to be made straight.
    turned : 0, 90, 180 or 270
        Degrees clockwise that the picture was turned by, besides.
    letters : Letters
        Of words of the picture, also outside the board, where `straighten` found them.
    several : bool
        Whether the picture looks as if it showed two boards, each at its own angle: only a template can tell that
        they are panels of one.
    """

    pixels: Pixels
    picture: Pixels
    to_board: Homography
    method: Literal["outline", "skew", "whole"]
    turned: int = 0
    letters: Letters = UNKNOWN
    several: bool = False

    def in_picture(self, box: Box) -> Quad:
        """Where a box of the board lies in the picture, to be drawn there."""
        return box.quad().moved(inverse(self.to_board))

    def turn_of(self, quads: Iterable[Quad]) -> int:
        """Degrees clockwise by which the board has to be turned so that quads of its picture are upright."""
        on_board = [quad.moved(self.to_board).corners for quad in quads]
        x, y = np.sum([corners[1] - corners[0] for corners in on_board], axis=0)
        return round(-float(np.degrees(np.arctan2(y, x))) / 90) % 4 * 90

    def beside(self, other: Board) -> float:
        """The share of the letters of this board's picture that lie outside another board of the same picture."""
        height, width = other.pixels.shape[:2]
        centres = self.letters.centres
        if not len(centres):
            return 0.0
        x, y = opencv().perspectiveTransform(centres[None], other.to_board)[0].T
        inside = (np.abs(x / width - 0.5) <= 0.5 + ON_A_SIDE) & (np.abs(y / height - 0.5) <= 0.5 + ON_A_SIDE)
        return float(1 - inside.mean())

    def widened(self) -> Board:
        """The board with what is around it in its picture, as much as half its size: perhaps it is but a table."""
        height, width = self.pixels.shape[:2]
        seen = _around(self.picture, self.in_picture(Box(0, 0, width, height)))
        return replace(self, pixels=seen.pixels, to_board=seen.to_board)

    def rotated(self, degrees: int) -> Board:
        """The board turned clockwise by 90, 180 or 270 degrees."""
        height, width = self.pixels.shape[:2]
        whole = Box(0, 0, width, height).quad()
        turns = degrees // 90 % 4
        pixels = np.ascontiguousarray(np.rot90(self.pixels, -turns))
        target = Box(0, 0, pixels.shape[1], pixels.shape[0]).quad().corners
        turn = homography(whole, Quad.of(np.roll(target, -turns, axis=0)))
        return replace(self, pixels=pixels, to_board=turn @ self.to_board, turned=(self.turned + 90 * turns) % 360)


def straighten(picture: Pixels, confidences: Confidences | None = None, *, aspect: float | None = None) -> Board:
    """Find the board of a picture and make it straight and upright.

    If four sides are seen that hold the text, they become the board's. Otherwise it is turned until its lines are
    level. Lines that run up or down are turned by 90 degrees; whether the board then stands on its head shows when an
    engine reads a few cells both ways.

    Parameters
    ----------
    picture : array (height, width, 3), uint8
        RGB.
    confidences : callable, lines -> numbers
        How sure an engine is of each line; without it a board that is upside down stays so, and one on its side may
        come out upside down.
    aspect : float
        Width by height of the board, if it is known and four sides are found; otherwise as it looks.

    Returns
    -------
    Board

    Example
    -------
    >>> straighten(np.full((90, 160, 3), 255, np.uint8)).method
    'whole'
    """
    letters = in_words(find_letters(find_ink(picture)))
    outlines = find_outlines(picture)
    board = _by_outline(picture, outlines, letters, aspect)
    board = _across(board) if board else _level(Board(picture, picture, np.eye(3), "whole"))
    board = replace(board, letters=letters, several=_are_several(outlines, letters))
    return _upright(board, confidences) if confidences else board


def warp(picture: Pixels, quad: Quad, width: int, height: int) -> Board:
    """What a quadrilateral of a picture holds, as a board of that size; beyond the picture its edge is continued."""
    to_board = homography(quad, Box(0, 0, width, height).quad())
    return Board(warped(picture, to_board, width, height), picture, to_board, "outline")


def warped(picture: Pixels, to_board: Homography, width: int, height: int) -> Pixels:
    """A picture as a homography puts it on a board of that size; beyond the picture its edge is continued."""
    shift = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])  # OpenCV's whole numbers are the middles of pixels
    matrix = np.linalg.inv(shift) @ to_board @ shift
    warped: Pixels = opencv().warpPerspective(
        picture, matrix, (width, height), flags=opencv().INTER_LINEAR, borderMode=opencv().BORDER_REPLICATE
    )
    return warped


def _inside(quad: Quad, letters: Letters) -> float:
    """The share of letters within a quadrilateral, or on its sides, which look like letters where they are broken."""
    if not len(letters.boxes):
        return 0.0
    corners, centres = quad.corners.astype(np.float64), letters.centres
    along = np.roll(corners, -1, axis=0) - corners
    to = centres[:, None] - corners  # (n, 4, 2)
    within = (along[:, 0] * to[..., 1] - along[:, 1] * to[..., 0]) / np.linalg.norm(along, axis=1)  # (n, 4) pixels
    return float((within >= -ON_A_SIDE * max(quad.size)).all(axis=1).mean())


def _is_upright(quad: Quad) -> bool:
    """Whether sides are level and upright as only a screen draws them."""
    upper_left, upper_right, lower_right, lower_left = quad.corners
    off = [upper_left[1] - upper_right[1], lower_left[1] - lower_right[1]]
    off += [upper_left[0] - lower_left[0], upper_right[0] - lower_right[0]]
    return max(abs(float(each)) for each in off) <= UPRIGHT * max(quad.size)


def _are_several(outlines: list[Outline], letters: Letters) -> bool:
    """Whether two outlines that do not share a plane hold the text together, and none alone."""
    shares = [(outline.quad, _inside(outline.quad, letters)) for outline in outlines]
    if any(share >= 1 - OWN for _, share in shares):
        return False
    own = [(quad, share) for quad, share in shares if share >= OWN and not _is_upright(quad)]
    for place, (quad, share) in enumerate(own):
        for other, of_other in own[place + 1 :]:
            apart = (
                not quad.box.common(other.box).area
                or opencv().intersectConvexConvex(quad.corners, other.corners)[0] == 0
            )
            if apart and share + of_other >= TOGETHER and not _same_plane(quad, other):
                return True
    return False


def _same_plane(quad: Quad, other: Quad) -> bool:
    """Whether what makes one straight makes the other straight: then they are panels of one board."""
    width, height = quad.size
    return _is_upright(other.moved(homography(quad, Box(0, 0, round(width), round(height)).quad())))


def _by_outline(picture: Pixels, outlines: list[Outline], letters: Letters, aspect: float | None) -> Board | None:
    """The board inside the best outline that holds the text; where text lies outside it, with what is around it."""
    for outline in outlines:
        share, quad = _inside(outline.quad, letters), outline.quad
        if share >= ALL:
            width, height = quad.size
            height = width / aspect if aspect else height
            scale = min(LONGEST / max(width, height), 1.0)
            return warp(picture, quad, max(round(width * scale), 1), max(round(height * scale), 1))
        if share >= MOST and not _is_upright(quad):
            return _around(picture, quad)
    return None


def _around(picture: Pixels, quad: Quad) -> Board:
    """A picture made straight by a quadrilateral in it, with as much around that as half its size."""
    width, height = quad.size
    straight = homography(quad, Box(0, 0, round(width), round(height)).quad())
    whole = Box(0, 0, picture.shape[1], picture.shape[0]).quad().moved(straight).box
    most = Box(*(round(side) for side in (-width / 2, -height / 2, 1.5 * width, 1.5 * height)))
    seen = whole.union(Box(0, 0, round(width), round(height))).common(most)
    scale = min(LONGEST / max(seen.width, seen.height), 1.0)
    to_board = np.diag([scale, scale, 1.0]) @ np.array([[1, 0, -seen.left], [0, 1, -seen.top], [0, 0, 1]]) @ straight
    pixels = warped(picture, to_board, round(seen.width * scale), round(seen.height * scale))
    return Board(pixels, picture, to_board / to_board[2, 2], "outline")


def _level(board: Board) -> Board:
    """The board turned so that lines run across and are level."""
    board = _across(board)
    angle = skew(find_letters(find_ink(board.pixels)))
    if not angle:
        return board
    height, width = board.pixels.shape[:2]
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
    seen = Box(0, 0, width, height).quad().moved(turn).box
    turn = np.array([[1, 0, -seen.left], [0, 1, -seen.top], [0, 0, 1]]) @ turn
    pixels = warped(board.pixels, turn, seen.width, seen.height)
    return replace(board, pixels=pixels, to_board=turn @ board.to_board, method="skew")


def _across(board: Board) -> Board:
    """The board, or it turned by 90 degrees if lines run down it."""
    return board.rotated(90) if run_down(find_letters(find_ink(board.pixels))) else board


def _upright(board: Board, confidences: Confidences) -> Board:
    """The board, or it turned by 180 degrees if an engine is surer of it that way."""
    cells = sorted(find_cells(board.pixels), key=lambda cell: -cell.width / cell.height)[:ASKED]
    if not cells:
        return board
    lines = [line_of(board.pixels, cell) for cell in cells]
    turned = [np.ascontiguousarray(line[::-1, ::-1]) for line in lines]
    sure = np.asarray(confidences([*lines, *turned]), np.float64)
    return board.rotated(180) if sure[len(lines) :].mean() > sure[: len(lines)].mean() else board
