"""The user's comics and who read them: what a row looks like, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.moment import past
from hanok.core.sources import Folder, Table

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Id = Field(min_length=1, max_length=200)
_COMIC = AliasChoices("item", "item_id", "comic", "comic_id", "id", "만화", "作品", "漫画")


class Read(BaseModel):
    """Who read what, and when if that is known."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    user: Annotated[
        str, Id, Field(validation_alias=AliasChoices("user", "user_id", "reader", "사용자", "독자", "読者", "ユーザー"))
    ]
    item: Annotated[str, Id, Field(validation_alias=_COMIC)]
    time: Annotated[
        datetime | None,
        AfterValidator(lambda value: value and past(value)),
        Field(
            description="UTC, as a date and time or as seconds since 1970",
            validation_alias=AliasChoices("time", "timestamp", "ts", "at", "date", "시각", "日時"),
        ),
    ] = None


class Item(BaseModel):
    """One comic."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    item: Annotated[str, Id, Field(validation_alias=_COMIC)]
    title: Annotated[
        str,
        Field(
            min_length=1, max_length=1000, validation_alias=AliasChoices("title", "name", "제목", "題名", "タイトル")
        ),
    ]
    synopsis: Annotated[
        str,
        Field(
            max_length=20_000,
            description="In Japanese; empty: the title alone is compared",
            validation_alias=AliasChoices("synopsis", "description", "summary", "text", "줄거리", "あらすじ"),
        ),
    ] = ""
    genre: Annotated[
        str, Field(max_length=200, validation_alias=AliasChoices("genre", "category", "장르", "ジャンル"))
    ] = ""
    author: Annotated[
        str, Field(max_length=200, validation_alias=AliasChoices("author", "creator", "작가", "著者", "作者"))
    ] = ""
    cover: Annotated[
        str,
        Field(
            max_length=300,
            description="Name of a file in covers; empty: none",
            validation_alias=AliasChoices("cover", "image", "file", "표지", "表紙"),
        ),
    ] = ""


class Sources(BaseModel):
    """What training needs."""

    reads: Annotated[Table[Read], Field(description="Who read what, one comic a row")]
    items: Annotated[Table[Item], Field(description="The comics, one a row")]
    covers: Annotated[Folder | None, Field(description="Pictures of the covers, named as in items")] = None


@dataclass(frozen=True)
class Catalogue:
    """The comics, each known by its number.

    Parameters
    ----------
    items, titles, synopses, genres, authors : sequence of str, each (n_items,)
        Ids are distinct.
    covers : sequence of Path or None, (n_items,)
        None where there is no picture.
    """

    items: Sequence[str]
    titles: Sequence[str]
    synopses: Sequence[str]
    genres: Sequence[str]
    authors: Sequence[str]
    covers: Sequence[Path | None]

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each comic by its id."""
        return {item: number for number, item in enumerate(self.items)}


@dataclass(frozen=True)
class Data:
    """Reads in order of time, and the comics they are of.

    Parameters
    ----------
    catalogue : Catalogue
    names : sequence of str, (n_users,)
        The readers.
    users, items : array (n_reads,), int64
        Who and what, as numbers of `names` and of the catalogue; a pair stands here once.
    timed : bool
        Whether the order says anything.
    judged : array (n_reads,), bool
        Reads that are to be predicted; the others were known before. All of them, where nothing is held out.
    notes : tuple of str
        What was left out, and why.
    """

    catalogue: Catalogue
    names: Sequence[str]
    users: Ints
    items: Ints
    timed: bool
    judged: Bools
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        reads: Sequence[tuple[str, str]],
        *,
        timed: bool = False,
        notes: tuple[str, ...] = (),
    ) -> Self:
        """Take pairs of reader and comic in, in order; what is read again counts once, when it was read first.

        Example
        -------
        >>> catalogue = Catalogue(["a", "b"], ["A", "B"], ["", ""], ["", ""], ["", ""], [None, None])
        >>> data = Data.of(catalogue, [("mio", "b"), ("ren", "a"), ("mio", "b")])
        >>> data.names, data.users.tolist(), data.items.tolist()
        (['mio', 'ren'], [0, 1], [1, 0])
        """
        nothing = np.zeros(0, np.int64)
        empty = cls(catalogue, [], nothing, nothing, timed, nothing.astype(bool), notes)
        return empty.extended(list(dict.fromkeys(reads)))

    def __len__(self) -> int:
        return len(self.users)

    def take(self, reads: Ints | Bools, judged: Bools | None = None) -> Self:
        """Some of the reads, with all readers and comics; `judged` is of all reads before taking."""
        marks = self.judged if judged is None else judged
        return replace(self, users=self.users[reads], items=self.items[reads], judged=marks[reads])

    def extended(self, reads: Sequence[tuple[str, str]]) -> Self:
        """The same readers with these reads instead; new readers are numbered after those there are."""
        names = list(dict.fromkeys([*self.names, *(user for user, _ in reads)]))
        place = {name: number for number, name in enumerate(names)}
        users = np.array([place[user] for user, _ in reads], np.int64)
        items = np.array([self.catalogue.number[item] for _, item in reads], np.int64)
        return replace(self, names=names, users=users, items=items, judged=np.ones(len(reads), bool))

    def pairs(self) -> list[tuple[str, str]]:
        """Reader and comic of every read."""
        return [(self.names[u], self.catalogue.items[i]) for u, i in zip(self.users, self.items, strict=True)]

    def matrix(self, reads: Bools | None = None) -> csr_matrix:
        """What each reader read, (n_users, n_items) of ones; of some reads only, if so wished."""
        users, items = (self.users, self.items) if reads is None else (self.users[reads], self.items[reads])
        return sparse(users, items, (len(self.names), len(self.catalogue)))


def sparse(rows: Ints, columns: Ints, shape: tuple[int, int]) -> csr_matrix:
    """Ones at the places given."""
    return csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
