"""The match recorder: pictures of results in, records out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Self

from pydantic import BaseModel

from hanok.core.contract import Fold, Objective, System
from hanok.core.lasting import Lasting
from hanok.core.ledger import Online
from hanok.core.meter import Meter
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.systems.match import files
from hanok.systems.match.again import Happened, Pictures, pictures
from hanok.systems.match.config import Config, Examples, Settings
from hanok.systems.match.data import Data, Labelled, Sources
from hanok.systems.match.engines import cloud, purse
from hanok.systems.match.folds import cut
from hanok.systems.match.items import Correction, Photo, Record
from hanok.systems.match.learning import Said, take_in, told_since
from hanok.systems.match.reading import read
from hanok.systems.match.room import Room


class Match(System[Config, Sources, Data, Photo, Record, Correction, Settings]):
    """Reads match results from pictures: every value with its confidence, its source and its place in the picture.

    Example
    -------
    >>> from importlib.resources import files
    >>> data = Match.read(Sources(boards=str(files("hanok") / "examples/match/boards")))
    >>> len(data), sorted({board.design for board in data.boards})
    (24, ['dark', 'light', 'scoreboard'])
    >>> fold = next(iter(Match.folds(data, Config(), seed=0)))
    >>> room = Match(Config()).fit(fold.train, fold.valid, Run())               # doctest: +SKIP
    >>> record = room(Photo(image=fold.test.boards[0].image))                   # doctest: +SKIP
    >>> record.status, record.teams[0].players[0]["kills"].value                # doctest: +SKIP
    ('auto', 27)
    """

    name: ClassVar[str] = "match"
    title: ClassVar[str] = "Match result recorder"
    summary: ClassVar[str] = "Reads match results from pictures, and says of every value where it comes from."
    objectives: ClassVar[tuple[Objective, ...]] = (Objective("exact"), Objective("records"))
    needs: ClassVar[tuple[str, ...]] = ("cv2",)

    room: Room
    people: Online[Said, Photo, Record, Correction]
    pictures: Lasting[Pictures]

    Examples: ClassVar[type[BaseModel]] = Examples

    @classmethod
    def examples(cls, wanted: BaseModel, out: Path, run: Run) -> Sources:
        """Rendered boards in the folder `out`, with their truth.

        Raises
        ------
        Conflict
            There are boards in the folder already.
        Unavailable
            No font can write a language, or OpenCV is not installed.
        """
        from hanok.systems.match.rendering import rendered

        rendered(Examples.model_validate(wanted), out, run)
        return Sources.model_validate({"boards": out})

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Pictures and what they say; a problem names file, line and field."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """Pictures of matches that were not learnt from, of each layout alike."""
        return cut(data, seed)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Learn where fields stand and what they owe each other, then what readings of such cells are worth.

        Raises
        ------
        Problem
            No template could be learnt.
        Unavailable
            OpenCV is not installed.
        """
        return self._fit(train, valid, (), {}, run)

    def reconfigure(self, config: Config) -> Self:
        """Another share of writing that may lie outside the fields."""
        if not config.same_fit(self.config):
            raise Problem("cannot_reconfigure", "fields without a stage differ; train again")
        new = type(self)(config, settings=self._settings, ledger=self.ledger)
        new.room, new.people, new.pictures = self.room, self.people, self.pictures
        return new

    def learn(self, fold: Fold[Data], events: Sequence[Happened], run: Run) -> Self:
        """A new system that has also learnt from what people put right, and knows what those pictures say."""
        train, told = told_since(fold, self.room.told, events, self.room.rules)
        said: Said = {mark: dict(own) for mark, own in self.people.start.items()}
        for event in events:
            take_in(said, event)
        new = type(self)(self.config, settings=self._settings, ledger=self.ledger)
        return new._fit(train, fold.valid, told, said, run)

    def predict(self, batch: Sequence[Photo]) -> Sequence[Record | Problem]:
        """The record of each picture."""
        said, before = self.people.now(self.ledger), self.pictures.now(self.ledger)
        return [self._one(item, said, before) for item in batch]

    def review(self, item: Photo, output: Record) -> str | None:
        """What is not sure, or does not add up."""
        return "; ".join(output.reasons) or None

    def meters(self) -> Sequence[Meter]:
        """What Google cost this month, by the audit log; nothing where it is not asked."""
        if self._settings is None or not self._settings.google_dollars:
            return ()
        spent = purse(self._settings)
        return (
            Meter(name="Google, this month", used=round(spent.spent, 4), limit=spent.money, unit="USD"),
            Meter(name="Requests to Google, this month", used=spent.made, limit=spent.calls),
        )

    def evaluate(self, data: Data) -> Report:
        """Share of fields and of whole records that are right, what was accepted, and who was asked."""
        from hanok.systems.match.report import report

        return report(self.room, data, self.config)

    def save(self, folder: Path) -> None:
        """Templates and cascades as JSON, corrected pictures as they came."""
        files.write(folder, self.room, self.people.start)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.room, said = files.read(folder, cloud(self._settings))
        self.people, self.pictures = Online(said, take_in), pictures()

    def _fit(self, train: Data, valid: Data, told: Sequence[Labelled], said: Said, run: Run) -> Self:
        from hanok.systems.match.fitting import furnish

        room = furnish(train, valid, told, self.config, run)
        self.room = replace(room, notes=(*train.notes, *room.notes))
        self.people, self.pictures = Online(said, take_in), pictures()
        return self

    def _one(self, item: Photo, said: Said, before: Pictures) -> Record | Problem:
        try:
            picture = before.mark(item.image, self.ledger.answer)
            record = self.room.answer(item, said.get(picture, {}), self.config.stray)
            return record.model_copy(update={"picture": picture})
        except Problem as problem:
            return problem
