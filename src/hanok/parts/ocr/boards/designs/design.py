"""What a design is, and rows of a table, which most designs have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hanok.parts.ocr.boards.canvas import Anchor, Canvas, Colour
from hanok.parts.ocr.boards.fonts import Font
from hanok.parts.ocr.boards.match import Player


@dataclass(frozen=True)
class Design:
    """A kind of board.

    Parameters
    ----------
    name : str
    size : (int, int)
        Width and height in pixels.
    sides : int
        Teams; a board of one side shows neither its name nor its sums.
    players : (int, int)
        Fewest and most of each team.
    columns : tuple of str
        What is shown of each player.
    shows : tuple of str
        What is shown of each team: ``"name"``, ``"score"``, ``"total"``; ``"clock"`` of the match.
    draw : callable
        Writes everything on a `Canvas`.
    """

    name: str
    size: tuple[int, int]
    sides: int
    players: tuple[int, int]
    columns: tuple[str, ...]
    shows: tuple[str, ...]
    draw: Callable[[Canvas], None]


@dataclass(frozen=True)
class Column:
    """Where a column stands, and which side of its texts is in line."""

    x: float
    anchor: Anchor = "mm"


Columns = Mapping[str, Column]


def heads(canvas: Canvas, columns: Columns, y: float, size: int, colour: Colour) -> None:
    """Names of columns."""
    for name, column in columns.items():
        word = canvas.style.words[name]
        canvas.write(word, (column.x, y), size, colour, "head", f"head.{name}", anchor=column.anchor, room=110)


def row(
    canvas: Canvas, columns: Columns, where: str, player: Player, y: float, size: int, colour: Colour,
    *, room: float = 220, figures: Font | None = None,
) -> None:  # fmt: skip
    """One player's texts; `where` is the place in the record."""
    for name, column in columns.items():
        text, field = shown(canvas, player, name), f"{where}.{name}"
        if name == "name":
            canvas.write(text, (column.x, y), size, colour, "name", field, anchor=column.anchor, room=room)
        else:
            canvas.write(text, (column.x, y), size, colour, "number", field, anchor=column.anchor, font=figures)


def shown(canvas: Canvas, player: Player, column: str) -> str:
    """A player's value as it is written."""
    if column == "kda":
        return f"{player.kills}/{player.deaths}/{player.assists}"
    value = getattr(player, column)
    return canvas.style.figure(value) if column == "score" else str(value)
