"""What the match recorder is given, what it makes of it, and what people put right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import BOX, CHECKS, RIGHT, SAME, Media
from hanok.parts.text import Language


class Photo(BaseModel):
    """A picture of a result, and what is known about it."""

    image: Annotated[bytes, Media("image/*"), Field(title="Picture", description="JPEG, PNG, WebP, GIF, BMP or TIFF")]
    design: Annotated[
        str | None, Field(max_length=200, title="Design", description="If it is known; empty: whichever fits")
    ] = None
    language: Annotated[Language | None, Field(title="Language", description="Of names; empty: found out")] = None
    roster: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(max_length=2000, title="Roster", description="Everybody who may appear; names become theirs"),
    ] = []
    teams: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(max_length=2000, title="Teams", description="Every team that may play; names become theirs"),
    ] = []
    event: Annotated[str, Field(max_length=200, title="Event", description="Handed through to the record")] = ""


class Value(BaseModel):
    """One field of a record, and where it comes from."""

    value: int | float | str | None = None
    raw: Annotated[str, Field(description="As it was read")] = ""
    confidence: Annotated[float, Field(ge=0, le=1, description="Probability that the reading is right")] = 0.0
    engine: Annotated[str, Field(description="Who read it")] = ""
    source: Annotated[
        Literal["ocr", "cloud", "constraint", "human"],
        Field(description="Read here; read by Google; computed from others; said by a person"),
    ] = "ocr"
    box: Annotated[
        list[list[float]], BOX, Field(description="Four corners in the picture, clockwise from upper left, in pixels")
    ] = []
    alternatives: list[str] = []
    accepted: Annotated[bool, Field(description="Whether it may stand; otherwise a person should look")] = False
    problem: Annotated[str, Field(description="Why not")] = ""


class Team(BaseModel):
    """A side, or the whole list where there are no sides."""

    fields: dict[str, Value] = {}
    players: list[dict[str, Value]] = []


class Check(BaseModel):
    """What values owe each other."""

    kind: Annotated[
        Literal["sum", "ranks", "count"],
        Field(description="The first is the sum of the others; none is less than the last one; they go 1, 2, 3"),
    ]
    cells: Annotated[list[str], Field(description="Their paths")]


class Record(BaseModel):
    """What a picture says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "auto",
                    "design": "light",
                    "score": 1.0,
                    "language": "en",
                    "fields": {"clock": {"value": "23:45", "raw": "23:45", "confidence": 0.998, "engine": "digits"}},
                    "teams": [
                        {
                            "players": [
                                {"name": {"value": "GhostSniper", "accepted": True}, "kills": {"value": 27}},
                            ]
                        }
                    ],
                }
            ]
        }
    )

    status: Annotated[Literal["auto", "review"], Field(description="auto: nobody has to look")]
    reasons: Annotated[list[str], Field(description="Why somebody should")] = []
    event: str = ""
    design: Annotated[str, Field(description="Empty: none fits")] = ""
    score: Annotated[float, Field(ge=0, le=1, description="How well it fits: 1 is every field filled and no more")] = (
        0.0
    )
    language: str = ""
    fields: dict[str, Value] = {}
    teams: list[Team] = []
    notes: Annotated[list[str], Field(description="What was done to the picture")] = []
    picture: Annotated[
        str, SAME, Field(description="SHA-256 of the file by which the picture was first sent, whoever sends it again")
    ] = ""
    checks: Annotated[list[Check], CHECKS, Field(description="What values owe each other")] = []

    def values(self) -> Iterator[tuple[str, Value]]:
        """Every field by its path, such as ``"teams.0.players.2.kills"``."""
        yield from self.fields.items()
        for i, team in enumerate(self.teams):
            for name, value in team.fields.items():
                yield f"teams.{i}.{name}", value
            for j, player in enumerate(team.players):
                for name, value in player.items():
                    yield f"teams.{i}.players.{j}.{name}", value


class Correction(BaseModel):
    """What a record should say."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"values": {"teams.0.players.2.kills": "12"}, "rest_is_right": True}]}
    )

    values: Annotated[
        dict[str, Annotated[str, Field(max_length=200)]],
        RIGHT,
        Field(max_length=2000, title="Right values", description="By path; empty: nothing stands there"),
    ] = {}
    rest_is_right: Annotated[bool, Field(title="All others are right")] = False
