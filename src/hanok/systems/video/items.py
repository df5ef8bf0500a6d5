"""What is asked, what is recommended, and what people click."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import BETA, CARDS, PICK

Name = Annotated[str, Field(min_length=1, max_length=200)]

Basis = Literal["source", "history", "popular"]
"""What an answer rests on."""


class Request(BaseModel):
    """Videos related to a source, recommended to a person, or both; with nothing given the most watched ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"source": "v001"}, {"history": ["v001", "v017"]}]})

    source: Annotated[Name | None, Field(title="Source video"), PICK] = None
    user: Annotated[Name | None, Field(title="User", description="Whose views are known from training")] = None
    history: Annotated[
        list[Annotated[Name, PICK]],
        Field(max_length=1000, title="Watched", description="Videos watched, the latest last"),
    ] = []
    items: Annotated[
        list[Name] | None,
        Field(max_length=100_000, title="Only these", description="Recommend only these; empty: everything"),
    ] = None
    k: Annotated[int, Field(ge=1, le=100, title="Videos", description="How many")] = 10
    seed: Annotated[int, Field(ge=0, le=2**63 - 1, title="Seed", description="Of the draws that order the slate")] = 0
    explore: Annotated[
        bool, Field(title="Explore", description="Let clicks and chance order the videos; else the ensemble alone")
    ] = True


class Arm(BaseModel):
    """What is believed of the click rate of a video beside this source."""

    alpha: float
    beta: float
    views: Annotated[float, Field(description="How often it was shown here, as the policy weighs it")]
    clicks: Annotated[float, Field(description="How often it was clicked here, as the policy weighs it")]


class Entry(BaseModel):
    """One recommended video."""

    item: Annotated[str, PICK]
    title: str
    category: str = ""
    position: Annotated[int, Field(ge=0, description="Place on the slate, from 0")]
    score: Annotated[float, Field(description="Of the ensemble, for this request only")]
    why: Annotated[str, Field(description="The rankers that found it, each with the rank it gave")]
    arm: Annotated[Arm | None, BETA, Field(title="Click rate", description="None where no source video is known")] = (
        None
    )


class Slate(BaseModel):
    """The recommended videos in the order in which they are to be shown."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "item": "v017",
                            "title": "How to bleed brakes",
                            "category": "repair",
                            "position": 0,
                            "score": 0.91,
                            "why": "mf 1, item2vec 3, text 12",
                            "arm": {"alpha": 3.0, "beta": 61.0, "views": 12.0, "clicks": 2.0},
                        }
                    ],
                    "based_on": "source",
                    "left_out": [],
                }
            ]
        }
    )

    entries: Annotated[list[Entry], CARDS]
    based_on: Annotated[Basis, Field(description="What was known; popular: nothing, so the most watched videos")]
    left_out: Annotated[list[str], Field(description="Videos and users of the request that nobody knows")] = []


class Click(BaseModel):
    """Which video of the slate was clicked."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"clicked": "v017"}]})

    clicked: Annotated[Name, PICK]
