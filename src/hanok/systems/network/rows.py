"""What a row of each table looks like."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from hanok.core.sources import Table

Name = Annotated[str, Field(min_length=1, max_length=200)]
Type = Annotated[
    str, Field(max_length=200, description="Kind of node; empty: as the other tables say, and where they do not, node")
]


class EdgeRow(BaseModel):
    """One edge between two nodes, each a name and a type."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    source: Annotated[Name, Field(validation_alias=AliasChoices("source", "from", "head", "node1", "출발", "始点"))]
    target: Annotated[Name, Field(validation_alias=AliasChoices("target", "to", "tail", "node2", "도착", "終点"))]
    source_type: Type = ""
    target_type: Type = ""
    weight: Annotated[float, Field(ge=0, le=1e6, description="How strong it is; 0: no edge")] = 1.0


class ResponseRow(BaseModel):
    """One pair of nodes that was measured: 1 responsive, 0 resistant; an empty label was not measured."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    left: Annotated[Name, Field(validation_alias=AliasChoices("left", "cell", "cell_line", "user", "subject"))]
    right: Annotated[Name, Field(validation_alias=AliasChoices("right", "drug", "compound", "item", "object"))]
    label: Annotated[
        bool | None, Field(validation_alias=AliasChoices("label", "sensitive", "responsive", "response", "y"))
    ] = None
    strength: Annotated[
        float | None, Field(ge=-1e9, le=1e9, description="How strongly, where that was measured; more: more responsive")
    ] = None
    left_type: Annotated[str, Field(max_length=200, description="Empty: the type its edges say")] = ""
    right_type: Annotated[str, Field(max_length=200, description="Empty: the type its edges say")] = ""


class FeatureRow(BaseModel):
    """What is known of one node: every further column is a feature, a number or a word."""

    model_config = ConfigDict(extra="allow", coerce_numbers_to_str=True)

    node: Annotated[Name, Field(validation_alias=AliasChoices("node", "name", "id", "cell", "cell_line"))]
    type: Annotated[str, Field(max_length=200, description="Empty: the type its edges say")] = ""
    group: Annotated[
        str,
        Field(
            max_length=200,
            description="A word that orders pictures and slices, such as a tissue; also a feature",
            validation_alias=AliasChoices("group", "tissue", "class", "category"),
        ),
    ] = ""


class Sources(BaseModel):
    """What training needs."""

    edges: Annotated[Table[EdgeRow], Field(description="The network, one edge a row")]
    responses: Annotated[Table[ResponseRow], Field(description="Pairs that were measured, and what came out")]
    features: Annotated[
        Table[FeatureRow] | None, Field(description="What is known of nodes, one a row; every further column counts")
    ] = None
