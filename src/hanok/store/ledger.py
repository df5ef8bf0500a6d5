"""What a system sees of the store: its own answers and feedback, as its own models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from hanok.core.contract import AnySystem
from hanok.core.ledger import Cursor, Event, Kept, Ledger, Page, Past
from hanok.store.answers import Answer
from hanok.store.feedback import Given
from hanok.store.store import Store

AnyEvent = Event[Any, Any, Any]


class SqlLedger(Ledger[Any, Any, Any]):
    """The ledger of one system, read from a `Store`.

    Parameters
    ----------
    store : Store
        Where it lies.
    cls : type of System
        Whose models the events are read with.
    since : int
        What the artifact has learnt already (its manifest's ``learned_until``): feedback begins after it.
    """

    def __init__(self, store: Store, cls: type[AnySystem], since: int = 0) -> None:
        self._store, self._system, self._since = store, cls, since
        self._unreadable: set[str] = set()

    @property
    def unreadable(self) -> int:
        """How many answers an older release wrote with models that no longer validate; they are passed over."""
        return len(self._unreadable)

    def history(self, session: str, last: int = 50) -> Sequence[AnyEvent]:
        """The session's `last` answers, oldest first."""
        answers = self._store.answers.history(self._system.name, session, last)
        return [event for answer in answers if (event := self._event(answer, answer.id, None, answer.created))]

    def answer(self, seq: int) -> AnyEvent | None:
        """The answer of this number; None where it was pruned, or cannot be read."""
        found = self._store.answers.since(self._system.name, seq - 1, 1)
        if not found or found[0].seq != seq:
            return None
        return self._event(found[0], found[0].id, None, found[0].created)

    def feedback(self, after: int = 0) -> Page[Any, Any, Any]:
        """All feedback with ``seq > after``, oldest first; `upto` also passes what cannot be read."""
        after = max(after, self._since)
        given = self._store.feedback.since(self._system.name, after)
        events = [event for one in given if (event := self._event(one, one.answer, one.body, one.answered))]
        return Page(events, given[-1].seq if given else after)

    def past(self, after: Cursor, most: int) -> Past[Any, Any, Any]:
        """At most `most` answers and `most` feedbacks after a cursor, whatever the artifact has learnt."""
        name = self._system.name
        given = self._store.feedback.since(name, after.feedback, most)  # first: their answers are then there to be read
        answers = self._store.answers.since(name, after.answers, most)
        events = [self._event(one, one.id, None, one.created) for one in answers]
        events += [self._event(one, one.answer, one.body, one.answered) for one in given]
        upto = Cursor(
            answers[-1].seq if answers else after.answers,
            given[-1].seq if given else after.feedback,
        )
        return Past([event for event in events if event], upto, max(len(answers), len(given)) == most)

    def recall(self, key: str) -> Kept | None:
        """The state last kept under a key."""
        return self._store.states.get(self._system.name, key)

    def keep(self, key: str, kept: Kept) -> None:
        """Keep a state for later, unless a later one is kept already."""
        self._store.states.put(self._system.name, key, kept)

    def _event(self, row: Answer | Given, answer: str, body: str | None, at: float) -> AnyEvent | None:
        try:
            item = self._system.Input.model_validate_json(row.item)
            output = self._system.Output.model_validate_json(row.output)
            feedback = None if body is None else self._system.Feedback.model_validate_json(body)
        except ValidationError:
            self._unreadable.add(answer)
            return None
        return Event(row.seq, item, output, feedback, row.version, at)
