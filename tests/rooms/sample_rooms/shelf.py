"""A shelf of books that people pick from: cards with covers, and what is believed of each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
from PIL import Image
from pydantic import BaseModel, Field

from hanok.rooms import (
    BETA,
    CARDS,
    PICK,
    SEARCH,
    Asset,
    Event,
    Fold,
    Lasting,
    Measure,
    Objective,
    Problem,
    Report,
    Run,
    System,
    Table,
)


class Config(BaseModel):
    """Hyper-parameters."""

    misses: Annotated[int, Field(ge=1, le=50), SEARCH] = 5


class Book(BaseModel):
    """A book that is there, of a colour if it has a cover."""

    book: Annotated[str, Field(min_length=1)]
    title: str
    colour: str = ""


class Sources(BaseModel):
    """What the user brings."""

    books: Table[Book]


class Reader(BaseModel):
    """Who stands before the shelf."""

    like: Annotated[str | None, PICK, Field(title="Like this one")] = None
    read: Annotated[list[Annotated[str, PICK]], Field(title="Books read")] = []
    k: Annotated[int, Field(ge=1, le=20)] = 4


class Belief(BaseModel):
    """A Beta distribution of how often it is picked, and what it comes from."""

    alpha: float
    beta: float
    views: int


class Card(BaseModel):
    """A book, and why it stands there."""

    book: Annotated[str, PICK]
    title: str
    why: str
    share: Annotated[float, Field(ge=0, le=1, title="Liked")]
    cover: Annotated[str | None, Asset("image/*")] = None
    belief: Annotated[Belief, BETA, Field(title="Share of picks")]


class Shelf(BaseModel):
    """The shelf, from the left, and the books that were named and are not there."""

    cards: Annotated[list[Card], CARDS]
    unknown: list[str] = []


class Pick(BaseModel):
    """The book that was taken."""

    taken: Annotated[str, PICK]


class Counts:
    """How often each book stood on the shelf, and was taken."""

    def __init__(self, views: Counter[str], picks: Counter[str]) -> None:
        self.views, self.picks = views, picks

    def fork(self) -> Counts:
        """A copy."""
        return Counts(self.views.copy(), self.picks.copy())

    def step(self, event: Event[Reader, Shelf, Pick]) -> None:
        """Take an answer or a pick in."""
        if event.feedback:
            self.picks[event.feedback.taken] += 1
        else:
            self.views.update(card.book for card in event.output.cards)

    def dump(self) -> bytes:
        """Both."""
        return json.dumps([self.views, self.picks]).encode()

    def load(self, dumped: bytes) -> Counts:
        """The mirror of `dump`."""
        return Counts(*map(Counter, json.loads(dumped)))


class Shelves(System[Config, Sources, list[Book], Reader, Shelf, Pick]):
    """The room."""

    name, title = "shelf", "A shelf of books"
    summary = "Puts in front what people pick."
    objectives = (Objective("known"),)

    @classmethod
    def read(cls, sources: Sources) -> list[Book]:
        """The rows."""
        return [Book(**row) for row in sources.books.read().to_dicts()]

    @classmethod
    def folds(cls, data: list[Book], config: Config, *, seed: int) -> Iterable[Fold[list[Book]]]:
        """Nothing is held out: there is nothing to learn before somebody picks."""
        yield Fold("all", data, data, data)

    def _start(self, books: list[Book]) -> Self:
        self.books = {book.book: book for book in books}
        self.counts = Lasting("shelf", Counts(Counter(), Counter()))
        return self

    def fit(self, train: list[Book], valid: list[Book], run: Run) -> Self:
        """Know the books."""
        return self._start(train)

    def predict(self, batch: Sequence[Reader]) -> Sequence[Shelf | Problem]:
        """The most picked ones that were not read."""
        counts = self.counts.now(self.ledger)
        return [self._answer(item, counts) for item in batch]

    def _answer(self, item: Reader, counts: Counts) -> Shelf | Problem:
        cards = [self._card(b, counts) for b in self.books.values() if b.book not in {*item.read, item.like}]
        cards.sort(key=lambda card: -card.share)
        unknown = [name for name in (item.like, *item.read) if name and name not in self.books]
        return Shelf(cards=cards[: item.k], unknown=unknown)

    def _card(self, book: Book, counts: Counts) -> Card:
        views, picks = counts.views[book.book], counts.picks[book.book]
        belief = Belief(alpha=1 + picks, beta=self.config.misses + max(0, views - picks), views=views)
        share = belief.alpha / (belief.alpha + belief.beta)
        cover = f"{book.book}.png" if book.colour else None
        why = f"taken {picks} times"
        return Card(book=book.book, title=book.title, why=why, share=share, cover=cover, belief=belief)

    def evaluate(self, data: list[Book]) -> Report:
        """Whether each book is known: a stand-in."""
        known = np.array([float(book.book in self.books) for book in data])
        return Report([Measure("known", known, np.zeros(len(data)))], [Reader(like=book.book) for book in data])

    def save(self, folder: Path) -> None:
        """The books, and their covers."""
        (folder / "assets").mkdir()
        rows: list[dict[str, Any]] = [book.model_dump() for book in self.books.values()]
        (folder / "books.json").write_text(json.dumps(rows), encoding="utf-8")
        for book in self.books.values():
            if book.colour:
                Image.new("RGB", (90, 120), book.colour).save(folder / "assets" / f"{book.book}.png")

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        rows = json.loads((folder / "books.json").read_text(encoding="utf-8"))
        self._start([Book(**row) for row in rows])
