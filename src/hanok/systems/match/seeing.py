"""From a picture to the lines of its fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hanok.core.problem import Problem
from hanok.parts.image import Pixels, resized
from hanok.parts.ocr import Fit, Picture, Quad, Template, best_fit, line_of, opened, straighten
from hanok.parts.ocr.line import Line
from hanok.parts.ocr.picture import LONGEST

FINER = 2
"""How many times as large as the pictures of its design a picture is looked at."""

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
    lines : dict of str to array (height, width)
        Of each field what engines read.
    quads : dict of str to list
        Where it stands in the user's picture.
    empty : frozenset of str
        Fields in whose place nothing is written; their line shows the place.
    notes : tuple of str
        What was done to the picture.
    """

    layout: str
    score: float
    stray: float
    lines: dict[str, Line]
    quads: dict[str, list[list[float]]]
    empty: frozenset[str]
    notes: tuple[str, ...]


def seen(image: bytes, templates: Sequence[Template], *, where: str = "image") -> Seen | None:
    """Open a picture, make it straight, find its design and cut out its fields.

    Returns
    -------
    Seen or None
        None where no template fits.

    Raises
    ------
    Problem
        It is no picture, too large or small, or shows several boards.
    """
    picture = _shrunk(opened(image, where=where), templates)
    board = straighten(picture.pixels)
    fit = best_fit(board, templates) if templates else None
    if fit is None:
        return None
    lines, quads, empty = {}, {}, set()
    for field in fit.template.regions:
        if field.startswith(PRINT):
            continue
        box = fit.cells.get(field)
        if box is None:
            empty.add(field)
            box = fit.template.region(field, fit.board).grown(0, 0, fit.board.pixels.shape)
        try:
            lines[field] = line_of(fit.board.pixels, box)
        except Problem:  # the place lies outside the picture
            continue
        quads[field] = placed(fit.board.in_picture(box), picture.scale)
    notes = [*picture.notes, *_turned(fit, picture.pixels)]
    return Seen(fit.template.name, fit.score, _stray(fit), lines, quads, frozenset(empty), tuple(notes))


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


def placed(quad: Quad, scale: float) -> list[list[float]]:
    """Corners in the user's picture, to a tenth of a pixel."""
    return [[round(float(x) / scale, 1), round(float(y) / scale, 1)] for x, y in quad.corners]


def _stray(fit: Fit) -> float:
    """What the score, a harmonic mean of fields filled and writing explained, leaves for the latter."""
    filled = len(fit.cells) / len(fit.template.regions)
    return max(1 - fit.score * filled / max(2 * filled - fit.score, 1e-9), 0.0)


def _turned(fit: Fit, picture: Pixels) -> list[str]:
    """How the board lay in the picture."""
    said = [f"the picture was turned by {fit.board.turned} degrees"] if fit.board.turned else []
    if fit.board.method == "outline":
        said.append("the board was found by its sides and made straight")
    elif fit.board.method == "skew":
        said.append("the lines were made level")
    return said
