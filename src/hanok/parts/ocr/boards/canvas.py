"""Where a design writes: the picture, and the truth of every text in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw

from hanok.parts.ocr.boards.degrade import Pixels, Points
from hanok.parts.ocr.boards.fonts import Font
from hanok.parts.ocr.boards.match import Match

Colour = tuple[int, int, int]
Kind = Literal["title", "team", "head", "label", "name", "number"]
Anchor = Literal["lm", "mm", "rm"]
"""As Pillow says: which point of the text is given, left, middle or right; always half the height."""
SMALLEST = 11


@dataclass(frozen=True)
class Cell:
    """A text on the board.

    Parameters
    ----------
    text : str
        As written.
    kind : str
        Title, team, head of a column, label, name or number.
    field : str
        What of the record it is: ``"teams.0.players.2.kills"``; ``"head.kills"`` of a head.
    font : str
        Its family.
    quad : array (4, 2)
        The ink's corners, clockwise from the top left, in pixels.
    """

    text: str
    kind: Kind
    field: str
    font: str
    quad: Points


@dataclass(frozen=True)
class Style:
    """What differs between two boards of one design.

    Parameters
    ----------
    text, figures, segment : Font
        For words, for numbers, for numbers of a display.
    words : dict of str to str
        What things are called.
    thousands : bool
        Whether large numbers have commas.
    hue : Colour
        The board's own colour, of a middle brightness.
    """

    text: Font
    figures: Font
    segment: Font
    words: dict[str, str]
    thousands: bool
    hue: Colour

    def shade(self, light: float) -> Colour:
        """The hue, darker below 1, lighter above: 0 is black, 2 is white."""
        mixed = [channel * light if light < 1 else channel + (255 - channel) * (light - 1) for channel in self.hue]
        return round(mixed[0]), round(mixed[1]), round(mixed[2])

    def figure(self, value: int) -> str:
        """A number as this board writes it."""
        return f"{value:,}" if self.thousands else str(value)


@dataclass
class Canvas:
    """A board while it is drawn."""

    width: int
    height: int
    match: Match
    style: Style
    rng: np.random.Generator
    cells: list[Cell] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", (self.width, self.height))
        self.pen = ImageDraw.Draw(self.image)

    def fill(self, colour: Colour, box: tuple[float, float, float, float] | None = None, *, round: float = 0) -> None:
        """A rectangle, the whole board without `box`."""
        given = box or (0, 0, self.width, self.height)
        self.pen.rounded_rectangle(given, round, fill=colour)

    def rule(self, points: tuple[float, float, float, float], colour: Colour, width: int = 1) -> None:
        """A line from one point to another."""
        self.pen.line(points, fill=colour, width=width)

    def write(
        self,
        text: str,
        place: tuple[float, float],
        size: int,
        colour: Colour,
        kind: Kind,
        field: str,
        *,
        anchor: Anchor = "lm",
        font: Font | None = None,
        room: float = np.inf,
    ) -> None:
        """A text, noted in the truth; smaller where it is wider than `room`."""
        face = font or (self.style.figures if kind == "number" else self.style.text)
        while size > SMALLEST and face.sized(size).getlength(text) > room:
            size -= 1
        drawn = face.sized(size)
        self.pen.text(place, text, fill=colour, font=drawn, anchor=anchor)
        left, top, right, bottom = self.pen.textbbox(place, text, font=drawn, anchor=anchor)
        quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
        self.cells.append(Cell(text, kind, field, face.family, quad))

    def pixels(self) -> Pixels:
        """What is drawn so far."""
        return np.asarray(self.image, np.uint8)
