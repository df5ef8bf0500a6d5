"""What the rule recommender is asked, what it suggests, and what organisers say about that."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hanok.core.marks import CARDS, PICK
from hanok.systems.rules.values import as_text


def _as_texts(given: Any) -> Any:
    """Numbers, yes or no and lists as they would stand in a CSV."""
    if not isinstance(given, dict):
        return given
    return {name: text for name, value in given.items() if (text := as_text(value))}


class Competition(BaseModel):
    """A new competition: what is known of it, and the rules it already has."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"features": {"game": "FC Seoul 26", "level": "amateur", "players": "16", "tags": "online | weekend"}},
                {"features": {"game": "Janggi"}, "chosen": ["Touch move"], "k": 5},
            ]
        }
    )

    features: Annotated[
        dict[str, str],
        BeforeValidator(_as_texts),
        Field(
            max_length=1000,
            title="Features",
            description="By column of the competitions table; of several values, such as tags, write a | b",
        ),
    ] = {}
    chosen: Annotated[
        list[str], Field(max_length=1000, title="Rules it already has", description="They say what else fits"), PICK
    ] = []
    game: Annotated[
        str | None, Field(title="Legal for", description="Only rules legal for this game; empty: for its own")
    ] = None
    k: Annotated[int, Field(ge=1, le=100, title="Rules", description="How many to suggest")] = 10


class Suggestion(BaseModel):
    """One rule, and what speaks for it."""

    rule: Annotated[str, PICK]
    probability: Annotated[float, Field(ge=0, le=1, description="That the organiser takes it")]
    kind: str = ""
    text: str = ""
    features: Annotated[list[str], Field(description="What about this competition speaks for it most")] = []
    like: Annotated[list[str], Field(description="The competitions most alike that have this rule")] = []
    legal: Annotated[str, Field(description="Why it may be used here")] = ""


class Suggestions(BaseModel):
    """Rules, the likeliest first; `notes` says what of the question could not be used."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rules": [
                        {
                            "rule": "Best of three",
                            "probability": 0.81,
                            "kind": "format",
                            "text": "A match is won with two games.",
                            "features": ["game: FC Seoul 26"],
                            "like": ["Han River Cup"],
                            "legal": "used by 12 of 14 FC Seoul 26 competitions",
                        }
                    ],
                    "notes": [],
                }
            ]
        }
    )

    rules: Annotated[list[Suggestion], CARDS]
    notes: list[str] = []


class Verdict(BaseModel):
    """What the organiser did with the suggestions: a rule taken, some declined, or the whole set in the end."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"rule": "Best of three"},
                {"rules": ["Best of three", "No coaching"], "declined": ["Video referee"]},
            ]
        }
    )

    rule: Annotated[str | None, Field(title="Taken"), PICK] = None
    rules: Annotated[list[str], Field(title="Final rules", description="Every rule it has in the end")] = []
    declined: Annotated[list[str], Field(title="Declined")] = []
