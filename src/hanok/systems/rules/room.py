"""Everything an answer is made from, and how it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.calibration import Calibrator
from hanok.parts.text import normalise
from hanok.systems.rules.config import Config
from hanok.systems.rules.data import GAME, Data, Entry, Features
from hanok.systems.rules.encoder import Encoder
from hanok.systems.rules.items import Competition, Suggestion, Suggestions
from hanok.systems.rules.legal import Legality
from hanok.systems.rules.model import Bools, Floats32, Past, Scorer, fit
from hanok.systems.rules.selection import Selection, select

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
            bare.setdefault(normalise(rule.partition(": ")[2]), []).append(j)
        return {name: js[0] for name, js in bare.items() if name and len(js) == 1} | found

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
            kind=name.partition(": ")[0] if ": " in name else "",
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
        having = self.past.taken[:, found].toarray()[order] > 0
        return [
            [self.names[row] for row in order[having[:, n]][:ALIKE].tolist() if alike[row] > 0.05]
            for n in range(len(found))
        ]


def game_of(features: Features) -> str:
    """The game among the features, whatever its column's case."""
    return next((text for name, text in features.items() if normalise(name) == GAME), "")


def furnish(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Learn everything.

    Raises
    ------
    Problem
        ``one_rule``, ``no_features`` or ``degenerate_fit``.
    """
    rules = sorted({rule for taken in train.rules for rule in taken})
    if len(rules) < 2:
        raise Problem("one_rule", f"found {len(rules)} rule, expected at least two to choose from", "rules")
    encoder = Encoder.fit(train.features)
    rows, _ = encoder.encode(train.features)
    taken = matrix(train, rules)
    selection = select(rows, taken.toarray().astype(np.float64), encoder.names, config.relevance, config.redundancy)
    model = fit(rows, _scale(encoder, rows, config), taken, selection, config, run)
    legality = Legality.of(train, rules)
    room = Room(rules, encoder, selection, model.past, train.names, model, legality, Calibrator(), config.strict)
    return replace(room, calibrator=_calibrator(room, train, valid))


def matrix(data: Data, rules: Sequence[str]) -> csr_matrix:
    """1 where a competition has a rule, (n_competitions, n_rules + further rules that only `data` has)."""
    place = {rule: j for j, rule in enumerate(rules)}
    for taken in data.rules:
        for rule in taken:
            place.setdefault(rule, len(place))
    pairs = [(i, place[rule]) for i, taken in enumerate(data.rules) for rule in dict.fromkeys(taken)]
    where = tuple(np.array(pairs, np.int64).reshape(-1, 2).T)
    return csr_matrix((np.ones(len(pairs), np.float32), where), shape=(len(data), len(place)))


def _scale(encoder: Encoder, rows: npt.NDArray[np.float64], config: Config) -> npt.NDArray[np.float64]:
    """Numbers by their spread, words by the weight they are given; values as they are."""
    scale = np.ones(rows.shape[1])
    for column in encoder.columns:
        span = encoder.spans[column.name]
        if column.kind == "number":
            spread = float(rows[:, span].std())
            scale[span] = 1 / spread if spread else 1.0
        elif column.kind == "text":
            scale[span] = config.text
    return scale


def _calibrator(room: Room, train: Data, valid: Data) -> Calibrator:
    """From every candidate of every validation competition; from what was learnt where these have no known rule."""
    known = set(room.rules)
    data = valid if any(rule in known for taken in valid.rules for rule in taken) else train
    rows, _ = room.encoder.encode(data.features)
    blank = np.zeros((len(data), len(room.rules)), np.float32)
    scores = room.scorer.scores(rows.astype(np.float32), blank)
    legal = np.array([room.legal(game) for game in data.games])
    right = matrix(data, room.rules).toarray()[:, : len(room.rules)] > 0
    calibrator = Calibrator().fit(scores[legal][:, None].astype(np.float64), right[legal].astype(np.int64) - 1)
    if calibrator.slope <= 0:
        raise Problem("degenerate_fit", "better scores are not likelier to be right on the validation competitions")
    return calibrator
