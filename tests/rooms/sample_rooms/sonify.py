"""A picture as sound: one tone per row, its height the row's brightness. Image in, audio out, streamed."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, Field

from hanok.rooms import (
    APPEND,
    SEARCH,
    Fold,
    Folder,
    Measure,
    Media,
    Nothing,
    Objective,
    Problem,
    Report,
    Run,
    System,
)

RATE = 8000  # samples a second
ROWS = 8  # tones of one picture
ENDLESS = 0x7FFFFFFF  # a streamed WAV does not know its length


class Config(BaseModel):
    """Hyper-parameters."""

    octaves: Annotated[float, Field(ge=0.5, le=3), SEARCH] = 1.0


class Sources(BaseModel):
    """What the user brings."""

    pictures: Folder


class Picture(BaseModel):
    """A picture to listen to."""

    image: Annotated[bytes, Media("image/*")]


class Sound(BaseModel):
    """Its sound."""

    audio: Annotated[bytes, Media("audio/wav"), APPEND] = b""
    seconds: float = 0.0


class Tuning(BaseModel):
    """Given at run time: the orchestra's concert pitch in hertz."""

    pitch: Annotated[float, Field(ge=400, le=480)]


class Sonify(System[Config, Sources, list[bytes], Picture, Sound, Nothing, Tuning]):
    """The room."""

    name, title = "sonify", "Pictures as sound"
    summary = "Plays a picture: one tone per row, the brighter the higher."
    objectives = (Objective("contrast"),)

    @classmethod
    def read(cls, sources: Sources) -> list[bytes]:
        """The pictures' bytes."""
        return [path.read_bytes() for path in sources.pictures.files("*.png")]

    @classmethod
    def folds(cls, data: list[bytes], config: Config, *, seed: int) -> Iterable[Fold[list[bytes]]]:
        """Every second picture is held out."""
        yield Fold("every second", data[::2], data[::2], data[1::2])

    def fit(self, train: list[bytes], valid: list[bytes], run: Run) -> Self:
        """Learn the usual brightness, so that an average row plays the concert pitch."""
        rows = []
        for step, picture in enumerate(train, 1):
            rows.append(_rows(picture))
            run.report(step, len(train))
        self.usual = float(np.mean(rows))
        return self

    def stream(self, item: Picture) -> Iterator[Sound]:
        """The header, then one part per tone."""
        pitch, rows = self.settings.pitch, _rows(item.image)
        sizes = (16, 1, 1, RATE, 2 * RATE, 2, 16)
        head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", ENDLESS, b"WAVE", b"fmt ", *sizes, b"data", ENDLESS - 36)
        yield Sound(audio=head)
        for n, brightness in enumerate(rows, 1):
            hertz = pitch * 2 ** (self.config.octaves * (brightness - self.usual))
            wave = 8000 * np.sin(2 * np.pi * hertz * np.arange(RATE // 10) / RATE)
            yield Sound(audio=wave.astype("<i2").tobytes(), seconds=n / 10)

    def predict(self, batch: Sequence[Picture]) -> Sequence[Sound | Problem]:
        """Every picture's whole sound."""
        return [self._answer(item) for item in batch]

    def _answer(self, item: Picture) -> Sound | Problem:
        try:
            _rows(item.image)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            return Problem("not_an_image", "the picture cannot be decoded", "image", "send PNG or JPEG")
        return self.join(self.stream(item))

    def evaluate(self, data: list[bytes]) -> Report:
        """How far apart the tones of a picture are, in octaves; a flat picture has none."""
        spread = np.array([np.ptp(_rows(picture)) * self.config.octaves for picture in data])
        return Report([Measure("contrast", spread, np.zeros(len(data)))])

    def save(self, folder: Path) -> None:
        """One number."""
        (folder / "usual.json").write_text(json.dumps(self.usual), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.usual = json.loads((folder / "usual.json").read_text(encoding="utf-8"))


def _rows(picture: bytes) -> np.ndarray:
    """Mean brightness of `ROWS` bands, 0 to 1: (ROWS,)."""
    grey = Image.open(io.BytesIO(picture)).convert("L").resize((ROWS, ROWS))
    return np.asarray(grey, dtype=np.float64).mean(axis=1) / 255
