"""The comics recommender: a reader, a history or a comic in, comics out, each with the reason why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from hanok.core.contract import Fold, Objective, System
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.systems.comics import files
from hanok.systems.comics.answer import answer
from hanok.systems.comics.asked import Asked
from hanok.systems.comics.blend import blend
from hanok.systems.comics.collaborative import factorize
from hanok.systems.comics.config import Config
from hanok.systems.comics.covers import look
from hanok.systems.comics.data import Data, Sources
from hanok.systems.comics.folds import cut
from hanok.systems.comics.items import Choice, Shelf, Wish
from hanok.systems.comics.rankers import Rankers
from hanok.systems.comics.reading import read
from hanok.systems.comics.state import State
from hanok.systems.comics.synopses import tell

Happened = Event[Wish, Shelf, Choice]


class Comics(System[Config, Sources, Data, Wish, Shelf, Choice]):
    """Recommends comics by three rankers: who read the same, what the synopsis says, what the cover looks like.

    Their rankings are fused with weights that are found on validation; where fusion does not win there, the best
    ranker answers alone.

    Example
    -------
    >>> from hanok.systems.comics import Catalogue
    >>> catalogue = Catalogue(["a", "b", "c"], ["A", "B", "C"], [""] * 3, [""] * 3, [""] * 3, [None] * 3)
    >>> reads = [(f"reader {n}", item) for n in range(9) for item in "abc"]
    >>> fold = next(iter(Comics.folds(Data.of(catalogue, reads), Config(), seed=0)))
    >>> comics = Comics(Config(factors=4)).fit(fold.train, fold.valid, Run(threads=1))
    >>> [entry.title for entry in comics(Wish(history=["a", "b"])).entries]
    ['C']
    """

    name: ClassVar[str] = "comics"
    title: ClassVar[str] = "Comics recommender"
    summary: ClassVar[str] = (
        "Recommends comics by who read the same, by Japanese synopsis and by cover, and says which spoke for each."
    )
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("ndcg@20"), Objective("recall@20"))

    state: State

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Reads, comics and covers, checked against each other."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """The last reads of some readers, predicted from what they read before."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Learn the three rankers from `train`; find their weights on `valid`."""
        if not len(train):
            raise Problem("no_reads", "found no reads to learn from")
        config, catalogue = self.config, train.catalogue
        seen = look(catalogue, run.stage("covers"))
        told = tell(catalogue, config, run.stage("text"))
        asked, matrix = Asked.of(valid), train.matrix()
        als = factorize(matrix, config, asked, run.stage("cf"))
        rankers = Rankers.of(als, told.vectors, seen.vectors, np.asarray(matrix.sum(axis=0), np.int64).ravel())
        found = blend(rankers, config, asked)
        notes = [*train.notes, *seen.notes, told.note]
        self.state = State(train, valid, rankers, found, seen.names, seen.pictures, notes)
        return self

    def reconfigure(self, config: Config) -> Self:
        """Another fusion or other weights, without training again."""
        if not config.same_fit(self.config):
            raise Problem("cannot_reconfigure", "fields without a stage differ; train again")
        new = type(self)(config, ledger=self.ledger)
        new.state = replace(self.state, blend=blend(self.state.rankers, config, Asked.of(self.state.valid)))
        return new

    def learn(self, fold: Fold[Data], events: Sequence[Happened], run: Run) -> Self:
        """A new system to which the comics people chose count as read.

        Of askers without a name nothing can be kept. What the test is to predict is not learnt.
        """
        known = fold.train.catalogue.number
        chosen = [
            (event.item.user, item)
            for event in events
            if event.feedback is not None and event.item.user
            for item in (*event.item.history, event.feedback.item)
            if item in known
        ]
        secret = {pair for part in (fold.valid, fold.test) for pair in part.take(part.judged).pairs()}
        before = dict.fromkeys([*fold.train.pairs(), *self.state.train.pairs()])
        fresh = [pair for pair in dict.fromkeys(chosen) if pair not in before and pair not in secret]
        if not fresh:
            hint = "ask with a user, and report the comic that was chosen"
            raise Problem("nothing_to_learn", "no reader chose a comic that is new to them", hint=hint)
        train = fold.train.extended([*before, *fresh])
        valid = replace(fold.valid, names=train.names)
        return type(self)(self.config, ledger=self.ledger).fit(train, valid, run)

    @classmethod
    def reward(cls, event: Happened) -> float | None:
        """1 where the comic chosen was among those given."""
        if event.feedback is None:
            return None
        return float(any(entry.item == event.feedback.item for entry in event.output.entries))

    def predict(self, batch: Sequence[Wish]) -> Sequence[Shelf | Problem]:
        """Comics, the best first; each asker is looked at on their own."""
        return [answer(self.state, wish) for wish in batch]

    def evaluate(self, data: Data) -> Report:
        """Recall and NDCG of the answers and of each ranker, and what is lost without it."""
        from hanok.systems.comics.report import report

        return report(self, data)

    def save(self, folder: Path) -> None:
        """Texts as JSON, arrays as safetensors, covers below ``assets``."""
        files.write(folder, self.state)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.state = files.read(folder)
        answer(self.state, Wish(item=self.state.train.catalogue.items[0], k=1))  # compiled code is fetched here: the
        # first asker does not wait for it
