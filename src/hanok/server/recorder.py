"""Answers are committed in groups by one thread; who gave one hears of it when it is on the disk."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from hanok.core.problem import Busy, Problem, Unavailable
from hanok.store import NewAnswer

GROUP = 500
"""Answers committed at once."""

log = logging.getLogger("hanok.server")


class Waiting(NamedTuple):
    """The answers of one request, and who waits for their commit."""

    answers: Sequence[NewAnswer]
    done: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop


class Recorder:
    """The one writer of answers: the next group is what came while the last one was committed.

    Parameters
    ----------
    record : callable
        Commits many answers at once, or none of them: ``store.answers.record``.
    most : int
        Answers that may wait.
    observe : callable, optional
        Told after each commit how many answers it had.
    """

    def __init__(
        self,
        record: Callable[[Sequence[NewAnswer]], None],
        most: int,
        observe: Callable[[int], None] = lambda answers: None,
    ) -> None:
        self._record, self._most, self._observe = record, most, observe
        self._queue: deque[Waiting] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._write, name="recorder", daemon=True)
        self._thread.start()

    def admit(self) -> None:
        """Raise `Busy` while the database does not keep up: what could not be recorded is not to be computed."""
        if sum(len(w.answers) for w in list(self._queue)) > self._most:
            raise Busy("busy", "answers wait to be recorded", hint="come back after Retry-After seconds")

    async def commit(self, answers: Sequence[NewAnswer]) -> None:
        """Return when the answers are on the disk.

        Raises
        ------
        Problem
            They cannot be: the answer must not be given either.
        """
        if not answers:
            return
        loop = asyncio.get_running_loop()
        waiting = Waiting(answers, loop.create_future(), loop)
        with self._change:
            self._queue.append(waiting)
            self._change.notify()
        await waiting.done

    def close(self) -> None:
        """Commit what waits, then end."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    def _write(self) -> None:
        while group := self._next():
            try:
                self._record([answer for waiting in group for answer in waiting.answers])
            except Exception:  # one of them may be the reason: the others must not suffer
                for waiting in group:
                    _tell(waiting, self._alone(waiting))
            else:
                for waiting in group:
                    _tell(waiting, None)
                self._observe(sum(len(waiting.answers) for waiting in group))

    def _next(self) -> list[Waiting]:
        with self._change:
            while not self._queue:
                if self._closed:
                    return []
                self._change.wait()
            group = [self._queue.popleft()]
            while self._queue and sum(len(w.answers) for w in group) < GROUP:
                group.append(self._queue.popleft())
            return group

    def _alone(self, waiting: Waiting) -> Problem | None:
        try:
            self._record(waiting.answers)
        except Problem as problem:
            return problem
        except Exception as error:
            log.exception("an answer could not be recorded")
            away = Unavailable("not_recorded", "the answer could not be recorded", hint="is the database there?")
            away.__cause__ = error
            return away
        return None


def _tell(waiting: Waiting, problem: Problem | None) -> None:
    def tell() -> None:
        if waiting.done.done():  # the client has left
            return
        if problem is None:
            waiting.done.set_result(None)
        else:
            waiting.done.set_exception(problem)

    try:
        waiting.loop.call_soon_threadsafe(tell)
    except RuntimeError:
        log.warning("%d answers were recorded after the event loop had ended", len(waiting.answers))
