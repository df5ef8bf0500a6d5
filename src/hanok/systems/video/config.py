"""Every hyper-parameter of related videos."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hanok.core.marks import LOG_SEARCH, SEARCH, Stage

RANK, POLICY = Stage("rank"), Stage("policy")


def _an_hour(days: float) -> float:
    if 0 < days < 1 / 24:
        raise ValueError("expected 0, which forgets nothing, or at least an hour, .0417 days")
    return days


class Config(BaseModel):
    """Hyper-parameters; what is marked with a stage can be changed without training again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    # matrix factorisation
    factors: Annotated[int, Field(ge=4, le=256, description="Length of the vectors of users and items"), LOG_SEARCH] = (
        64
    )
    alpha0: Annotated[
        float, Field(ge=0.001, le=10, description="How much a video not watched counts as not wanted"), LOG_SEARCH
    ] = 0.1
    regularization: Annotated[float, Field(ge=1e-5, le=1, description="Price of long vectors"), LOG_SEARCH] = 0.003
    nu: Annotated[float, Field(ge=0, le=1, description="At 1 the price grows with the number of views"), SEARCH] = 1.0
    iterations: Annotated[int, Field(ge=1, le=100, description="Passes of the factorisation")] = 15

    # item2vec
    vector_size: Annotated[int, Field(ge=4, le=256, description="Length of item2vec's vectors"), LOG_SEARCH] = 64
    window: Annotated[int, Field(ge=1, le=50, description="Views to each side that count as near"), LOG_SEARCH] = 5
    negative: Annotated[int, Field(ge=1, le=20, description="Random videos set against each near one"), SEARCH] = 5
    ns_exponent: Annotated[
        float, Field(ge=-1, le=1, description="Negatives are drawn as views to this power"), SEARCH
    ] = 0.75
    sample: Annotated[
        float, Field(ge=1e-5, le=1, description="Videos of a larger share of all views are thinned"), LOG_SEARCH
    ] = 1e-2
    epochs: Annotated[int, Field(ge=1, le=100, description="Passes of item2vec at least"), LOG_SEARCH] = 10
    min_count: Annotated[int, Field(ge=1, le=50, description="Views a video needs for item2vec")] = 2
    gap: Annotated[
        float, Field(ge=0, le=8760, description="Hours without a view that end a session; 0: one session per user")
    ] = 0.0

    # text
    shortest: Annotated[int, Field(ge=1, le=3, description="Shortest character n-gram, in Latin letters"), SEARCH] = 2
    longest: Annotated[int, Field(ge=3, le=6, description="Longest character n-gram, in Latin letters"), SEARCH] = 5
    text_ranker: Annotated[Literal["bm25", "cosine"], Field(description="How texts are compared"), SEARCH] = "cosine"

    # the ensemble
    fusion: Annotated[
        Literal["auto", "wsum", "rrf", "wrf"],
        Field(description="Weighted sum of min-max scores, RRF or WRF; auto: the best on validation"),
        SEARCH,
        RANK,
    ] = "auto"
    weights: Annotated[
        Literal["auto", "given"], Field(description="Tuned on validation, or the three weights below"), RANK
    ] = "auto"
    mf_weight: Annotated[float, Field(ge=0, le=1, description="Weight of the factorisation"), SEARCH, RANK] = 0.5
    item2vec_weight: Annotated[float, Field(ge=0, le=1, description="Weight of item2vec"), SEARCH, RANK] = 0.3
    text_weight: Annotated[float, Field(ge=0, le=1, description="Weight of the text"), SEARCH, RANK] = 0.2
    recency: Annotated[
        float,
        Field(ge=0, le=1, description="What a video of the history counts beside the one watched after it"),
        SEARCH,
        RANK,
    ] = 0.5
    depth: Annotated[int, Field(ge=20, le=1000, description="Videos of each ranker that are fused"), RANK] = 100
    repeat: Annotated[bool, Field(description="Whether videos of the history may be recommended again"), RANK] = False

    # the bandit
    prior_clicks: Annotated[
        float, Field(ge=0.1, le=10, description="Clicks assumed of a video nobody saw here"), LOG_SEARCH, POLICY
    ] = 1.0
    prior_misses: Annotated[
        float, Field(ge=1, le=1000, description="Misses assumed; many trust what has converged"), LOG_SEARCH, POLICY
    ] = 100.0
    half_life: Annotated[
        float,
        Field(ge=0, le=3650, description="Days after which a view counts half, an hour at least; 0 forgets nothing"),
        AfterValidator(_an_hour),
        POLICY,
    ] = 0.0
    position_bias: Annotated[
        float,
        Field(ge=0, le=3, description="A view in place p, from 0, weighs (1 + p) to the minus this"),
        SEARCH,
        POLICY,
    ] = 0.5
    hours: Annotated[int, Field(ge=0, le=24, description="Parts of the day told apart to correct for time"), POLICY] = 0
    pooling: Annotated[
        float, Field(ge=0, le=500, description="Views that a video's rate over all sources is worth"), SEARCH, POLICY
    ] = 100.0
    sharpness: Annotated[
        float,
        Field(ge=0.1, le=100, description="Draws spread less the larger it is: less exploring"),
        LOG_SEARCH,
        POLICY,
    ] = 10.0
    explored: Annotated[
        float, Field(ge=0, le=1, description="Share of the slate that may leave the ensemble's first"), POLICY
    ] = 0.5
    pool: Annotated[int, Field(ge=1, le=200, description="Candidates the ensemble gives to the bandit"), POLICY] = 50

    def same_fit(self, other: Self) -> bool:
        """Whether the two differ in staged fields only."""
        staged = {name for name, field in type(self).model_fields.items() if {RANK, POLICY} & set(field.metadata)}
        return self.model_dump(exclude=staged) == other.model_dump(exclude=staged)
