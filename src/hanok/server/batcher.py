"""Batches without a timer: the next batch is what queued while the last one ran."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from hanok.core.problem import Busy, Failed, TooLate
from hanok.lifecycle.model import unforeseen

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

INLINE = 0.001
"""Seconds: what is predicted to take less runs in the event loop; a thread's hand-over would cost more."""

WEIGHT = 0.2
"""Of the last batch in the moving average of how long one takes."""

log = logging.getLogger("hanok.server")


class Retired(Exception):
    """This batcher takes nothing more: its model was swapped, ask the new one."""


class Ticket(Generic[ItemT, ResultT]):
    """The items of one request and what came of them; results are touched in the event loop only."""

    def __init__(self, items: Sequence[ItemT], seconds: float) -> None:
        self.items = items
        self.results: list[ResultT | None] = [None] * len(items)
        self.waiting = len(items)
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()
        self.deadline = time.monotonic() + seconds
        self.left = False

    def put(self, index: int, result: ResultT) -> None:
        """One item is answered."""
        self.results[index] = result
        self.waiting -= 1
        if self.waiting == 0 and not self.done.done():
            self.done.set_result(None)

    @property
    def useless(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.left or time.monotonic() > self.deadline


class Batcher(Generic[ItemT, ResultT]):
    """A bounded queue before a function of many items, and the one thread that runs it.

    Parameters
    ----------
    work : callable
        ``work(items) -> results``, one result per item in order. Called by one thread, and by the event loop while
        that thread has nothing to do.
    max_batch, max_queue : int
        Items given to `work` at once, and items waiting.
    observe : callable, optional
        Told after each batch how many items it had and how many seconds it took.
    """

    def __init__(
        self,
        work: Callable[[Sequence[ItemT]], Sequence[ResultT]],
        *,
        max_batch: int,
        max_queue: int,
        observe: Callable[[int, float], None] = lambda items, seconds: None,
    ) -> None:
        self._work, self._observe = work, observe
        self._max_batch, self._max_queue = max_batch, max_queue
        self._queue: deque[tuple[Ticket[ItemT, ResultT], int]] = deque()
        self._change = threading.Condition()  # guards the queue and the two flags
        self._running = False
        self._closed = False
        self.average = math.inf  # seconds of a batch; infinite until one was measured
        self._thread = threading.Thread(target=self._work_off, name="batcher", daemon=True)
        self._thread.start()

    @property
    def depth(self) -> int:
        """How many items wait."""
        return len(self._queue)

    async def submit(self, items: Sequence[ItemT], seconds: float) -> list[ResultT | TooLate]:
        """One result per item, in order; `TooLate` for those not answered within `seconds`.

        Raises
        ------
        Busy
            The queue is full: nothing of this was accepted.
        Retired
            `close` was called.
        Failed
            `work` itself raised.
        """
        if not items:
            return []
        ticket: Ticket[ItemT, ResultT] = Ticket(items, seconds)
        entries = [(ticket, index) for index in range(len(items))]
        if self._admit(entries):
            self._answer(entries, lambda deliver, *args: deliver(*args))
        try:
            async with asyncio.timeout(seconds):
                await ticket.done
        except TimeoutError:
            ticket.left = True
        except asyncio.CancelledError:
            ticket.left = True
            raise
        return [
            TooLate("too_late", f"no answer within {seconds:g} s", hint="ask again, or set X-Hanok-Deadline")
            if result is None
            else result
            for result in ticket.results
        ]

    def _admit(self, entries: list[tuple[Ticket[ItemT, ResultT], int]]) -> bool:
        """Queue the items, or say that they are to be answered at once."""
        with self._change:
            if self._closed:
                raise Retired
            if len(self._queue) + len(entries) > self._max_queue:
                raise self._busy()
            idle = not self._queue and not self._running
            if idle and len(entries) <= self._max_batch and len(entries) * self.average < INLINE:
                return True
            self._queue.extend(entries)
            self._change.notify()
            return False

    def _busy(self) -> Busy:
        seconds = self.average * len(self._queue) / self._max_batch if math.isfinite(self.average) else 1
        busy = Busy("busy", f"{len(self._queue)} items wait already", hint="come back after Retry-After seconds")
        busy.retry_after = max(1, min(60, math.ceil(seconds)))
        return busy

    def close(self) -> None:
        """Admit nothing more, answer what was admitted, and return when that is done."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    # -- the thread --------------------------------------------------------------------------------------------------

    def _work_off(self) -> None:
        while batch := self._next():
            loop = batch[0][0].loop
            try:
                self._answer(batch, loop.call_soon_threadsafe)
            except RuntimeError:  # the event loop is gone, and with it everybody who waited
                log.warning("%d answers had nobody to go to", len(batch))
            del batch  # while this thread waits it must not hold the last items

    def _next(self) -> list[tuple[Ticket[ItemT, ResultT], int]]:
        """What has queued, up to a batch; empty when there will be nothing more."""
        with self._change:
            self._running = False
            batch: list[tuple[Ticket[ItemT, ResultT], int]] = []
            while not batch:
                while not self._queue:
                    if self._closed:
                        return []
                    self._change.wait()
                while self._queue and len(batch) < self._max_batch:
                    entry = self._queue.popleft()
                    if not entry[0].useless:
                        batch.append(entry)
            self._running = True
            return batch

    def _answer(self, batch: list[tuple[Ticket[ItemT, ResultT], int]], call: Callable[..., object]) -> None:
        started = time.perf_counter()
        try:
            results = list(self._work([ticket.items[index] for ticket, index in batch]))
            if len(results) != len(batch):
                raise AssertionError(f"{len(results)} results for {len(batch)} items")
        except Exception as error:
            call(_fail, batch, unforeseen(error))
            return
        seconds = time.perf_counter() - started
        self.average = seconds if math.isinf(self.average) else self.average + WEIGHT * (seconds - self.average)
        call(_deliver, batch, results)
        self._observe(len(batch), seconds)


def _deliver(batch: list[tuple[Ticket[ItemT, ResultT], int]], results: Sequence[ResultT]) -> None:
    for (ticket, index), result in zip(batch, results, strict=True):
        ticket.put(index, result)


def _fail(batch: list[tuple[Ticket[ItemT, ResultT], int]], failed: Failed) -> None:
    for ticket in {ticket for ticket, _ in batch}:
        if not ticket.done.done():
            ticket.done.set_exception(failed)
