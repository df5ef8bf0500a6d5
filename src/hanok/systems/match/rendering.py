"""Boards made up for trying things out: rendered in the folder that training reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hanok.core.run import Run
from hanok.parts.ocr.boards import Board, boards, write
from hanok.systems.match.config import Examples


def rendered(wanted: Examples, out: Path, run: Run) -> None:
    """Render boards into a folder.

    Parameters
    ----------
    wanted : Examples
        How many, and what they look like.
    out : Path
        A folder without boards.
    run : Run
        Its seed makes them; hears of each.
    """

    def told() -> Iterator[Board]:
        made = boards(
            wanted.boards, seed=run.seed, designs=wanted.designs, languages=wanted.languages,
            degradations=wanted.degradations, split=wanted.fonts,
        )  # fmt: skip
        for number, one in enumerate(made, 1):
            yield one
            run.report(number, wanted.boards)

    write(told(), out)
