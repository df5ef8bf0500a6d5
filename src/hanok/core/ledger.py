"""What happened since the artifact was made: answers given, feedback received."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, NamedTuple

from pydantic import BaseModel
from typing_extensions import TypeVar


class Nothing(BaseModel):
    """Stands for: takes no feedback, needs no settings."""


InputT = TypeVar("InputT", bound=BaseModel)
OutputT = TypeVar("OutputT", bound=BaseModel)
FeedbackT = TypeVar("FeedbackT", bound=BaseModel, default=Nothing)
StateT = TypeVar("StateT")


class Event(NamedTuple, Generic[InputT, OutputT, FeedbackT]):
    """One answer that was given, and what came back about it; `seq` grows in the order of commit.

    `at` is when the answer was given, in UTC seconds since 1970, also in an event that tells of feedback.
    """

    seq: int
    item: InputT
    output: OutputT
    feedback: FeedbackT | None = None
    version: int = 0
    at: float = 0.0


class Page(NamedTuple, Generic[InputT, OutputT, FeedbackT]):
    """Events in commit order, and the `seq` they reach.

    `upto` may lie past the last event: what an older release wrote and this one cannot read is skipped, once.
    """

    events: Sequence[Event[InputT, OutputT, FeedbackT]]
    upto: int


class Cursor(NamedTuple):
    """How far answers and feedback were read; they are numbered apart."""

    answers: int = 0
    feedback: int = 0


class Past(NamedTuple, Generic[InputT, OutputT, FeedbackT]):
    """A stretch of everything that happened: answers given, their `feedback` None, then feedback; up to a cursor.

    `more` says that it was cut where `most` was reached.
    """

    events: Sequence[Event[InputT, OutputT, FeedbackT]]
    upto: Cursor
    more: bool = False


class Kept(NamedTuple):
    """A state as it was at a cursor."""

    state: bytes
    upto: Cursor


class Ledger(Generic[InputT, OutputT, FeedbackT]):
    """What happened since the artifact was made. Systems read it, only the runner writes it; this one is empty."""

    def history(self, session: str, last: int = 50) -> Sequence[Event[InputT, OutputT, FeedbackT]]:
        """The session's `last` answers, oldest first."""
        return ()

    def answer(self, seq: int) -> Event[InputT, OutputT, FeedbackT] | None:
        """The answer of this number, as `past` gave it; None where it was pruned."""
        return None

    def feedback(self, after: int = 0) -> Page[InputT, OutputT, FeedbackT]:
        """All feedback with ``seq > after``, oldest first; what the artifact has learnt already is left out."""
        return Page((), after)

    def past(self, after: Cursor, most: int) -> Past[InputT, OutputT, FeedbackT]:
        """At most `most` answers and `most` feedbacks after a cursor, whatever the artifact has learnt.

        Once nothing is left, every feedback's own answer has been among the answers.
        """
        return Past((), after)

    def recall(self, key: str) -> Kept | None:
        """The state last kept under a key, by whichever process and version."""
        return None

    def keep(self, key: str, kept: Kept) -> None:
        """Keep a state for later, unless a later one is kept already."""


class Online(Generic[StateT, InputT, OutputT, FeedbackT]):
    """State kept up to date from the ledger, incrementally; readers in other threads keep the snapshot they hold.

    Parameters
    ----------
    start : StateT
        The state at the artifact's birth; `save` writes this, never the present.
    step : callable
        ``step(state, event)`` takes one event in, in place.

    Example
    -------
    >>> likes = Online({"a": 0}, lambda state, event: state.update(a=state["a"] + 1))
    >>> likes.now(Ledger())
    {'a': 0}
    """

    def __init__(self, start: StateT, step: Callable[[StateT, Event[InputT, OutputT, FeedbackT]], None]) -> None:
        self.start, self.step = start, step
        self._state, self._upto, self._lock = start, 0, Lock()

    def now(self, ledger: Ledger[InputT, OutputT, FeedbackT]) -> StateT:
        """The state after everything the ledger holds by now; do not change it."""
        with self._lock:
            page = ledger.feedback(after=self._upto)
            if page.events:
                state = copy.deepcopy(self._state)  # once per refresh, not per event
                for event in page.events:
                    self.step(state, event)
                self._state = state
            self._upto = page.upto
            return self._state
