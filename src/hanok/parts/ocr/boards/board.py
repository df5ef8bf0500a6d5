"""A board: a match in a design, as a camera sees it, with the truth of every text."""

from __future__ import annotations

import colorsys
import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image

from hanok.core.problem import Problem
from hanok.parts.ocr.boards.canvas import Canvas, Cell, Colour, Style
from hanok.parts.ocr.boards.degrade import (
    Pixels,
    Points,
    Strength,
    mapped,
    quality,
    rectangle,
    seen,
    strength,
    view,
)
from hanok.parts.ocr.boards.designs.design import Design
from hanok.parts.ocr.boards.designs.every import DESIGNS
from hanok.parts.ocr.boards.fonts import FAMILIES, Font, Split, suited
from hanok.parts.ocr.boards.match import Match, played
from hanok.parts.ocr.boards.words import chosen
from hanok.parts.ocr.vision import opencv

Random = np.random.Generator


@dataclass(frozen=True)
class Board:
    """A rendered board.

    Parameters
    ----------
    file : bytes
        JPEG.
    design, language, degradation : str
    record : dict
        What the board says: ``{"language", "clock", "teams": [{"name", "score", "total", "players": [{"rank", "name",
        "kills", "deaths", "assists", "score"}]}]}``, without what this design does not show.
    cells : tuple of Cell
        Every text, with its quad in the final picture.
    corners : array (4, 2)
        Of the board in the final picture, clockwise from the top left.
    """

    file: bytes
    design: str
    language: str
    degradation: str
    record: dict[str, Any]
    cells: tuple[Cell, ...]
    corners: Points

    @property
    def pixels(self) -> Pixels:
        """The picture, RGB (height, width, 3)."""
        return np.asarray(Image.open(io.BytesIO(self.file)), np.uint8)

    def truth(self) -> dict[str, Any]:
        """All but the picture, as JSON takes it; places in pixels, to a tenth."""
        cells = [
            {"text": c.text, "kind": c.kind, "field": c.field, "font": c.font, "quad": c.quad.round(1).tolist()}
            for c in self.cells
        ]
        about = {"design": self.design, "language": self.language, "degradation": self.degradation}
        return {**about, "record": self.record, "corners": self.corners.round(1).tolist(), "cells": cells}


def board(
    seed: int | list[int],
    *,
    design: str | Design | None = None,
    language: str = "en",
    degradation: str = "clean",
    split: Split = "all",
) -> Board:
    """Render a board; the same seed gives the same board on a machine with the same fonts.

    Parameters
    ----------
    seed : int, or list of int
        Of everything that is drawn.
    design : str or Design, optional
        One of `DESIGNS`, or one of your own; drawn if not given.
    language : "en", "ko" or "ja"
        Of words and names.
    degradation : "clean", "mild", "photo" or "severe"
        What the camera does.
    split : "all", "train" or "held_out"
        Which fonts are used.

    Returns
    -------
    Board

    Raises
    ------
    Problem
        ``unknown_design``, ``unknown_language``, ``unknown_level``.
    Unavailable
        No font can write the language, or OpenCV is not installed.

    Example
    -------
    >>> made = board(0, design="cards", degradation="photo")
    >>> made.pixels.ndim, made.cells[0].kind
    (3, 'title')
    """
    rng, most = np.random.default_rng(seed), strength(degradation)
    if language not in FAMILIES:
        raise Problem("unknown_language", f"found {language!r}; expected one of {', '.join(FAMILIES)}", "language")
    kind = _design(design or str(rng.choice(list(DESIGNS))))
    match = played(language, kind.sides, int(rng.integers(kind.players[0], kind.players[1] + 1)), rng)
    canvas = Canvas(*kind.size, match, _style(language, split, rng), rng)
    kind.draw(canvas)
    picture, cells, corners = _taken(canvas, most, rng)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality(most, rng))
    return Board(file.getvalue(), kind.name, language, degradation, _record(match, kind), cells, corners)


def _design(given: str | Design) -> Design:
    if isinstance(given, Design):
        return given
    if given not in DESIGNS:
        raise Problem("unknown_design", f"found {given!r}; expected one of {', '.join(DESIGNS)}", "design")
    return DESIGNS[given]


def _style(language: str, split: Split, rng: Random) -> Style:
    def one(found: tuple[Font, ...]) -> Font:
        upright = [font for font in found if font.upright] or list(found)
        return upright[int(rng.integers(len(upright)))]

    red, green, blue = colorsys.hls_to_rgb(rng.random(), rng.uniform(0.35, 0.5), rng.uniform(0.15, 0.7))
    hue: Colour = (round(255 * red), round(255 * green), round(255 * blue))
    text, figures = one(suited(language, "print", split)), one(suited("en", "print", split))
    if rng.random() < 0.5:
        figures = text
    segment = one(suited(language, "segment", split))
    return Style(text, figures, segment, chosen(language, rng), bool(rng.random() < 0.3), hue)


def _taken(canvas: Canvas, most: Strength, rng: Random) -> tuple[Pixels, tuple[Cell, ...], Points]:
    """The picture a camera takes, and where in it everything is."""
    picture, corners = canvas.pixels(), rectangle(canvas.width, canvas.height)
    cells = tuple(canvas.cells)
    if most.tilt or most.turn:
        by = view(canvas.width, canvas.height, most, rng)
        desk = np.full_like(picture, rng.integers(25, 190)) + rng.integers(0, 40, 3, dtype=np.uint8)
        cv2, size = opencv(), (canvas.width, canvas.height)
        cv2.warpPerspective(picture, by, size, dst=desk, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
        picture, corners = desk, mapped(corners, by)
        cells = tuple(replace(cell, quad=mapped(cell.quad, by)) for cell in cells)
    return seen(picture, most, rng), cells, corners


def _record(match: Match, design: Design) -> dict[str, Any]:
    """What the design shows of a match."""
    columns = [name for name in design.columns if name != "kda"]
    teams = [
        {
            **{name: getattr(team, name) for name in ("name", "score", "total") if name in design.shows},
            "players": [{name: getattr(player, name) for name in columns} for player in team.players],
        }
        for team in match.teams
    ]
    clock = {"clock": match.clock} if "clock" in design.shows else {}
    return {"language": match.language, **clock, "teams": teams}
