"""Everything an answer is made from, and how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from hanok.parts.calibration import Calibrator
from hanok.parts.text import normalise
from hanok.systems.rules.data import GAME, Data, Entry, Features, unlabel
from hanok.systems.rules.encoder import Encoder
from hanok.systems.rules.items import Competition, Suggestion, Suggestions
from hanok.systems.rules.legal import Legality
from hanok.systems.rules.model import Bools, Floats32, Past, Scorer
from hanok.systems.rules.selection import Selection

WHY, ALIKE, LONG = 2, 2, 60
"""Features and past competitions that are named for a rule; characters of a feature."""


@dataclass(frozen=True)
class Room:
    """What was learnt.

    Parameters
    ----------
    rules : sequence of str, (n_rules,)
        Every rule that a past competition had.
    encoder : Encoder
        Columns to features.
    selection : Selection
        Which of the features are used.
    past : Past
        Competitions learnt from.
    names : sequence of str, (n_competitions,)
        What these are called.
    scorer : Scorer
        Features to scores.
    legality : Legality
        Games to candidates.
    calibrator : Calibrator
        Scores to probabilities.
    strict : bool
        As in the config.
    kinds : sequence of str
        What may stand before a rule's name.
    told : Data or None
        Competitions that feedback added.
    graph : mapping of str to float
        What optimising saved; empty before.
    """

    rules: Sequence[str]
    encoder: Encoder
    selection: Selection
    past: Past
    names: Sequence[str]
    scorer: Scorer
    legality: Legality
    calibrator: Calibrator
    strict: bool
    kinds: Sequence[str] = ()
    told: Data | None = None
    graph: Mapping[str, float] = field(default_factory=dict)

    def ruled(self, strict: bool) -> Room:
        """The same with another `strict`."""
        return replace(self, strict=strict)

    @cached_property
    def place(self) -> dict[str, int]:
        """Numbers of the rules, by name and, where that is clear, by name without kind; case does not matter."""
        found = {normalise(rule): j for j, rule in enumerate(self.rules)}
        bare: dict[str, list[int]] = {}
        for j, rule in enumerate(self.rules):
            bare.setdefault(normalise(unlabel(rule, self.kinds)[1]), []).append(j)
        return {name: js[0] for name, js in bare.items() if len(js) == 1} | found

    def legal(self, game: str) -> Bools:
        """Candidates for a game, (n_rules,)."""
        return self.legality.mask(game, self.strict)

    def answer(self, item: Competition) -> Suggestions:
        """Rules for one competition."""
        rows, (notes,) = self.encoder.encode([item.features])
        features = rows.astype(np.float32)
        game = item.game or game_of(item.features)
        if game and not self.legality.knows(game):
            notes.append(f"no rules are known for the game {game!r}: those of all games are candidates")
        chosen = np.zeros((1, len(self.rules)), np.float32)
        for rule in item.chosen:
            if normalise(rule) in self.place:
                chosen[0, self.place[normalise(rule)]] = 1
            else:
                notes.append(f"the rule {rule!r} was never seen: it says nothing")
        legal = self.legal(game)[None] & (chosen == 0)
        ids, scores = self.scorer.rank(features, chosen, legal, min(item.k, len(self.rules)))
        found = ids[0][np.isfinite(scores[0])]
        sure = self.probabilities(scores[0][: len(found)])
        why = self._why(item.features, features, chosen, found)
        like = self._like(features, found)
        rules = [self._suggestion(rule, sure[n], game, why[n], like[n]) for n, rule in enumerate(found.tolist())]
        return Suggestions(rules=rules, notes=notes)

    def probabilities(self, scores: Floats32) -> npt.NDArray[np.float64]:
        """Of each score alone, whatever its shape."""
        return self.calibrator.probabilities(scores[..., None].astype(np.float64))[..., 0]

    def _suggestion(self, rule: int, sure: float, game: str, why: list[str], like: list[str]) -> Suggestion:
        name = self.rules[rule]
        return Suggestion(
            rule=name,
            probability=round(float(sure), 4),
            kind=unlabel(name, self.kinds)[0],
            text=self.legality.catalogue.get(name, Entry()).text,
            features=why,
            like=like,
            legal=self.legality.why(rule, game),
        )

    def _why(
        self, given: Features, features: Floats32, chosen: Floats32, found: npt.NDArray[np.int64]
    ) -> list[list[str]]:
        """Features without which each rule would score least."""
        words = {normalise(name): text for name, text in given.items()}
        spans = [
            (column.name, self.encoder.spans[column.name])
            for column in self.encoder.columns
            if normalise(column.name) in words and column.terms
        ]
        if not spans or not len(found):
            return [[] for _ in found]
        without = np.repeat(features, len(spans) + 1, axis=0)
        for row, (_, span) in enumerate(spans):
            without[row, span] = self.encoder.means[span]
        scores = self.scorer.scores(without, np.repeat(chosen, len(without), axis=0))[:, found]
        lost = scores[-1] - scores[:-1]  # (n_spans, n_found)
        order = np.argsort(-lost, axis=0, kind="stable")[:WHY]
        return [
            [
                f"{spans[row][0]}: {words[normalise(spans[row][0])][:LONG]}"
                for row in order[:, n].tolist()
                if lost[row, n] > max(0.01, 0.05 * float(abs(scores[-1, n])))
            ]
            for n in range(len(found))
        ]

    def _like(self, features: Floats32, found: npt.NDArray[np.int64]) -> list[list[str]]:
        """Past competitions most alike that have each rule."""
        alike = self.past.likeness(features)[0]
        order = np.argsort(-alike, kind="stable")
        having = self.past.taken[:, found][order] > 0
        return [
            [self.names[row] for row in order[having[:, n]][:ALIKE].tolist() if alike[row] > 0.05]
            for n in range(len(found))
        ]


def game_of(features: Features) -> str:
    """The game among the features, whatever its column's case."""
    return next((text for name, text in features.items() if normalise(name) == GAME), "")
