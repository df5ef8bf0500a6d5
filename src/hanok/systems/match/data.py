"""The user's pictures with what stands where: what is read, and all pictures together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, Field

from hanok.core.sources import Folder
from hanok.parts.text import Language

Kind = Literal["number", "text", "print"]
"""Print are words of the design, such as heads of columns: they tell where things are and are not read."""

Corners = tuple[tuple[float, float], ...]
"""Four places (x, y) in pixels of the picture, clockwise from upper left."""


class Sources(BaseModel):
    """What training needs."""

    boards: Annotated[
        Folder,
        Field(description="A folder with pictures and boards.jsonl: a line for each, with its texts and their corners"),
    ]


class Cell(NamedTuple):
    """A text on a board."""

    field: str
    text: str
    kind: Kind
    quad: Corners


@dataclass(frozen=True, eq=False)
class Labelled:
    """A picture and what it says.

    Parameters
    ----------
    name : str
        Of its file.
    image : bytes
        The file.
    design : str
    language : "en", "ko" or "ja"
        Of its names.
    cells : tuple of Cell
        Each field once.
    whole : bool
        Whether these are all of its fields; of a picture that people corrected there may be some only.
    """

    name: str
    image: bytes
    design: str
    language: Language
    cells: tuple[Cell, ...]
    whole: bool = True

    @property
    def texts(self) -> dict[str, str]:
        """What its fields say, without words of the design."""
        return {cell.field: cell.text for cell in self.cells if cell.kind != "print"}

    @property
    def layout(self) -> tuple[str, tuple[str, ...]]:
        """Its design and which fields it has: boards of one design differ in how many players they show."""
        return self.design, tuple(sorted(self.texts))


@dataclass(frozen=True, eq=False)
class Data:
    """Labelled pictures.

    Parameters
    ----------
    boards : tuple of Labelled
    notes : tuple of str
        What reading changed.
    """

    boards: tuple[Labelled, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.boards)

    def take(self, rows: Iterable[int]) -> Self:
        """Some of the pictures."""
        return replace(self, boards=tuple(self.boards[row] for row in rows))

    def layouts(self) -> dict[tuple[str, tuple[str, ...]], list[int]]:
        """The pictures of each layout, in the order in which layouts first appear."""
        found: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for row, board in enumerate(self.boards):
            found.setdefault(board.layout, []).append(row)
        return found
