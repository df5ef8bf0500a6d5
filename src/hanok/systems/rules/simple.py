"""The simple answers a model has to beat: the commonest rules of a game, or of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hanok.parts.text import normalise
from hanok.systems.rules.model import Bools, Ints
from hanok.systems.rules.room import Room

Floats = npt.NDArray[np.float64]


def popular(room: Room, games: Sequence[str]) -> Floats:
    """How common each rule is in each game, (n, n_rules); where the game is "" or unknown, in all of them."""
    overall = np.asarray(room.past.taken.mean(axis=0), np.float64).ravel()
    counts, sizes = room.legality.counts, room.legality.games
    place = {game: row for row, game in enumerate(sizes)}
    rows = [
        counts[place[game]] / sizes[game] + 1e-3 * overall if game in place else overall
        for game in map(normalise, games)
    ]
    return np.array(rows).reshape(len(games), len(overall))


def ranked(scores: npt.ArrayLike, legal: Bools) -> Ints:
    """All legal rules, best first; -1 where there are fewer."""
    masked = np.where(legal, scores, -np.inf)
    order = np.argsort(-masked, axis=1, kind="stable")
    return np.where(np.isfinite(np.take_along_axis(masked, order, axis=1)), order, -1)
