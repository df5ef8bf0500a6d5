"""A synchronous generator made, run and closed in one thread, read from the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from typing import Any, Generic, Self, TypeVar

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

PartT = TypeVar("PartT")

AHEAD = 4
"""Parts made before the client has taken the first of them."""


class Pump(Generic[PartT]):
    """An asynchronous iterator over a generator that lives in a thread of its own.

    The shared pool of threads is not used: a few slow streams would fill it and stop everything else.

    Parameters
    ----------
    make : callable
        Makes the generator, in the thread.
    ended : callable
        Called in the thread when the generator is closed.

    Example
    -------
    >>> async def main():
    ...     return [part async for part in Pump(lambda: (letter for letter in "ab"))]
    >>> asyncio.run(main())
    ['a', 'b']
    """

    def __init__(
        self, make: Callable[[], Generator[PartT, None, None]], ended: Callable[[], None] = lambda: None
    ) -> None:
        self._make, self._ended = make, ended
        self._loop = asyncio.get_running_loop()
        self._parts: asyncio.Queue[tuple[PartT | None, BaseException | None]] = asyncio.Queue()
        self._room = threading.Semaphore(AHEAD)
        self._left = threading.Event()
        threading.Thread(target=self._run, name="pump", daemon=True).start()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> PartT:
        part, error = await self._parts.get()
        self._room.release()
        if error is not None:
            self._parts.put_nowait((None, error))  # the end stays the end
            raise error
        return part  # type: ignore[return-value]

    def close(self) -> None:
        """Have the generator closed: at once if it waits for the client, else after the part it is making."""
        self._left.set()
        self._room.release()

    def _run(self) -> None:
        try:
            generator = self._make()
            with closing(generator):
                for part in generator:
                    self._room.acquire()
                    if self._left.is_set():
                        break
                    self._put(part, None)
        except Exception as error:
            self._put(None, error)
        else:
            self._put(None, StopAsyncIteration())
        finally:
            self._ended()

    def _put(self, part: PartT | None, error: BaseException | None) -> None:
        with suppress(RuntimeError):  # the event loop is gone
            self._loop.call_soon_threadsafe(self._parts.put_nowait, (part, error))


class Streamed(StreamingResponse):
    """A streaming response that calls `finish` when it ends, also because the client has gone."""

    def __init__(self, *args: Any, finish: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._finish = finish

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._finish()
