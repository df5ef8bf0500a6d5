"""Every hyper-parameter of the FAQ chatbot."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import LOG_SEARCH, SEARCH, Stage
from hanok.parts.text import Ranker


class Config(BaseModel):
    """Hyper-parameters; what is marked with a stage can be changed without training again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Annotated[
        Literal["auto", "classifier", "nearest"],
        Field(
            description="A classifier over answers, or the nearest known question; auto: the classifier from three "
            "questions per answer on"
        ),
        SEARCH,
    ] = "auto"
    words: Annotated[int, Field(ge=0, le=2, description="Longest word n-gram of the classifier"), SEARCH] = 2
    shortest: Annotated[int, Field(ge=1, le=3, description="Shortest character n-gram, in Latin letters"), SEARCH] = 2
    longest: Annotated[int, Field(ge=3, le=6, description="Longest character n-gram, in Latin letters"), SEARCH] = 5
    sublinear: Annotated[bool, Field(description="Count repeated terms less, in the classifier"), SEARCH] = True
    C: Annotated[float, Field(ge=0.01, le=100, description="Inverse regularisation of the classifier"), LOG_SEARCH] = (
        0.5
    )
    ranker: Annotated[Ranker, Field(description="How the nearest question is found"), SEARCH, Stage("rank")] = "bm25"
    k1: Annotated[
        float, Field(ge=0.1, le=3, description="BM25: how much a repeated term adds"), SEARCH, Stage("rank")
    ] = 1.2
    b: Annotated[
        float, Field(ge=0, le=1, description="BM25: how much long questions are discounted"), SEARCH, Stage("rank")
    ] = 0.75
    target_precision: Annotated[
        float,
        Field(ge=0.5, le=0.999, description="Share of the answers given that should be right"),
        Stage("threshold"),
    ] = 0.9
    unanswerable: Annotated[
        float,
        Field(ge=0, le=0.9, description="Share of questions in use that have no answer here"),
        Stage("threshold"),
    ] = 0.2

    def same_fit(self, other: Self) -> bool:
        """Whether the two differ in staged fields only."""
        staged = {"ranker", "k1", "b", "target_precision", "unanswerable"}
        return self.model_dump(exclude=staged) == other.model_dump(exclude=staged)
