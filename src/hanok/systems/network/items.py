"""What the network is asked, what it answers, and what people measured since."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hanok.core.marks import CARDS, PICK
from hanok.systems.network.reading import as_text


def _as_texts(given: Any) -> Any:
    """Numbers, and yes or no, as they would stand in a CSV."""
    if not isinstance(given, dict):
        return given
    return {name: text for name, value in given.items() if (text := as_text(value))}


class Link(BaseModel):
    """An edge of a new node."""

    node: Annotated[str, Field(min_length=1, max_length=200, description="A node of the network")]
    type: Annotated[str, Field(max_length=200, description="Only where several nodes have this name")] = ""
    weight: Annotated[float, Field(ge=0, le=1e6)] = 1.0


class Query(BaseModel):
    """A node of the network; or a new one, with its edges and features."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"node": "Sage", "k": 5},
                {"features": {"group": "mint family", "sugar": "9"}, "edges": [{"node": "mustard-ene"}], "k": 5},
            ]
        }
    )

    node: Annotated[str, Field(max_length=200, title="Node", description="Its name; empty: a new node"), PICK] = ""
    type: Annotated[str, Field(max_length=200, title="Type", description="Only where several nodes have this name")] = (
        ""
    )
    features: Annotated[
        dict[str, str],
        BeforeValidator(_as_texts),
        Field(max_length=1000, title="Features", description="Of a new node, by column of the features table"),
    ] = {}
    edges: Annotated[list[Link], Field(max_length=10_000, title="Edges", description="Of a new node")] = []
    candidates: Annotated[
        list[str], Field(max_length=10_000, title="Candidates", description="Rank only these; none: all")
    ] = []
    k: Annotated[int, Field(ge=1, le=1000, title="Answers", description="How many to rank")] = 10


class Entry(BaseModel):
    """One node that may respond, or be responded to."""

    node: Annotated[str, PICK]
    probability: Annotated[float, Field(ge=0, le=1, description="That the pair is responsive")]
    low: Annotated[float, Field(ge=0, le=1, description="Lower end of the 95 % interval")]
    high: Annotated[float, Field(ge=0, le=1, description="Upper end")]
    measured: Annotated[bool | None, Field(description="What was measured of this pair, if it was")] = None
    why: Annotated[list[str], Field(description="Edges and nodes most alike that speak for it, or against it")] = []


class Neighbour(BaseModel):
    """A node near by."""

    node: str
    type: str
    likeness: Annotated[float, Field(description="Cosine of the vectors; of a new node, likeness of the features")]


class Answer(BaseModel):
    """Nodes ranked, the likeliest first; `based_on` says what is known of the node asked about."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "entries": [
                        {
                            "node": "Aphids",
                            "probability": 0.74,
                            "low": 0.51,
                            "high": 0.88,
                            "measured": None,
                            "why": ["loam speaks for it", "alike and responsive: Calendula"],
                        }
                    ],
                    "node": "Marigold",
                    "type": "plant",
                    "based_on": ["2 features", "3 of 4 edges", "12 measured responses"],
                    "neighbours": [{"node": "Calendula", "type": "plant", "likeness": 0.93}],
                    "notes": [],
                }
            ]
        }
    )

    entries: Annotated[list[Entry], CARDS]
    node: str = ""
    type: str = ""
    based_on: list[str] = []
    neighbours: list[Neighbour] = []
    notes: list[str] = []


class Measured(BaseModel):
    """A pair that somebody measured since."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"other": "Aphids", "responsive": True}]},
    )

    other: Annotated[
        str, Field(min_length=1, max_length=200, title="Measured with", description="The other node: an answer's, say")
    ]
    node: Annotated[str, Field(max_length=200, title="Node", description="Empty: the one that was asked about")] = ""
    responsive: Annotated[bool, Field(title="Responsive")]
