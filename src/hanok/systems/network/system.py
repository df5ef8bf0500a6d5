"""The network room: a typed network and who responds to what in, nodes that will respond out, with how sure that is."""

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
from hanok.systems.network import files
from hanok.systems.network.answer import answer
from hanok.systems.network.config import Config
from hanok.systems.network.data import Data
from hanok.systems.network.folds import cut
from hanok.systems.network.items import Answer, Measured, Query
from hanok.systems.network.reading import read
from hanok.systems.network.room import Room
from hanok.systems.network.rows import Sources

WIDE = 0.6
"""Width of an interval, from 0 to 1, from which a person should look at an answer."""


class Network(System[Config, Sources, Data, Query, Answer, Measured]):
    """Learns vectors of a typed network's nodes, and says which right nodes a left node responds to.

    Vectors come of walks in which a node's negatives are, in part, what it is known to resist (response-aware negative
    sampling). A regression joins them with the features and edges of left nodes, so that also a new node is answered.

    Example
    -------
    >>> edges = [(f"c{i}", "cell", f"g{i % 2}", "gene", 1.0) for i in range(40)]
    >>> responses = [(f"c{i}", f"d{j}", (i + j) % 2 == 0, None) for i in range(40) for j in range(4)]
    >>> data = Data.of(edges, responses)
    >>> fold = next(iter(Network.folds(data, Config(), seed=0)))
    >>> network = Network(Config(vector_size=8)).fit(fold.train, fold.valid, Run(threads=1))
    >>> answer = network(Query(edges=[{"node": "g1"}], k=2))
    >>> answer.based_on, sorted(entry.node for entry in answer.entries)
    (['1 of 1 edge'], ['d1', 'd3'])
    """

    name: ClassVar[str] = "network"
    title: ClassVar[str] = "Network embedding"
    summary: ClassVar[str] = "Learns from a network what belongs together, such as which drug a cell responds to."
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("auroc"), Objective("aupr"))

    room: Room

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Three tables, joined and checked."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """Left nodes nobody has measured; and single pairs that are hidden."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Learn vectors, choose a responder on parts of the training responses, calibrate it on the validation part.

        Raises
        ------
        Problem
            ``one_label``, or ``leak``.
        """
        from hanok.systems.network.fitting import furnish

        self.room = furnish(train, valid, self.config, run)
        return self

    def learn(self, fold: Fold[Data], events: Sequence[Event[Query, Answer, Measured]], run: Run) -> Self:
        """A new system that also knows the pairs that were measured since."""
        from hanok.systems.network.learning import measured_since, told

        news = [*self.room.told, *told(events)]
        train, valid = measured_since(fold, news)
        new = type(self)(self.config, ledger=self.ledger).fit(train, valid, run)
        new.room = replace(new.room, told=news)
        return new

    def predict(self, batch: Sequence[Query]) -> Sequence[Answer | Problem]:
        """Nodes ranked, the likeliest first; each question on its own."""
        return [self._answer(item) for item in batch]

    def _answer(self, item: Query) -> Answer | Problem:
        try:
            return answer(self.room, item)
        except Problem as problem:
            return problem

    def review(self, item: Query, output: Answer) -> str | None:
        """Answers that rest on nothing, and those of which the first is uncertain."""
        if output.based_on == ["nothing but what is usual"]:
            return "nothing is known of it but what is usual"
        first = next((entry for entry in output.entries if entry.measured is None), None)
        if first and first.high - first.low > WIDE:
            return f"{first.node} is uncertain: {first.low:.2f} to {first.high:.2f}"
        return None

    def evaluate(self, data: Data) -> Report:
        """AUROC and AUPR of each right node over pairs that were not learnt from; pictures of vectors and scores.

        Raises
        ------
        Problem
            ``leak``: a pair that is judged is in what was learnt from; ``nothing_to_judge``.
        """
        from hanok.systems.network.report import report

        return report(self.room, data)

    def save(self, folder: Path) -> None:
        """Arrays as safetensors, texts as JSON; vectors also as word2vec text and Parquet."""
        files.write(folder, self.room)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.room = files.read(folder)
