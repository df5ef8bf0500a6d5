"""Cutting the pictures for an honest test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.systems.match.data import Data, Labelled

UNSEEN = "unseen pictures"

SHARE = 0.2
"""Of each layout for validation, and as many for the test."""

FEWEST = 3
"""Matches of a layout that are needed to hold one out for each."""


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """The one protocol.

    Pictures of one match, which say the same, stay together: a second photograph of a board that was learnt from would
    be no test. What they say tells them better than a hash of their pixels, to which all boards of a design are alike.

    Parameters
    ----------
    data : Data
        As read.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "unseen pictures": a fifth of the matches of each layout for validation and for the test; of a layout with
        fewer than three all are learnt from.

    Raises
    ------
    Problem
        ``too_few``: no layout has three matches.
    """
    rng = np.random.default_rng(seed)
    parts: list[list[int]] = [[], [], []]
    for rows in data.layouts().values():
        matches: dict[tuple[tuple[str, str], ...], list[int]] = {}
        for row in rows:
            matches.setdefault(said(data.boards[row]), []).append(row)
        order = rng.permutation(len(matches)).tolist()
        held = max(1, round(SHARE * len(matches))) if len(matches) >= FEWEST else 0
        for place, match in enumerate(order):
            part = 1 if place < held else 2 if place < 2 * held else 0
            parts[part] += list(matches.values())[match]
    if not parts[2]:
        found = f"{len(data)} pictures, no three matches of one layout"
        raise Problem("too_few", f"found {found}; expected at least three with the same fields", "boards")
    yield Fold(UNSEEN, *(data.take(sorted(part)) for part in parts))


def said(board: Labelled) -> tuple[tuple[str, str], ...]:
    """What a picture says, to tell matches apart."""
    return tuple(sorted(board.texts.items()))
