"""Related videos: a source or a person in, a slate of videos out, ordered by what people click."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from hanok.core.contract import Fold, Objective, System
from hanok.core.lasting import Lasting
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.core.report import Report
from hanok.core.run import Run
from hanok.parts.ranking import Ranked, fuse
from hanok.systems.video import files
from hanok.systems.video.arms import Shown, lasting
from hanok.systems.video.config import Config
from hanok.systems.video.data import Data, Floats, Ints, Sources, read
from hanok.systems.video.ensemble import Ask, Blend, ranked
from hanok.systems.video.folds import Questions, asked, cut, latest
from hanok.systems.video.items import Basis, Click, Entry, Request, Slate
from hanok.systems.video.learn import with_clicks
from hanok.systems.video.people import People
from hanok.systems.video.rankers import NAMES, Rankers


class Video(System[Config, Sources, Data, Request, Slate, Click]):
    """Recommends the videos that go with a source video, with what a person watched, or with both.

    Matrix factorisation, item2vec and the texts each rank all videos; their fusion gives the candidates, and a bandit
    of the source video orders the slate by clicks.

    Example
    -------
    >>> from hanok.systems.video.data import Catalogue
    >>> videos = Catalogue(list("abcd"), ["oil change", "oil filter", "city drive", "night drive"], [""] * 4, [""] * 4)
    >>> users, items = zip(*[(f"{u}", i) for u in range(40) for i in ("ab" if u % 2 else "cd")], strict=True)
    >>> data = Data.of(videos, users, items, list(range(80)))
    >>> fold = next(iter(Video.folds(data, Config(), seed=0)))
    >>> video = Video(Config()).fit(fold.train, fold.valid, Run(threads=1))
    >>> [entry.item for entry in video(Request(source="a", k=1, explore=False)).entries]
    ['b']
    """

    name: ClassVar[str] = "video"
    title: ClassVar[str] = "Related videos"
    summary: ClassVar[str] = "Recommends what to watch next, from your views and texts, and learns from every click."
    objectives: ClassVar[tuple[Objective, ...]] = (
        Objective("ndcg@20"),
        Objective("recall@20"),
        Objective("mrr"),
        Objective("personal ndcg@20"),
        Objective("simulated regret", maximize=False),
    )

    rankers: Rankers
    people: People
    valid: Questions
    blend: Blend
    facts: dict[str, Any]
    arms: Lasting[Shown]

    @classmethod
    def read(cls, sources: Sources) -> Data:
        """Views and videos, validated row by row and against each other."""
        return read(sources)

    @classmethod
    def folds(cls, data: Data, config: Config, *, seed: int) -> Iterable[Fold[Data]]:
        """The future of everybody, then the last views of each user; nothing is drawn at random."""
        return cut(data)

    def fit(self, train: Data, valid: Data, run: Run) -> Self:
        """Learn the rankers from `train`; tune their weights on `valid`, whose views are not learnt."""
        self.rankers, self.people = Rankers.fit(self.config, train, run), People.of(train)
        self.facts = train.facts()
        self.valid = asked(valid)
        self._blend(run)
        return self

    def reconfigure(self, config: Config) -> Self:
        """Another ensemble or policy, without learning the rankers again."""
        if not config.same_fit(self.config):
            raise Problem("cannot_reconfigure", "fields without a stage differ; train again")
        new = type(self)(config, ledger=self.ledger)
        new.rankers, new.people, new.valid, new.facts = self.rankers, self.people, self.valid, self.facts
        new._blend(Run())
        return new

    def learn(self, fold: Fold[Data], events: Sequence[Event[Request, Slate, Click]], run: Run) -> Self:
        """A new system for which every click is a view more."""
        return type(self)(self.config, ledger=self.ledger).fit(with_clicks(fold.train, events), fold.valid, run)

    @classmethod
    def reward(cls, event: Event[Request, Slate, Click]) -> float | None:
        """1 for a click."""
        return None if event.feedback is None else 1.0

    def predict(self, batch: Sequence[Request]) -> Sequence[Slate | Problem]:
        """A slate for each request, all from the same state of the bandits."""
        shown = self.arms.now(self.ledger)
        return [self._answer(item, shown) for item in batch]

    def evaluate(self, data: Data) -> Report:
        """Next views found by each ranker and the ensemble; restricted lists; the policy in the simulator."""
        from hanok.systems.video.report import report

        return report(self, data)

    def save(self, folder: Path) -> None:
        """Texts as JSON, arrays as safetensors; what happened since is in the ledger."""
        files.write(folder, self.rankers, self.people, self.valid, self.blend, self.facts)

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.rankers, self.people, self.valid, self.blend, self.facts = files.read(folder, self.config)
        self.arms = lasting(self.config)

    # -- how ---------------------------------------------------------------------------------------------------------

    def _blend(self, run: Run) -> None:
        self.blend = Blend.choose(self.config, self.rankers, self.valid)
        self.arms = lasting(self.config)
        run.stage("weights").report(1, 1)

    def _answer(self, item: Request, shown: Shown) -> Slate | Problem:
        try:
            basis, ask, left_out = self._ask(item)
        except Problem as problem:
            return problem
        size = max(item.k, self.config.pool)
        lists = ranked(self.rankers, ask, self.config.recency, self.config.depth)
        numbers, scores = self._candidates(ask, lists, size)
        names = [self.rankers.catalogue.items[number] for number in numbers.tolist()]
        order = np.arange(min(item.k, len(names)))
        if basis == "source" and item.explore and len(names):
            order = shown.slate(self.config, item, names, scores)
        arms = shown.beliefs(item.source or "", names, scores) if basis == "source" else [None] * len(names)
        catalogue = self.rankers.catalogue
        entries = [
            Entry(
                item=names[place],
                title=catalogue.titles[numbers[place]],
                category=catalogue.categories[numbers[place]],
                position=position,
                score=round(float(scores[place]), 6),
                why=self._why(int(numbers[place]), lists),
                arm=arms[place],
            )
            for position, place in enumerate(order.tolist())
        ]
        return Slate(entries=entries, based_on=basis, left_out=left_out)

    def _ask(self, item: Request) -> tuple[Basis, Ask, list[str]]:
        """What the answer rests on, what is asked of the rankers, and what nobody knows.

        Raises
        ------
        Problem
            Nothing that was given is known.
        """
        number = self.rankers.catalogue.number
        history, left_out = self.rankers.catalogue.numbers(item.history)
        allowed = None
        if item.items:
            found, unknown = self.rankers.catalogue.numbers(item.items)
            if not found:
                message = f"none of {len(item.items)} videos is known; the first is {item.items[0]!r}"
                raise Problem("no_candidates", message, "items", "name videos of the items table")
            allowed, left_out = np.unique(np.array(found, np.int64)), left_out + unknown
        if item.user is not None:
            known = self.people.history(item.user)
            history = [*(known or []), *history]
            left_out += [item.user] if known is None else []
        if item.source is not None and item.source not in number:
            left_out.append(item.source)
            if item.user is None and not item.history:
                hint = "name a video of the items table, or give a user or a history"
                raise Problem("unknown_item", f"no video {item.source!r}", "source", hint)
        source = None if item.source is None else number.get(item.source)
        watched = latest(np.array([*history, *([] if source is None else [source])], np.int64)).tolist()
        basis: Basis = "source" if source is not None else "history" if watched else "popular"
        hidden = watched if not self.config.repeat else [source] if source is not None else []
        return basis, Ask(watched, hidden, allowed), left_out

    def _candidates(self, ask: Ask, lists: Sequence[Ranked], size: int) -> tuple[Ints, Floats]:
        """The first `size` videos and their scores: the ensemble's, then at 0 what its other rankers know of, such as
        the text of a new video, then the most watched of the others.
        """
        found = self.blend(lists, size)
        popular = self.people.popular if ask.allowed is None else _only(self.people.popular, ask.allowed)
        free = np.concatenate([fuse("rrf", lists).ids, popular[~np.isin(popular, np.asarray(ask.hidden))]])
        free = free[np.sort(np.unique(free, return_index=True)[1])]
        free = free[~np.isin(free, found.ids)][: size - len(found.ids)]
        scores = np.concatenate([found.scores.astype(np.float64), np.zeros(len(free))])
        return np.concatenate([found.ids, free]).astype(np.int64), scores

    def _why(self, number: int, lists: Sequence[Ranked]) -> str:
        """The rankers that have the video, with the rank each gave: those of weight, or if none has it the others."""
        places = {name: np.flatnonzero(found.ids == number) for name, found in zip(NAMES, lists, strict=True)}
        words = {name: f"{name} {place[0] + 1}" for name, place in places.items() if len(place)}
        counted = [said for name, said in words.items() if self.blend.fusion.weights[name] > 0]
        return ", ".join(counted or words.values()) or "popular"


def _only(ordered: Ints, allowed: Ints) -> Ints:
    return ordered[np.isin(ordered, allowed)]
