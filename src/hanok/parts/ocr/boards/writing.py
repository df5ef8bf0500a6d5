"""A folder of boards: pictures and one file of truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from hanok.core.problem import Conflict
from hanok.parts.ocr.boards.board import Board, board
from hanok.parts.ocr.boards.degrade import LEVELS
from hanok.parts.ocr.boards.fonts import FAMILIES, Split

TRUTH = "boards.jsonl"


def boards(
    count: int,
    *,
    seed: int = 0,
    designs: Sequence[str] = (),
    languages: Sequence[str] = tuple(FAMILIES),
    degradations: Sequence[str] = tuple(LEVELS),
    split: Split = "all",
) -> Iterator[Board]:
    """Boards one after the other; design, language and degradation of each are drawn from those given.

    Parameters
    ----------
    count, seed : int
        The first boards of a longer run are those of a shorter one.
    designs, languages, degradations : sequence of str
        No design given: all.
    split : "all", "train" or "held_out"
        Of the fonts.

    Example
    -------
    >>> [made.degradation for made in boards(2, languages=["en"], degradations=["mild"])]
    ['mild', 'mild']
    """
    for k in range(count):
        rng = np.random.default_rng([seed, k, 1])
        language, level = str(rng.choice(list(languages))), str(rng.choice(list(degradations)))
        design = str(rng.choice(list(designs))) if designs else None
        yield board([seed, k], design=design, language=language, degradation=level, split=split)


def write(made: Iterator[Board], folder: Path) -> Path:
    """Write boards as they are made: ``img/0000.jpg`` …, and ``boards.jsonl`` with a line of truth for each.

    Parameters
    ----------
    made : iterator of Board
        Written one by one.
    folder : Path
        Made if it is not there.

    Returns
    -------
    Path
        Of the truth.

    Raises
    ------
    Conflict
        There are boards in the folder already.
    """
    truth = folder / TRUTH
    (folder / "img").mkdir(parents=True, exist_ok=True)
    try:
        file = truth.open("x", encoding="utf-8")
    except FileExistsError:
        raise Conflict("boards_there", f"found {TRUTH}; expected a folder without boards", str(folder)) from None
    with file:
        for k, one in enumerate(made):
            image = f"img/{k:04d}.jpg"
            (folder / image).write_bytes(one.file)
            file.write(json.dumps({"image": image, **one.truth()}, ensure_ascii=False) + "\n")
    return truth
