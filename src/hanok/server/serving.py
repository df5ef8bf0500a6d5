"""One loaded model that answers requests: in batches, streamed, with what is to be remembered."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from hanok.core.problem import Problem
from hanok.lifecycle.model import Model, unforeseen
from hanok.server.batcher import Batcher
from hanok.server.limits import Limits
from hanok.store import NewAnswer


class Result(NamedTuple):
    """What came of one item; `json` is the output, dumped once for the store and for the client."""

    output: BaseModel
    json: str
    note: NewAnswer | None

    @property
    def id(self) -> str:
        """The answer's name in feedback; empty where nothing is recorded."""
        return self.note.id if self.note else ""


class Part(NamedTuple):
    """A part of a streamed answer; `json` has the fields it sets."""

    output: BaseModel
    json: str


class Whole(NamedTuple):
    """The end of a streamed answer, and what is to be remembered of it."""

    note: NewAnswer | None


Observe = Callable[[int, float], None]


class Served:
    """A model with the batcher before it.

    Parameters
    ----------
    model : Model
        Loaded.
    limits : Limits
        Of its queue and batches.
    observe : callable
        Told after each batch how many items it had and how many seconds it took.
    """

    def __init__(self, model: Model, limits: Limits, observe: Observe) -> None:
        self.model = model
        self.name, self.version = model.system.name, model.manifest.version
        self.batcher: Batcher[BaseModel, Result | Problem] = Batcher(
            self._answer, max_batch=limits.batch, max_queue=limits.queue, observe=observe
        )

    def _answer(self, items: Sequence[BaseModel]) -> list[Result | Problem]:
        return [self._result(item, output) for item, output in zip(items, self.model.predict(items), strict=True)]

    def _result(self, item: BaseModel, output: BaseModel | Problem) -> Result | Problem:
        if isinstance(output, Problem):
            return output
        try:
            note = self.model.note(item, output)
            return Result(output, note.output if note else output.model_dump_json(), note)
        except Problem as problem:
            return problem
        except Exception as error:
            return unforeseen(error)

    def stream(self, item: BaseModel) -> Generator[Part | Whole, None, None]:
        """The parts of one answer, then what is to be remembered of it."""
        parts = []
        for output in self.model.stream(item):
            parts.append(output)
            yield Part(output, output.model_dump_json(exclude_unset=True))
        yield Whole(self.model.note(item, self.model.system.join(parts)) if self.model.recorded else None)
