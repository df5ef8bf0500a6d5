"""Which rules a game may have: the catalogue says, or what its competitions had before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from hanok.parts.text import normalise
from hanok.systems.rules.data import Data, Entry

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Legality:
    """What is known of games and their rules.

    Parameters
    ----------
    rules : sequence of str, (n_rules,)
        Their names.
    catalogue : mapping of str to Entry
        Games of each rule, where the catalogue says them.
    games : mapping of str to int
        Normalised games and how many competitions each had.
    counts : array (n_games, n_rules), int64
        In how many of them each rule stood.
    """

    def __init__(
        self, rules: Sequence[str], catalogue: Mapping[str, Entry], games: Mapping[str, int], counts: Ints
    ) -> None:
        self.rules, self.catalogue, self.games, self.counts = list(rules), dict(catalogue), dict(games), counts
        self._place = {game: place for place, game in enumerate(self.games)}
        entries = [self.catalogue.get(rule, Entry()) for rule in self.rules]
        self._listed = np.array([bool(entry.games) for entry in entries])
        named = dict.fromkeys(game for entry in self.catalogue.values() for game in entry.games)
        self._allowed = {game: np.array([game in entry.games for entry in entries]) for game in named}

    @classmethod
    def of(cls, data: Data, rules: Sequence[str]) -> Legality:
        """Count in past competitions."""
        place = {rule: j for j, rule in enumerate(rules)}
        played = [normalise(game) for game in data.games]
        games = {game: played.count(game) for game in dict.fromkeys(played) if game}
        row = {game: i for i, game in enumerate(games)}
        counts = np.zeros((len(games), len(rules)), np.int64)
        for game, taken in zip(played, data.rules, strict=True):
            if game:
                counts[row[game], [place[rule] for rule in taken if rule in place]] += 1
        return cls(rules, data.catalogue, games, counts)

    def knows(self, game: str) -> bool:
        """Whether a competition or the catalogue names this game."""
        return normalise(game) in self._place or normalise(game) in self._allowed

    def mask(self, game: str, strict: bool) -> Bools:
        """The rules that a game may have, (n_rules,); all of them where the game is not given or not known."""
        game = normalise(game)
        if not self.knows(game):
            return np.ones(len(self.rules), np.bool_)
        listed = self._allowed.get(game, np.zeros(len(self.rules), np.bool_))
        free = ~self._listed
        if strict and game in self._place:
            free = free & (self.counts[self._place[game]] > 0)
        found: Bools = listed | free
        return found

    def why(self, rule: int, game: str) -> str:
        """In words, for one rule that is a candidate."""
        game, parts = normalise(game), []
        if game in self._allowed and self._allowed[game][rule]:
            parts.append(f"in the catalogue for {game}")
        if game in self._place:
            n = int(self.counts[self._place[game], rule])
            parts.append(f"had by {n} of {self.games[game]} past {game} competitions")
        return "; ".join(parts) or f"had by {int(self.counts[:, rule].sum())} past competitions"
