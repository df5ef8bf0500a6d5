"""The key of a chart: what its colours, marks and dashes stand for, in as many rows as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D

from hanok.core.ink import LIGHT
from hanok.core.words import breadth, wrap

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Entry = tuple[str, dict[str, Any]]
"""Words, and how the line before them looks."""
Row = list[tuple[Entry, float]]
"""Entries and their left edges."""

ROW, TEXT = 20, 12  # pixels
_BEFORE = 26


def rows(entries: list[Entry], width: int) -> list[Row]:
    """Entries side by side as far as they fit."""
    found: list[Row] = []
    left = 0.0
    for words, look in entries:
        name = " ".join(wrap(words, (width - 2 * _BEFORE) / TEXT, 1))
        wide = _BEFORE + breadth(name) * TEXT + 18
        if not found or (found[-1] and left + wide > width):
            found.append([])
            left = 0.0
        found[-1].append(((name, look), left))
        left += wide
    return found


def draw(figure: Figure, row: Row, top: float) -> None:
    """One row, `top` pixels below the edge."""
    width, height = figure.get_size_inches() * 72
    y = 1 - (top + 14) / height
    for (name, look), left in row:
        ends = [(left + 3) / width, (left + 11) / width, (left + 19) / width]
        figure.add_artist(Line2D(ends, [y + 4 / height] * 3, markevery=[1], **{"linewidth": 1.8, **look}))
        figure.text((left + _BEFORE) / width, y, name, fontsize=TEXT, color=LIGHT["ink"])
