"""Every hyper-parameter of the comics recommender."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import LOG_SEARCH, SEARCH, Stage
from hanok.parts.text import PartsOfSpeech

RANKERS = ("cf", "text", "image")
"""Who read the same, what the synopsis says, what the cover looks like."""

Fusion = Literal["auto", "wrf", "rrf", "wsum"]
"""Weights on rank values, on reciprocal ranks, or on scores; auto: whatever does best on validation."""

RANK = Stage("rank")
STAGED = frozenset({"fusion", *(f"weight_{ranker}" for ranker in RANKERS)})


class Config(BaseModel):
    """Hyper-parameters; how rankers are fused can be changed without training again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    factors: Annotated[int, Field(ge=4, le=256, description="Length of the vectors of readers and comics"), SEARCH] = 64
    alpha0: Annotated[
        float | None,
        Field(ge=0.001, le=1, description="How much a comic not read counts as not wanted; none: found on validation"),
        LOG_SEARCH,
    ] = None
    regularization: Annotated[
        float | None,
        Field(ge=0.0001, le=1, description="How short vectors of readers and comics are; none: found on validation"),
        LOG_SEARCH,
    ] = None
    iterations: Annotated[int, Field(ge=1, le=100, description="How often readers and comics are solved in turn")] = 15
    pos: Annotated[
        PartsOfSpeech, Field(description="Words of the synopsis that count, by their part of speech"), SEARCH
    ] = "nouns+verbs"
    vector_size: Annotated[int, Field(ge=8, le=300, description="Length of the vectors of words")] = 64
    epochs: Annotated[int, Field(ge=1, le=200, description="Passes over the synopses to learn vectors of words")] = 20
    fusion: Annotated[Fusion, Field(description="How the rankings become one"), SEARCH, RANK] = "auto"
    weight_cf: Annotated[
        float | None,
        Field(ge=0, le=1, description="Weight of who read the same; none: found on validation"),
        SEARCH,
        RANK,
    ] = None
    weight_text: Annotated[
        float | None, Field(ge=0, le=1, description="Weight of the synopses; none: found on validation"), SEARCH, RANK
    ] = None
    weight_image: Annotated[
        float | None, Field(ge=0, le=1, description="Weight of the covers; none: found on validation"), SEARCH, RANK
    ] = None

    @property
    def weights(self) -> dict[str, float] | None:
        """The weights somebody chose, 0 for the others; None if nobody chose one."""
        given = {ranker: getattr(self, f"weight_{ranker}") for ranker in RANKERS}
        if all(weight is None for weight in given.values()):
            return None
        return {ranker: weight or 0.0 for ranker, weight in given.items()}

    def same_fit(self, other: Self) -> bool:
        """Whether the two differ in staged fields only."""
        return self.model_dump(exclude=set(STAGED)) == other.model_dump(exclude=set(STAGED))
