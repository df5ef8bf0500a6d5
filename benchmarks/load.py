"""A closed loop of HTTP clients on raw sockets: each sends its next request when the last one was answered."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypeVar, cast

import httptools
import numpy as np
import uvloop

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds after the end in which the last requests may still be answered."""


def post(path: str, body: bytes) -> bytes:
    """The bytes of one POST of JSON.

    Example
    -------
    >>> post("/predict", b"{}").splitlines()[0]
    b'POST /predict HTTP/1.1'
    """
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


@dataclass
class Load:
    """What came of a load: one entry per request, in the order of their ends.

    Parameters
    ----------
    seconds : list of float
        From sending a request to the last byte of its answer.
    at : list of float
        When it ended, by ``time.perf_counter``.
    notes : list
        What `note` made of each answer's body.
    failed : list of str
        Requests without an answer of status 200, and why; they are not among the others.
    wall : float
        Seconds the whole load took.
    busy : float
        Share of them in which the client itself computed: near 1 it would be the client that is measured.
    """

    seconds: list[float] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    notes: list[object] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    wall: float = 0.0
    busy: float = 0.0

    def __len__(self) -> int:
        return len(self.seconds)

    def milliseconds(self, *percents: float) -> list[float]:
        """Percentiles of the latency."""
        return [float(value) * 1000 for value in np.percentile(self.seconds, percents)]


async def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    clients: int,
    most: int,
    seconds: float,
    note: Callable[[bytes], object] = lambda body: None,
    end: asyncio.Event | None = None,
) -> Load:
    """Send requests, over and over in their order, to a server on this machine.

    Parameters
    ----------
    port : int
        Where it listens.
    requests : sequence of bytes
        Whole requests.
    clients : int
        Connections; each has one request under way at any time.
    most : int
        Requests after which no more are sent.
    seconds : float
        Time after which no more are sent.
    note : callable
        What to keep of each answer's body.
    end : asyncio.Event, optional
        No more are sent once it is set.

    Returns
    -------
    Load
    """
    load, source = Load(), cycle(requests)
    loop = asyncio.get_running_loop()
    wall, computed = time.perf_counter(), time.thread_time()
    sent = 0

    def following() -> bytes | None:
        nonlocal sent
        if sent >= most or time.perf_counter() - wall > seconds or (end is not None and end.is_set()):
            return None
        sent += 1
        return next(source)

    async def client() -> None:
        while (first := following()) is not None:
            idle: asyncio.Future[None] = loop.create_future()
            transport, _ = await loop.create_connection(
                lambda first=first, idle=idle: _Client(load, first, following, note, idle), "127.0.0.1", port
            )
            await idle
            transport.close()

    async with asyncio.timeout(seconds + PATIENCE):
        await asyncio.gather(*(client() for _ in range(clients)))
    load.wall = time.perf_counter() - wall
    load.busy = (time.thread_time() - computed) / load.wall
    return load


def run(load: Coroutine[None, None, T]) -> T:
    """Run on uvloop, so that the client leaves the machine to the server."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(load)


class _Client(asyncio.Protocol):
    """One connection; `idle` is done when it has nothing more to send, or was lost."""

    def __init__(
        self,
        load: Load,
        first: bytes,
        following: Callable[[], bytes | None],
        note: Callable[[bytes], object],
        idle: asyncio.Future[None],
    ) -> None:
        self._load, self._request, self._following = load, first, following
        self._note, self._idle = note, idle

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send(self._request)

    def _send(self, request: bytes) -> None:
        self._parser, self._body = httptools.HttpResponseParser(self), b""
        self._began = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        now, status = time.perf_counter(), self._parser.get_status_code()
        if status == 200:
            self._load.seconds.append(now - self._began)
            self._load.at.append(now)
            self._load.notes.append(self._note(self._body))
        else:
            self._load.failed.append(f"status {status}: {self._body[:200]!r}")
        request = self._following() if self._parser.should_keep_alive() else None
        if request is not None:
            self._send(request)
        else:
            self._idle.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._idle.done():
            self._load.failed.append(f"connection lost: {error}")
            self._idle.set_result(None)
