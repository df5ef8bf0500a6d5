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
        found = [list(matches.values())[k] for k in rng.permutation(len(matches))]
        found.sort(key=lambda match: data.boards[match[0]].language)  # every so many: of each language some
        held = max(1, round(SHARE * len(found))) if len(found) >= FEWEST else 0
        chosen = np.linspace(0, len(found), 2 * held, endpoint=False).astype(int).tolist()
        turns = {place: 1 + turn % 2 for turn, place in enumerate(chosen)}
        for place, match in enumerate(found):
            parts[turns.get(place, 0)] += match
    if not parts[2]:
        message = f"found {len(data)} pictures, no three matches of one layout"
        raise Problem("too_few", f"{message}; expected at least three with the same fields", "boards")
    yield Fold(UNSEEN, *(data.take(sorted(part)) for part in parts))


def said(board: Labelled) -> tuple[tuple[str, str], ...]:
    """What a picture says, to tell matches apart."""
    return tuple(sorted(board.texts.items()))
