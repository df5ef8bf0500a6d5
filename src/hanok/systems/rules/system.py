"""The rule recommender: a new competition in, the rules that fit it out, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

from hanok.core.contract import Fold, Objective, System
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.systems.rules import files
from hanok.systems.rules.config import Config
from hanok.systems.rules.data import Data, Sources, read
from hanok.systems.rules.folds import cut
from hanok.systems.rules.items import Competition, Suggestions, Verdict
from hanok.systems.rules.learning import competitions_told
from hanok.systems.rules.room import Room


class Rules(System[Config, Sources, Data, Competition, Suggestions, Verdict]):
    """Recommends rules for a new competition from what past competitions were like and which rules they had.

    A new competition has no history, so its features decide: a regression finds its place among the ALS vectors of the
    rules, another one goes straight to the rules. Rules it already has are folded in.

    Example
    -------
    >>> past = [({"game": "go"}, ["byo-yomi", "komi"]), ({"game": "shogi"}, ["byo-yomi", "impasse"])] * 10
    >>> data = Data.of(*map(list, zip(*past)))
    >>> fold = next(iter(Rules.folds(data, Config(), seed=0)))
    >>> rules = Rules(Config(factors=4)).fit(fold.train, fold.valid, Run(threads=1))
    >>> [rule.rule for rule in rules(Competition(features={"game": "Go"}, k=2)).rules]
    ['byo-yomi', 'komi']
    """

    name: ClassVar[str] = "rules"
    title: ClassVar[str] = "Rules for a competition"
    summary: ClassVar[str] = "Recommends the rules of a new competition from those of past ones like it."
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("ndcg@10"), Objective("recall@10"), Objective("map"))

    room: Room

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Three tables, joined and checked."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """Competitions nobody has seen; and, harder, of games nobody has seen."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Select features, factorise, regress; turn scores into probabilities on the validation competitions.

        Raises
        ------
        Problem
            Fewer than two rules, no usable feature, or scores that say nothing about the validation competitions.
        """
        from hanok.systems.rules.fitting import furnish

        self.room = furnish(train, valid, self.config, run)
        return self

    def reconfigure(self, config: Config) -> Self:
        """A new system with another `strict`."""
        if config.model_copy(update={"strict": self.config.strict}) != self.config:
            raise Problem("cannot_reconfigure", "fields without a stage were changed; fit again")
        new = type(self)(config, ledger=self.ledger)
        new.room = self.room.ruled(config.strict)
        return new

    def learn(self, fold: Fold[Data], events: Sequence[Event[Competition, Suggestions, Verdict]], run: Run) -> Self:
        """A new system that also knows the competitions whose organisers said which rules they took."""
        train, told = competitions_told(fold.train, self.room.told, events)
        new = type(self)(self.config, ledger=self.ledger).fit(train, fold.valid, run)
        new.room = replace(new.room, told=told)
        return new

    def optimize(self, calibration: Data, run: Run) -> Self:
        """A new system that answers from the smallest graph of operations with the same ranking."""
        from hanok.systems.rules.optimization import optimized

        new = type(self)(self.config, ledger=self.ledger)
        new.room = optimized(self.room, calibration, run)
        return new

    @classmethod
    def reward(cls, event: Event[Competition, Suggestions, Verdict]) -> float | None:
        """Share of the rules taken that were suggested; 0 where all were declined."""
        if event.feedback is None:
            return None
        taken = {*event.feedback.rules, *filter(None, [event.feedback.rule])} - set(event.item.chosen)
        shown = {rule.rule for rule in event.output.rules}
        if taken:
            return len(taken & shown) / min(len(taken), len(shown) or 1)
        return 0.0 if event.feedback.declined else None

    def predict(self, batch: Sequence[Competition]) -> Sequence[Suggestions | Problem]:
        """Rules, the likeliest first; each competition on its own."""
        return [self.room.answer(item) for item in batch]

    def review(self, item: Competition, output: Suggestions) -> str | None:
        """Competitions of which too little is known, and those no rule seems to fit."""
        if output.notes:
            return output.notes[0]
        if not output.rules or output.rules[0].probability < 0.3:
            return "no rule is likely"
        return None

    def evaluate(self, data: Data) -> Report:
        """Recall, ndcg and precision of the whole list, beside the commonest rules; slices, calibration, features."""
        from hanok.systems.rules.report import report

        return report(self.room, data)

    def save(self, folder: Path) -> None:
        """Texts as JSON, arrays as safetensors, the graph as ONNX."""
        files.write(folder, self.room)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.room = files.read(folder, self.config)
