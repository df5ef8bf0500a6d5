"""A room for the server's tests: repeats what it is told, and misbehaves on request."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import BaseModel, Field

from hanok.rooms import APPEND, LOCAL, SESSION, Fold, Measure, Media, Objective, Problem, Report, Run, System, Table

CLOSED: list[str] = []
"""Texts whose streams were closed, in the tests' own process."""


class Config(BaseModel):
    """`ending`: what every answer ends with, so that versions differ; `longest`: seconds an answer takes at most."""

    ending: str = "!"
    longest: float = 5.0
    pause: Annotated[float, Field(ge=0)] = 0.0
    module: Annotated[str, LOCAL] = ""


class Line(BaseModel):
    """A line to know."""

    text: Annotated[str, Field(min_length=1)]


class Sources(BaseModel):
    """What the user brings."""

    lines: Table[Line]


class Message(BaseModel):
    """What is said, and how it shall be taken."""

    text: Annotated[str, Field(min_length=1, max_length=50)]
    session: Annotated[str, Field(min_length=1, max_length=50, pattern="^[a-z0-9]+$"), SESSION] = "s"
    sound: Annotated[bytes, Media("audio/*")] = b""
    seconds: Annotated[float, Field(ge=0, le=5)] = 0.0
    then: Literal["answer", "refuse", "raise", "ask"] = "answer"


class Echo_(BaseModel):
    """What comes back."""

    text: Annotated[str, APPEND] = ""
    sound: Annotated[bytes, Media("audio/wav"), APPEND] = b""
    ending: str = ""


class Verdict(BaseModel):
    """Whether it was heard."""

    heard: bool


class Echo(System[Config, Sources, list[str], Message, Echo_, Verdict]):
    """The room."""

    name, title, summary = "echo", "Echo", "Repeats what it is told."
    objectives = (Objective("length"),)

    @classmethod
    def read(cls, sources: Sources) -> list[str]:
        return list(sources.lines.read()["text"])

    @classmethod
    def folds(cls, data: list[str], config: Config, *, seed: int) -> Iterable[Fold[list[str]]]:
        yield Fold("all", data, data, data)

    def fit(self, train: list[str], valid: list[str], run: Run) -> Self:
        for step in range(1, 11):
            time.sleep(self.config.pause)
            run.report(step, 10, length=float(step))
        self.known = train
        return self

    def predict(self, batch: Sequence[Message]) -> list[Echo_ | Problem]:
        time.sleep(sum(self._seconds(item) for item in batch))
        if any(item.then == "raise" for item in batch):
            raise RuntimeError("a secret in /etc/passwd")
        return [self._one(item) for item in batch]

    def _seconds(self, item: Message) -> float:
        return min(item.seconds, self.config.longest)

    def _one(self, item: Message) -> Echo_ | Problem:
        if item.then == "refuse":
            return Problem("refused", "nobody says that here", "text")
        return Echo_(text=item.text + self.config.ending, sound=item.sound, ending=self.config.ending)

    def stream(self, item: Message) -> Iterator[Echo_]:
        if item.then in ("refuse", "raise"):
            yield self(item)
        try:
            for letter in item.text:
                time.sleep(self._seconds(item))
                yield Echo_(text=letter)
            yield Echo_(text=self.config.ending, sound=item.sound, ending=self.config.ending)
        finally:
            CLOSED.append(item.text)

    def review(self, item: Message, output: Echo_) -> str | None:
        return "somebody should look" if item.then == "ask" else None

    def evaluate(self, data: list[str]) -> Report:
        lengths = np.array([float(len(text)) for text in data])
        items = [Message(text=text) for text in data]
        return Report([Measure("length", lengths, 0 * lengths)], items, data, data)

    def save(self, folder: Path) -> None:
        (folder / "known.json").write_text(json.dumps(self.known), encoding="utf-8")

    def load(self, folder: Path) -> None:
        self.known = json.loads((folder / "known.json").read_text(encoding="utf-8"))
