"""The user's views and videos: what a row looks like, and all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Annotated, Self

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field

from hanok.core.moment import DAY, past
from hanok.core.problem import Problem
from hanok.core.sources import Table

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class View(BaseModel):
    """One view: who watched what, and when."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    user: Annotated[
        str,
        Field(
            min_length=1, max_length=200, validation_alias=AliasChoices("user", "user_id", "viewer", "사용자", "視聴者")
        ),
    ]
    item: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            validation_alias=AliasChoices("item", "item_id", "video", "video_id", "영상", "動画"),
        ),
    ]
    time: Annotated[
        datetime,
        AfterValidator(past),
        Field(
            description="UTC, as a date and time or as seconds since 1970",
            validation_alias=AliasChoices("time", "timestamp", "ts", "at", "date", "시각", "日時"),
        ),
    ]
    rating: Annotated[float | None, Field(ge=0, le=1000, description="The more, the better it was liked")] = None


class Item(BaseModel):
    """One video."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    item: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            validation_alias=AliasChoices("item", "item_id", "video", "video_id", "id", "영상", "動画"),
        ),
    ]
    title: Annotated[
        str,
        Field(min_length=1, max_length=1000, validation_alias=AliasChoices("title", "name", "제목", "題名")),
    ]
    text: Annotated[
        str,
        Field(
            max_length=100_000,
            validation_alias=AliasChoices("text", "description", "synopsis", "tags", "설명", "説明"),
        ),
    ] = ""
    category: Annotated[str, Field(max_length=200)] = ""
    duration: Annotated[float | None, Field(ge=0, description="Seconds")] = None


class Sources(BaseModel):
    """What training needs."""

    views: Annotated[Table[View], Field(description="Who watched what and when, one view a row")]
    items: Annotated[Table[Item], Field(description="The videos, one a row")]


@dataclass(frozen=True)
class Catalogue:
    """The videos, each known by its number.

    Parameters
    ----------
    items, titles, texts, categories : sequence of str, each (n_items,)
        Ids are distinct.
    """

    items: Sequence[str]
    titles: Sequence[str]
    texts: Sequence[str]
    categories: Sequence[str]

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each video by its id."""
        return {item: number for number, item in enumerate(self.items)}

    @cached_property
    def words(self) -> list[str]:
        """What is read of each video: its title and text."""
        return [f"{title} {text}" for title, text in zip(self.titles, self.texts, strict=True)]

    def numbers(self, items: Sequence[str]) -> tuple[list[int], list[str]]:
        """Numbers of the videos that are known, in order, and the ids that are not."""
        found = [(item, self.number.get(item)) for item in items]
        return [n for _, n in found if n is not None], [item for item, n in found if n is None]


@dataclass(frozen=True)
class Data:
    """Views in order of time, and the videos they are of.

    Parameters
    ----------
    catalogue : Catalogue
    users : array (n_views,), int64
        Who, as a number into `names`.
    items : array (n_views,), int64
        What, as a number of the catalogue.
    times : array (n_views,), float64
        When, in UTC seconds; ascending.
    ratings : array (n_views,), float64
        1 where there is none, else the rating divided by the mean of all.
    names : sequence of str, (n_users,)
    judged : array (n_views,), bool
        Views that a test is to predict; the others are what was known before.
    notes : tuple of str
        What was left out, and why.

    Example
    -------
    >>> catalogue = Catalogue(["a", "b"], ["A", "B"], ["", ""], ["", ""])
    >>> data = Data.of(catalogue, ["u", "u", "u"], ["b", "a", "b"], [30.0, 20.0, 30.0])
    >>> data.items.tolist(), data.notes
    ([0, 1], ('1 view stands in the data twice and counts once.',))
    """

    catalogue: Catalogue
    users: Ints
    items: Ints
    times: Floats
    ratings: Floats
    names: Sequence[str]
    judged: Bools
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        catalogue: Catalogue,
        users: Sequence[str],
        items: Sequence[str],
        times: Sequence[float],
        ratings: Sequence[float | None] | None = None,
    ) -> Self:
        """Take views in: those of unknown videos are left out, those that stand there twice count once.

        Raises
        ------
        Problem
            None of the videos is in the catalogue.
        """
        import polars as pl

        frame = pl.DataFrame(
            {
                "user": pl.Series(list(users), dtype=pl.String),
                "item": pl.Series(list(items), dtype=pl.String),
                "time": pl.Series(list(times), dtype=pl.Float64),
                "rating": pl.Series([None] * len(users) if ratings is None else ratings, dtype=pl.Float64),
            }
        )
        notes: list[str] = []
        known = pl.DataFrame({"item": pl.Series(list(catalogue.items), dtype=pl.String)}).with_row_index("number")
        found = frame.join(known, on="item", how="left", maintain_order="left")
        foreign = found.filter(pl.col("number").is_null())
        if foreign.height == frame.height:
            example = f"; the first is of {foreign['item'][0]!r}" if foreign.height else ""
            message = f"none of the {frame.height} views is of a video of the items table{example}"
            raise Problem("no_known_items", message, "views", "the two tables must use the same ids")
        if foreign.height:
            n = foreign["item"].n_unique()
            notes.append(
                f"{_count(foreign.height, 'view')} of {_count(n, 'video')} that the items table does not have left out."
            )
        once = found.drop_nulls("number").unique(["user", "item", "time"], keep="first", maintain_order=True)
        if twice := found.height - foreign.height - once.height:
            stand = "stands" if twice == 1 else "stand"
            notes.append(f"{_count(twice, 'view')} {stand} in the data twice and count{'s' * (twice == 1)} once.")
        once = once.sort("time", maintain_order=True)
        names = once["user"].unique(maintain_order=True)
        mean = once["rating"].mean()
        rated = pl.col("rating") / mean if isinstance(mean, float) and mean > 0 else pl.lit(1.0)
        numbers = once.select(rated.fill_null(1.0).alias("rating"))["rating"]
        places = once.join(
            pl.DataFrame({"user": names}).with_row_index("who"), on="user", how="left", maintain_order="left"
        )
        return cls(
            catalogue,
            places["who"].to_numpy().astype(np.int64),
            once["number"].to_numpy().astype(np.int64),
            once["time"].to_numpy().astype(np.float64),
            np.broadcast_to(numbers.to_numpy(), once.height).astype(np.float64),
            names.to_list(),
            np.ones(once.height, bool),
            tuple(notes),
        )

    def __len__(self) -> int:
        return len(self.users)

    def take(self, views: Ints | Bools, judged: Bools | None = None) -> Self:
        """Some of the views, with all users and videos; `judged` is of all views before taking."""
        marks = self.judged if judged is None else judged
        columns = {name: getattr(self, name)[views] for name in ("users", "items", "times", "ratings")}
        return replace(self, **columns, judged=marks[views])

    def by_user(self) -> list[Ints]:
        """The views of each user in order of time, (n_users,) arrays of places; empty where a user has none here."""
        order = np.argsort(self.users, kind="stable")
        return np.split(order, np.searchsorted(self.users[order], np.arange(1, len(self.names))))

    @cached_property
    def popularity(self) -> Ints:
        """Distinct viewers of each video, (n_items,)."""
        pairs = np.unique(self.users * len(self.catalogue) + self.items)
        return np.bincount(pairs % len(self.catalogue), minlength=len(self.catalogue))

    def facts(self) -> dict[str, float]:
        """How much there is, and how sparse it is."""
        days = float(max((self.times[-1] - self.times[0]) / DAY, 1.0))
        hourly = np.bincount((self.times % DAY // (DAY / 24)).astype(np.int64), minlength=24)
        wave = np.abs(np.exp(2j * np.pi * np.arange(24) / 24) @ hourly) * 2 / len(self)
        pairs = int(self.popularity.sum())
        users, watched = len(np.unique(self.users)), int((self.popularity > 0).sum())
        return {
            "views": len(self),
            "users": users,
            "videos": len(self.catalogue),
            "videos watched": watched,
            "density": pairs / (users * len(self.catalogue)),
            "views per day": len(self) / days,
            "traffic swing": float(min(wave, 1.0)),
            "views per video and day": len(self) / days / max(watched, 1),
        }


def read(sources: Sources) -> Data:
    """Views and videos, validated row by row and against each other.

    Raises
    ------
    Problem
        A row cannot be used, a video stands twice with different texts, there are fewer than two videos, or no user
        watched two different ones.
    """
    import polars as pl

    videos, where = sources.items.read().unique(maintain_order=True), sources.items.path.name
    repeated = videos.filter(pl.col("item").is_duplicated())
    if repeated.height:
        message = f"found {repeated['item'][0]!r} with different titles or texts; expected each video once"
        raise Problem("repeated_item", message, where, "keep one of the rows")
    if videos.height < 2:
        raise Problem("one_item", f"found {videos.height} video; expected two or more to choose from", where)
    catalogue = Catalogue(*(videos[name].to_list() for name in ("item", "title", "text", "category")))
    views = sources.views.read()
    seconds = views["time"].dt.replace_time_zone(None).dt.epoch("us").cast(pl.Float64) / 1e6
    users, items, ratings = (views[name].to_list() for name in ("user", "item", "rating"))
    data = Data.of(catalogue, users, items, seconds.to_list(), ratings)
    if not _several(data):
        message = f"each of {len(data.names)} users watched one video only; expected some who watched two or more"
        raise Problem("no_sequences", message, sources.views.path.name, "what follows a video is learnt from those")
    return data


def _several(data: Data) -> bool:
    pairs = np.unique(data.users * len(data.catalogue) + data.items)
    return bool((np.bincount(pairs // len(data.catalogue)) > 1).any())


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
