"""A match that might have been played: what a board shows, and what holds between its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hanok.parts.ocr.boards.names import roster, teams

Random = np.random.Generator


@dataclass(frozen=True)
class Player:
    """One player's result; `rank` is the place within the team, 1 the best `score`."""

    rank: int
    name: str
    kills: int
    deaths: int
    assists: int
    score: int


@dataclass(frozen=True)
class Team:
    """Players by rank; the team's score is the sum of their kills, its total the sum of their scores."""

    name: str
    players: tuple[Player, ...]

    @property
    def score(self) -> int:
        """Sum of kills."""
        return sum(player.kills for player in self.players)

    @property
    def total(self) -> int:
        """Sum of scores."""
        return sum(player.score for player in self.players)


@dataclass(frozen=True)
class Match:
    """Teams, the language of the board, and how long it took: ``"23:45"``."""

    language: str
    teams: tuple[Team, ...]
    clock: str


def played(language: str, sides: int, players: int, rng: Random) -> Match:
    """A match of `sides` teams with `players` each.

    Example
    -------
    >>> match = played("en", 2, 3, np.random.default_rng(0))
    >>> [player.rank for player in match.teams[0].players]
    [1, 2, 3]
    """
    names = roster(language, sides * players, rng)
    found = []
    for side, name in enumerate(teams(language, sides, rng)):
        level = rng.uniform(0.5, 1.3)
        rows = [_result(level, rng) for _ in range(players)]
        rows.sort(key=lambda row: -row[3])
        own = names[side * players : (side + 1) * players]
        found.append(Team(name, tuple(Player(k + 1, own[k], *row) for k, row in enumerate(rows))))
    return Match(language, tuple(found), f"{rng.integers(5, 60):02d}:{rng.integers(0, 60):02d}")


def _result(level: float, rng: Random) -> tuple[int, int, int, int]:
    """Kills, deaths, assists, score."""
    kills, deaths, assists = int(rng.poisson(14 * level)), int(rng.poisson(11)), int(rng.poisson(7))
    return kills, deaths, assists, 100 * kills + 50 * assists + 5 * int(rng.integers(0, 20))
