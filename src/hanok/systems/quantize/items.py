"""What the classifier is asked, what it answers, and what people say it should have answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from hanok.core.marks import CARDS, PICK, Media


class Photo(BaseModel):
    """An image whose class is asked for."""

    image: Annotated[bytes, Media("image/*"), Field(title="Image", description="JPEG, PNG, WebP, GIF, BMP or TIFF")]
    k: Annotated[int, Field(ge=1, le=1000, title="Classes", description="How many to name")] = 5


class Chance(BaseModel):
    """One class, and how likely it is."""

    label: Annotated[str, PICK]
    probability: Annotated[float, Field(ge=0, le=1)]


class Answer(BaseModel):
    """Classes, the likeliest first; `cluster` is the group of ranges that the image was computed with."""

    label: str
    classes: Annotated[list[Chance], CARDS]
    cluster: int | None = None


class Right(BaseModel):
    """The right class of an image."""

    label: Annotated[str, Field(min_length=1, max_length=200, title="Right class"), PICK]
