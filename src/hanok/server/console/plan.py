"""The plan of the house as an SVG: ten rooms around a courtyard, each lit by its state; guests live in the annex."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

CELL = 50
"""Side of a room, in the plan's own units."""

EAVES = 6
"""How far the roof reaches beyond the walls: drawn dashed, as architects do."""


@dataclass(frozen=True)
class Place:
    """Where a room lies, what stands for it, and how it is called, as the file ``plan.json`` says."""

    name: str
    column: int
    row: int
    icon: str
    title: dict[str, str]
    summary: dict[str, str]


@dataclass(frozen=True)
class Mark:
    """One room as drawn: `state` is a CSS class, `count` is how many answers wait for a person."""

    name: str
    title: str
    label: str
    state: str
    count: int = 0
    here: bool = False


@dataclass(frozen=True)
class Cell:
    """A room's square on the plan; `icon` is the path of its sign, or empty where its initial stands for it."""

    mark: Mark
    x: int
    y: int
    icon: str


@cache
def places() -> dict[str, Place]:
    """The rooms the house was planned with, by name."""
    return {room["name"]: Place(**room) for room in _file()["rooms"]}


@cache
def _file() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(Path(__file__).with_name("plan.json").read_text(encoding="utf-8"))
    return data


def size() -> tuple[int, int]:
    """Columns and rows of the house."""
    return _file()["columns"], _file()["rows"]


def cells(marks: Sequence[Mark]) -> list[Cell]:
    """Every room in its place; those the plan does not know are put side by side below the house.

    Example
    -------
    >>> [(c.x, c.y) for c in cells([Mark("faq", "FAQ", "", "serving"), Mark("other", "Other", "", "trained")])]
    [(0, 0), (0, 162)]
    """
    columns, rows = size()
    drawn, guests = [], 0
    for mark in marks:
        place = places().get(mark.name)
        if place:
            drawn.append(Cell(mark, place.column * CELL, place.row * CELL, place.icon))
        else:
            x, y = guests % columns, guests // columns
            drawn.append(Cell(mark, x * CELL, rows * CELL + 2 * EAVES + y * CELL, ""))
            guests += 1
    return drawn


def drawing(marks: Sequence[Mark]) -> dict[str, Any]:
    """What the template ``plan.html`` draws: cells, walls, pillars, and the courtyard in the middle."""
    columns, rows = size()
    found = cells(marks)
    width, house = columns * CELL, rows * CELL
    height = max([house, *(cell.y + CELL for cell in found)])
    pillars = [(x * CELL, y * CELL) for x in range(columns + 1) for y in range(rows + 1) if _at_wall(x, y)]
    return {
        "cells": found,
        "cell": CELL,
        "eaves": EAVES,
        "width": width,
        "house": house,
        "view": Markup(f"{-EAVES - 1} {-EAVES - 1} {width + 2 * EAVES + 2} {height + 2 * EAVES + 2}"),
        "pillars": pillars,
        "court": {"x": CELL, "y": CELL, "width": (columns - 2) * CELL, "height": (rows - 2) * CELL},
    }


def _at_wall(x: int, y: int) -> bool:
    """Whether walls meet at a crossing of the grid: not in the open courtyard."""
    columns, rows = size()
    return not (1 < x < columns - 1 and 0 < y < rows) or y in (1, rows - 1)
