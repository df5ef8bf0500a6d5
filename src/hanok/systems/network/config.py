"""Every hyper-parameter of the network room."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hanok.core.marks import LOG_SEARCH, SEARCH

Embedding = Literal["node2vec", "gcn", "gtn"]
"""How vectors of nodes are learnt."""

Drawing = Literal["response-aware", "plain"]
"""Where negatives of a node come from."""


class Config(BaseModel):
    """Hyper-parameters; those of walks are for node2vec, those of layers for gcn and gtn."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Annotated[
        Embedding,
        Field(description="node2vec: walks and skip-gram; gcn, gtn: graph networks, which need the extra train"),
        SEARCH,
    ] = "node2vec"
    negatives: Annotated[
        Drawing,
        Field(description="response-aware: a share of a node's negatives are nodes it resists; plain: by frequency"),
        SEARCH,
    ] = "response-aware"
    fraction: Annotated[
        float, Field(ge=0, le=1, description="Share of a node's negatives that comes from what it resists"), SEARCH
    ] = 0.5
    vector_size: Annotated[int, Field(ge=4, le=256, description="Numbers in a vector"), LOG_SEARCH] = 64
    epochs: Annotated[int, Field(ge=1, le=50, description="Passes of walks"), LOG_SEARCH] = 3
    negative: Annotated[int, Field(ge=1, le=30, description="Negatives against each near node"), SEARCH] = 10
    window: Annotated[int, Field(ge=1, le=20, description="Steps of a walk that count as near"), SEARCH] = 5
    walk_length: Annotated[int, Field(ge=2, le=200, description="Nodes in a walk"), LOG_SEARCH] = 40
    num_walks: Annotated[
        int, Field(ge=1, le=200, description="Walks from each left and right node in an epoch"), LOG_SEARCH
    ] = 20
    p: Annotated[float, Field(ge=0.1, le=10, description="A step back is divided by it"), LOG_SEARCH] = 1.0
    q: Annotated[float, Field(ge=0.1, le=10, description="A step away is divided by it"), LOG_SEARCH] = 0.5
    balance: Annotated[
        bool, Field(description="A step chooses the type of the next node first, each alike"), SEARCH
    ] = False
    directed: Annotated[bool, Field(description="Edges lead from source to target only")] = False
    layers: Annotated[int, Field(ge=1, le=4, description="gcn, gtn: steps that messages go"), SEARCH] = 2
    channels: Annotated[int, Field(ge=1, le=4, description="gtn: ways of weighing relations"), SEARCH] = 2
    gnn_epochs: Annotated[int, Field(ge=1, le=1000, description="gcn, gtn: full passes"), LOG_SEARCH] = 50
    learning_rate: Annotated[float, Field(ge=1e-4, le=0.3, description="gcn, gtn: of Adam"), LOG_SEARCH] = 0.01
    choices: Annotated[
        int,
        Field(ge=2, le=10, description="Parts of the training responses on which the responder's settings are judged"),
    ] = 4
