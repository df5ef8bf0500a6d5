"""From a picture to the lines of its fields, where a template says where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hanok.core.problem import Problem
from hanok.parts.image import resized
from hanok.parts.ocr import Board, Box, Fit, Picture, Template, best_fit, line_of, opened, straighten
from hanok.parts.ocr.line import Line
from hanok.parts.ocr.picture import LONGEST

FINER = 2
"""How many times as large as the pictures of its design a picture is looked at."""

BESIDE = 0.7
"""Of a cell's height, how much is cut out on its left and right, as far as its place reaches: a faint 1 is no ink."""

PRINT = "print."
"""What the names of a template's regions begin with that hold words of the design."""


class Seen(NamedTuple):
    """A picture whose design was found.

    Parameters
    ----------
    layout : str
        The template's name.
    score : float
        How well it fits.
    stray : float
        Share of what is written that lies outside the template's regions.
    beside : float
        Share of the picture's letters that lie outside the board.
    lines : dict of str to array (height, width)
        Of each field what engines read; where nothing was found, the place.
    quads : dict of str to list
        Where it stands in the user's picture.
    notes : tuple of str
        What was done to the picture.
    """

    layout: str
    score: float
    stray: float
    beside: float
    lines: dict[str, Line]
    quads: dict[str, list[list[float]]]
    notes: tuple[str, ...]


def looked_at(image: bytes, templates: Sequence[Template], *, where: str = "image") -> tuple[Picture, Board]:
    """Open a picture and make it straight.

    Raises
    ------
    Problem
        It is no picture, or too large or small.
    """
    picture = _shrunk(opened(image, where=where), templates)
    return picture, straighten(picture.pixels)


def seen(picture: Picture, board: Board, templates: Sequence[Template]) -> Seen | None:
    """Find the design of a board and cut out its fields; None where no template fits."""
    fit = best_fit(board, templates) if templates else None
    if fit is None:
        return None
    places = {}
    for field in fit.template.regions:
        if field.startswith(PRINT):
            continue
        region = fit.template.region(field, fit.board).grown(0, 0, fit.board.pixels.shape)
        cell = fit.cells.get(field) or fit.template.place(field, fit.board)
        places[field] = cell.grown(BESIDE * cell.height, 0, fit.board.pixels.shape).common(region).union(cell)
    lines, quads = cut_out(fit.board, places, picture.scale, fit)
    notes = (*picture.notes, *how_it_lay(fit.board))
    return Seen(fit.template.name, fit.score, _stray(fit), board.beside(fit.board), lines, quads, notes)


def cut_out(
    board: Board, places: Mapping[str, Box], scale: float, fit: Fit | None = None
) -> tuple[dict[str, Line], dict[str, list[list[float]]]]:
    """The lines of fields, and their corners in the user's picture, to a tenth of a pixel; `fit` is of that board."""
    lines, quads = {}, {}
    for field, box in places.items():
        try:
            text, clear = (fit.cells.get(field), fit.clear(field)) if fit else (None, None)
            lines[field] = line_of(board.pixels, box, text=text, clear=clear)
        except Problem:  # the place lies outside the picture
            continue
        corners = board.in_picture(box).corners
        quads[field] = [[round(float(x) / scale, 1), round(float(y) / scale, 1)] for x, y in corners]
    return lines, quads


def _shrunk(picture: Picture, templates: Sequence[Template]) -> Picture:
    """The picture, no more than `FINER` times as long as its templates: more makes nothing readable and takes long."""
    most = FINER * max((max(template.width, template.height) for template in templates), default=LONGEST)
    height, width = picture.pixels.shape[:2]
    if max(height, width) <= most:
        return picture
    scale = most / max(height, width)
    pixels = resized(picture.pixels, max(round(width * scale), 1), max(round(height * scale), 1))
    note = f"the picture was shrunk to {most} pixels on its longer side, {FINER} times that of the known designs"
    return Picture(pixels, picture.scale * scale, (*picture.notes, note))


def _stray(fit: Fit) -> float:
    """What the score, a harmonic mean of fields filled and writing explained, leaves for the latter."""
    filled = len(fit.cells) / len(fit.template.regions)
    return max(1 - fit.score * filled / max(2 * filled - fit.score, 1e-9), 0.0)


def how_it_lay(board: Board) -> list[str]:
    """How a board lay in its picture."""
    said = [f"the picture was turned by {board.turned} degrees"] if board.turned else []
    if board.method == "outline":
        said.append("the board was found by its sides and made straight")
    elif board.method == "skew":
        said.append("the lines were made level")
    return said
