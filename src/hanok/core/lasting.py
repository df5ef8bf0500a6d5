"""State that outlives versions: folded from every answer and every feedback since the ledger began."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import Any, Generic, Protocol, Self, TypeVar

from hanok.core.ledger import Cursor, Event, Kept, Ledger

AT_ONCE = 10_000
"""Events read at a time, so that a long past never lies in memory."""

EVERY = 5_000
"""Events after which the state is kept: what a process that starts has to fold again."""

ON_THE_WAY = 100_000
"""The same while a long past is folded: what a process that is killed meanwhile has folded in vain."""


class Folded(Protocol):
    """What `Lasting` folds events into. Events may come in any order that has an answer before its feedback."""

    def fork(self) -> Self:
        """A copy that may be changed while others read this one; cheap, as it is made whenever something happened."""

    def step(self, event: Event[Any, Any, Any]) -> None:
        """Take one event in, in place: an answer that was given (`feedback` is None) or feedback on one."""

    def dump(self) -> bytes:
        """All of it."""

    def load(self, dumped: bytes) -> Self:
        """A new state from what `dump` gave; a ``ValueError`` where it cannot be read."""


StateT = TypeVar("StateT", bound=Folded)


class Lasting(Generic[StateT]):
    """State folded from the whole ledger: shared by processes, it survives restarts and changes of version.

    `Online` follows the feedback that came after its artifact was made; this follows everything. A state is kept in
    the store now and then, so that a process that starts folds only what came after.

    Parameters
    ----------
    key : str
        Names what is kept. Two definitions of a state that would fold one past differently need two keys.
    start : Folded
        The state before anything happened.

    Example
    -------
    >>> class Count:
    ...     def __init__(self, answers=0): self.answers = answers
    ...     def fork(self): return Count(self.answers)
    ...     def step(self, event): self.answers += event.feedback is None
    ...     def dump(self): return str(self.answers).encode()
    ...     def load(self, dumped): return Count(int(dumped))
    >>> Lasting("count", Count()).now(Ledger()).answers
    0
    """

    def __init__(self, key: str, start: StateT) -> None:
        self.key, self.start = key, start
        self._state, self._upto, self._lock = start, Cursor(), Lock()
        self._new, self._recalled = 0, False

    def now(self, ledger: Ledger[Any, Any, Any]) -> StateT:
        """The state after everything the ledger holds by now; do not change it."""
        with self._lock:
            if not self._recalled:
                self._recall(ledger)
            more = True
            while more:
                past = ledger.past(self._upto, AT_ONCE)
                if past.events:
                    state = self._state.fork()
                    for event in past.events:
                        state.step(event)
                    self._state = state
                self._upto, more = past.upto, past.more
                self._new += len(past.events)
                if self._new >= (ON_THE_WAY if more else EVERY):
                    ledger.keep(self.key, Kept(self._state.dump(), self._upto))
                    self._new = 0
            return self._state

    def _recall(self, ledger: Ledger[Any, Any, Any]) -> None:
        kept = ledger.recall(self.key)
        self._recalled = True
        if kept is not None:
            with suppress(ValueError):  # an older release's: the past is still there to be folded
                self._state, self._upto = self.start.load(kept.state), kept.upto
