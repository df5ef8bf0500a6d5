"""Every hyper-parameter of the rule recommender."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import LOG_SEARCH, SEARCH, Stage

Method = Literal["als", "direct", "blend", "knn"]
"""How scores come from features."""

Kernel = Literal["linear", "rbf"]
"""What the regressions begin with."""


class Config(BaseModel):
    """Hyper-parameters; what is marked with a stage can be changed without training again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Annotated[
        Method,
        Field(
            description="als: features to ALS factors to rules; direct: features to rules; blend: the mean of both; "
            "knn: the rules of the competitions most alike"
        ),
        SEARCH,
    ] = "blend"
    factors: Annotated[int, Field(ge=4, le=128, description="Length of the ALS vectors"), SEARCH] = 64
    alpha0: Annotated[
        float, Field(ge=0.01, le=2, description="ALS: weight of rules that were not chosen"), LOG_SEARCH
    ] = 0.1
    shrinkage: Annotated[float, Field(ge=1e-4, le=1, description="ALS: how much long vectors cost"), LOG_SEARCH] = 0.01
    kernel: Annotated[
        Kernel,
        Field(description="linear: a feature counts the same beside whichever others; rbf: likeness as a whole counts"),
        SEARCH,
    ] = "rbf"
    width: Annotated[
        float, Field(ge=0.1, le=8, description="rbf: how fast likeness falls; small is nearly linear"), LOG_SEARCH
    ] = 1.0
    regularization: Annotated[
        float, Field(ge=0.003, le=10, description="Ridge penalty of the regressions from features"), LOG_SEARCH
    ] = 0.25
    text: Annotated[float, Field(ge=0, le=5, description="Weight of words beside other features"), SEARCH] = 1.5
    relevance: Annotated[
        float,
        Field(ge=0, le=5, description="Drop features that explain fewer times the rules than chance does"),
        SEARCH,
    ] = 0.5
    redundancy: Annotated[
        float, Field(ge=0.5, le=1, description="Drop features correlated more than this with a better one"), SEARCH
    ] = 0.98
    neighbours: Annotated[int, Field(ge=1, le=50, description="knn: how many competitions"), SEARCH] = 20
    sharpness: Annotated[
        float, Field(ge=0.5, le=8, description="knn: the power to which likeness is raised"), LOG_SEARCH
    ] = 4.0
    strict: Annotated[
        bool,
        Field(description="Where the catalogue says nothing, suggest for a game only rules it has had before"),
        SEARCH,
        Stage("rank"),
    ] = False
