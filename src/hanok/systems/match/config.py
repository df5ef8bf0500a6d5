"""Every hyper-parameter of the match recorder, and what it needs to ask Google."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hanok.core.marks import LOCAL, SEARCH, Stage
from hanok.parts.text import Language

Reader = Literal["digits", "texts", "tesseract", "rapidocr"]
Design = Literal["dark", "light", "columns", "scoreboard", "sheet", "cards"]


class Config(BaseModel):
    """Hyper-parameters; what is marked with a stage can be changed without training again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    engines: Annotated[
        tuple[Reader, ...],
        Field(min_length=1, description="Who reads a cell, the first asked first; what is not installed is left out"),
    ] = ("digits", "texts", "tesseract", "rapidocr")
    target: Annotated[
        float, Field(ge=0.5, le=0.999, description="Share of the accepted values that should be right"), SEARCH
    ] = 0.99
    examples: Annotated[
        int, Field(ge=1, le=8, description="Pictures that the template of a layout is learnt from"), SEARCH
    ] = 3
    stray: Annotated[
        float,
        Field(ge=0, le=1, description="Share of the writing that may lie outside the fields before a person looks"),
        Stage("review"),
    ] = 0.05

    base: Annotated[
        Path | None,
        Field(
            description="A float model of Tesseract, such as one of tessdata_best, that is trained on with the cells "
            "of your pictures; none: Tesseract stays as it is installed"
        ),
        LOCAL,
    ] = None
    iterations: Annotated[int, Field(ge=1, le=100_000, description="Lines that it learns from, over and over")] = 10_000
    rapidocr_lines: Annotated[
        int,
        Field(
            ge=0,
            le=100_000,
            description="Lines that RapidOCR's recogniser learns from, cells of your pictures over and over, some 25 s "
            "for 1,000; 0: it stays as it is installed",
        ),
    ] = 0

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.base and "tesseract" not in self.engines:
            raise ValueError("base: found engines without tesseract; expected it, as it is what is to get better")
        if self.rapidocr_lines and "rapidocr" not in self.engines:
            raise ValueError("rapidocr_lines: found engines without rapidocr; expected it, as it is to get better")
        if len(set(self.engines)) < len(self.engines):
            raise ValueError("engines: found one twice; expected each once")
        return self

    def same_fit(self, other: Self) -> bool:
        """Whether the two differ in staged fields only."""
        return self.model_dump(exclude={"stray"}) == other.model_dump(exclude={"stray"})


class Settings(BaseModel):
    """Google Cloud Vision, asked last and only where money is set aside for it."""

    google_dollars: Annotated[float, Field(ge=0, description="What may be spent in a month; 0: never asked")] = 0.0
    google_calls: Annotated[int, Field(ge=0, description="Requests in a month, repeated ones too")] = 1000
    google_transport: Annotated[Literal["grpc", "rest"], Field(description="REST passes more proxies")] = "grpc"
    google_key: Annotated[str, Field(description="An API key; else the application default credentials")] = ""
    google_folder: Annotated[Path, Field(description="Where answers and the audit log are kept")] = Path("google")


class Examples(BaseModel):
    """What boards are rendered; of each, design, language and degradation are drawn from those named, or from all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    boards: Annotated[
        int, Field(ge=1, le=100_000, description="How many; of fewer than 60, few layouts are learnt")
    ] = 60
    designs: Annotated[tuple[Design, ...], Field(description="What they look like; none named: all")] = ()
    languages: Annotated[tuple[Language, ...], Field(min_length=1, description="Of words and names")] = (
        "en",
        "ko",
        "ja",
    )
    degradations: Annotated[
        tuple[Literal["clean", "mild", "photo", "severe"], ...], Field(min_length=1, description="What the camera does")
    ] = ("clean", "mild", "photo", "severe")
    fonts: Annotated[
        Literal["all", "train", "held_out"], Field(description="held_out: what nothing of hanok was trained on")
    ] = "all"
