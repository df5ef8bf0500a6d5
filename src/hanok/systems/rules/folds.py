"""Cutting the data for an honest test: whole competitions are unseen, and in a harder one whole games."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.parts.text import normalise
from hanok.systems.rules.data import Data

UNSEEN, FOREIGN = "unseen competitions", "unseen games"

SHARE = 0.15
"""Of the competitions for validation, and for the test."""

FEWEST = 5
"""Competitions that are needed, and games for the harder protocol."""


def cut(data: Data, seed: int) -> Iterator[Fold[Data]]:
    """Both protocols.

    Parameters
    ----------
    data : Data
        As read.
    seed : int
        The same seed cuts the same way.

    Yields
    ------
    Fold
        "unseen competitions": at random, 70 % to learn from, 15 % each for validation and test. "unseen games", where
        there are five games or more: the games of a test competition are in no other part, nor those of a validation
        competition; competitions whose game is not given are learnt from.

    Raises
    ------
    Problem
        There are fewer than five competitions.
    """
    n = len(data)
    if n < FEWEST:
        raise Problem(
            "too_few",
            f"found {n} competition{'s' * (n != 1)} with rules, expected at least {FEWEST}",
            "competitions",
            "rules are learnt by comparing competitions: add past ones",
        )
    rng = np.random.default_rng(seed)
    held = max(1, round(SHARE * n))
    order = rng.permutation(n)
    parts = np.split(order, [n - 2 * held, n - held])
    yield Fold(UNSEEN, *(data.take(np.sort(part)) for part in parts))
    games = [normalise(game) for game in data.games]
    distinct = sorted(set(games) - {""})
    if len(distinct) >= FEWEST:
        taken: tuple[list[str], list[str]] = ([], [])
        sizes = [0, 0]
        for game in rng.permutation(distinct).tolist():
            part = int(np.argmin(sizes))
            if sizes[part] + games.count(game) <= held or (not taken[part] and games.count(game) <= n // 3):
                taken[part].append(game)
                sizes[part] += games.count(game)
        rows = [[i for i, game in enumerate(games) if game in set(part)] for part in taken]
        rest = sorted(set(range(n)) - {i for part in rows for i in part})
        if all(rows) and len(rest) >= FEWEST - 2:
            yield Fold(FOREIGN, data.take(rest), data.take(rows[0]), data.take(rows[1]))
