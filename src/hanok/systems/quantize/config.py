"""Every hyper-parameter of the quantize room."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hanok.core.marks import LOCAL, LOG_SEARCH, SEARCH

Method = Literal["ptq", "qat", "quantnoise", "fst"]
"""How a network comes to whole numbers."""

Observer = Literal["minmax", "ema", "granular_ema", "percentile", "mse", "lsq"]
"""How ranges of activations are found."""

Packed = Literal[8, 4, 2]
"""Bits of weights that differ in size: 3 would be stored as 4, and 5 to 7 as 8."""


class Config(BaseModel):
    """Hyper-parameters; an ONNX file is calibrated with 8 bits, so of those below few matter to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    module: Annotated[
        str,
        Field(
            max_length=300,
            description="Your torch model, package.module:attribute: a module, or a class or function that makes one; "
            "empty: the room's own small network",
        ),
        LOCAL,
    ] = ""
    method: Annotated[
        Method,
        Field(
            description="ptq: ranges are found, nothing is trained on; qat: trained on while quantised; quantnoise, "
            "fst: so that a share of the weights is quantised, the rest float or of 8 bits"
        ),
        SEARCH,
    ] = "ptq"
    weights: Annotated[Packed, Field(description="Bits of weights"), SEARCH] = 8
    mixed: Annotated[
        bool, Field(description="Bits of weights layer by layer, 8, 4 or 2: those that cost least within most_kb")
    ] = False
    activations: Annotated[int, Field(ge=2, le=8, description="Bits of activations"), SEARCH] = 8
    first_last: Annotated[
        Packed, Field(description="Bits of the first and the last layer, of weights and of what they are given"), SEARCH
    ] = 8
    observer: Annotated[
        Observer,
        Field(description="How ranges of activations are found; ema cuts little off, granular_ema serves few bits"),
        SEARCH,
    ] = "ema"
    clusters: Annotated[
        int,
        Field(ge=0, le=16, description="Groups of images with ranges of their own; below 2: none"),
        AfterValidator(lambda k: k if k > 1 else 0),
        SEARCH,
    ] = 0
    grouping: Annotated[
        Literal["nnac", "kmeans"], Field(description="How groups are found; nnac needs a network with ReLU"), SEARCH
    ] = "nnac"
    share: Annotated[
        float, Field(ge=0.1, le=1, description="quantnoise, fst: share of the weights that is quantised first"), SEARCH
    ] = 0.5
    epochs: Annotated[int, Field(ge=1, le=1000, description="Passes while quantised; none with ptq")] = 5
    float_epochs: Annotated[
        int | None,
        Field(ge=0, le=1000, description="Passes before that; not given: 20 for the room's own network, 0 for yours"),
    ] = None
    learning_rate: Annotated[
        float, Field(ge=1e-5, le=0.1, description="Of Adam before quantising; a third of it afterwards"), LOG_SEARCH
    ] = 0.003
    batch_size: Annotated[int, Field(ge=8, le=1024, description="Images in a step of training")] = 32
    mean: Annotated[
        tuple[float, ...],
        Field(max_length=3, description="Taken from pixels of 0 to 1, by channel: as your model was trained"),
    ] = ()
    std: Annotated[
        tuple[Annotated[float, Field(gt=0)], ...], Field(max_length=3, description="What they are divided by then")
    ] = ()
    study: Annotated[
        Literal["none", "calibrated", "trained"],
        Field(description="Other ways that are tried for the report: none, those without training, all"),
    ] = "calibrated"
    most_kb: Annotated[
        float | None,
        Field(
            gt=0,
            description="Budget: kilobytes of the packed weights alone, not of the file around them; with an ONNX file "
            "in the slot model, of the file; a larger model is refused",
        ),
    ] = None
    most_ms: Annotated[
        float | None, Field(gt=0, description="Budget: milliseconds of one image here; a slower model is refused")
    ] = None

    most_lost: Annotated[
        float, Field(ge=0, le=1, description="optimize: share of validation images that may be lost for a smaller file")
    ] = 0.01

    @model_validator(mode="after")
    def _with_a_budget(self) -> Self:
        if self.mixed and self.most_kb is None:
            raise ValueError("mixed chooses bits within most_kb: give one")
        return self
