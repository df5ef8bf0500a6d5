"""What the comics recommender is asked, what it answers, and what people say about that."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import CARDS, PICK, Asset

Id = Annotated[str, Field(min_length=1, max_length=200)]

MOST = 10_000
"""Comics that may be named in one question."""


class Wish(BaseModel):
    """For whom, or like what; with none of these the most popular comics are given."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user": "reader-001"}, {"item": "c004"}, {"history": ["c002", "c009"], "k": 5}]
        }
    )

    user: Annotated[
        Id | None, Field(title="Reader", description="A reader of the training data; gets nothing read before")
    ] = None
    item: Annotated[Id | None, PICK, Field(title="Like this comic", description="Comics like this one")] = None
    history: Annotated[
        list[Id], Field(max_length=MOST, title="Has read", description="Of a new reader, or read since the training")
    ] = []
    items: Annotated[
        list[Id] | None, Field(max_length=MOST, title="Choose from", description="Only these; empty: from all")
    ] = None
    k: Annotated[int, Field(ge=1, le=100, title="Comics", description="How many")] = 10


class Entry(BaseModel):
    """One comic, and why it is given."""

    item: Annotated[str, PICK]
    title: str
    cover: Annotated[str | None, Asset("image/*")] = None
    why: Annotated[str, Field(description="The rank each ranker gives it, and the comic that speaks for it most")]
    genre: str = ""
    author: str = ""
    score: Annotated[float, Field(description="Comparable within one answer only")]


class Shelf(BaseModel):
    """Comics, the best first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "item": "c017",
                            "title": "さよなら、竜",
                            "cover": "0016-c017.webp",
                            "why": "cf #1 · text #4, because of 迷宮の地図",
                            "genre": "冒険ファンタジー",
                            "author": "鹿ノ子",
                            "score": 0.93,
                        }
                    ],
                    "by": "fusion",
                    "note": "",
                }
            ]
        }
    )

    entries: Annotated[list[Entry], CARDS]
    by: Annotated[
        Literal["fusion", "cf", "text", "image", "popularity"],
        Field(description="What ranked them: all rankers with weight, one of them, or how many have read each"),
    ]
    note: Annotated[str, Field(description="What else the asker should know, such as that nothing was known")] = ""


class Choice(BaseModel):
    """The comic that was opened or read."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item": "c017"}]})

    item: Annotated[Id, PICK]
