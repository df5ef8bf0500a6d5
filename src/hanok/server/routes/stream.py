"""Ask a system and be answered in parts: server-sent events, raw media, or a WebSocket of turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import APIRouter, Request, WebSocket, WebSocketDisconnect
from starlette.responses import Response

from hanok.core.problem import Busy, Problem, TooLate
from hanok.lifecycle.model import unforeseen
from hanok.server.errors import documented, dumps, envelope, respond
from hanok.server.house import House
from hanok.server.negotiate import Raw, deadline, parse_json, read_items, wanted
from hanok.server.pump import Pump, Streamed
from hanok.server.routes.predict import Version, find
from hanok.server.routes.shared import Asker, SystemName, TheHouse
from hanok.server.serving import Part, Served, Whole

router = APIRouter(prefix="/v1/systems/{name}", tags=["predict"])

T = TypeVar("T")

PENDING = 8
"""Messages of a socket that wait for their turn; then the client is not read from."""


@router.post(
    "/stream",
    response_class=Response,
    responses=documented(404, 406, 413, 415, 429, 500, 504)
    | {200: {"description": "Events `part`, then `done` or `error`", "content": {"text/event-stream": {}}}},
)
async def stream(request: Request, name: SystemName, house: TheHouse, key: Asker, version: Version = None) -> Response:
    """Answer one item in parts, as server-sent events.

    `event: part` has the fields that the part sets; `event: done` has the answer's id and version; `event: error` has
    the error envelope. With `Accept: audio/*` or `image/*` the media's bytes come as they are made.
    """
    seconds = deadline(request.headers, house.limits.longest, house.limits.longest)
    served = await find(house, name, version)
    accept = request.headers.get("accept", "")
    raw = None if "text/event-stream" in accept else wanted(accept, served.model.system.Output)
    items = await read_items(request, served.model.system.Input, 1)
    if items.many:
        raise Problem("one_item", "a stream answers one item", "body", "POST …/predict takes a list")
    turn = Turn(house, served, items.raw[0], time.monotonic() + seconds)
    if raw is None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return Streamed(_events(turn), finish=turn.close, media_type="text/event-stream", headers=headers)
    return await _media(turn, raw)


class Turn:
    """One item being answered in parts, from admission to the record.

    Raises
    ------
    Busy
        Too many answers are streamed already.
    Problem
        The item does not fit.
    """

    def __init__(self, house: House, served: Served, raw: Any, ends: float) -> None:
        self.served, self.id = served, ""
        self._house, self._ends = house, ends
        item = served.model.parse(raw)
        house.recorder.admit()
        if not house.streams.acquire(blocking=False):
            raise Busy("busy", "too many answers are streamed already", hint="come back after Retry-After seconds")
        self._pump = Pump(lambda: served.stream(item), ended=house.streams.release)

    async def parts(self) -> AsyncIterator[Part]:
        """The parts; when they have ended the answer is recorded and `id` is known.

        Raises
        ------
        Problem
            The system failed, or the deadline passed.
        """
        while (part := await self._in_time(self._next())) is not None:
            if isinstance(part, Part):
                yield part
            elif part.note:
                await self._in_time(self._house.recorder.commit([part.note]))
                self.id = part.note.id

    async def _next(self) -> Part | Whole | None:
        try:
            return await anext(self._pump, None)
        except (Problem, asyncio.CancelledError):
            raise
        except Exception as error:
            raise unforeseen(error) from error

    async def _in_time(self, wait: Awaitable[T]) -> T:
        try:
            return await asyncio.wait_for(wait, self._ends - time.monotonic())
        except TimeoutError:
            raise TooLate("too_late", "the answer did not end in time", hint="set X-Hanok-Deadline") from None

    def close(self) -> None:
        """End it, whoever asked for it being gone or served."""
        self._pump.close()

    def done(self) -> bytes:
        """What is said last."""
        return dumps({"id": self.id, "version": self.served.version})


async def _events(turn: Turn) -> AsyncIterator[bytes]:
    try:
        async for part in turn.parts():
            yield b"event: part\ndata: " + part.json.encode() + b"\n\n"
        yield b"event: done\ndata: " + turn.done() + b"\n\n"
    except Problem as problem:
        yield b"event: error\ndata: " + dumps(envelope(problem)) + b"\n\n"


async def _media(turn: Turn, raw: Raw) -> Response:
    """The field's bytes; headers wait for the first part, so that an answer that fails at once has its status."""
    parts = turn.parts()
    try:
        first = await anext(parts, None)
    except BaseException:
        turn.close()
        raise

    async def chunks() -> AsyncIterator[bytes]:
        if first is not None:
            yield getattr(first.output, raw.field) or b""
        async for part in parts:
            if raw.field in part.output.model_fields_set:
                yield getattr(part.output, raw.field) or b""

    headers = {"X-Hanok-Version": str(turn.served.version)}
    return Streamed(chunks(), finish=turn.close, media_type=raw.type, headers=headers)


# -- turns over a socket ---------------------------------------------------------------------------------------------


@router.websocket("/ws")
async def socket(socket: WebSocket, name: SystemName, version: Version = None) -> None:
    """Answer one item per message: `{"part": …}` any number of times, then `{"id", "version"}` or `{"error": …}`."""
    house: House = socket.app.state.house
    try:
        await house.auth.check(socket, "predict")
        await find(house, name, version)
    except Problem as problem:
        await socket.send_denial_response(respond(problem))
        return
    await socket.accept()
    inbox: asyncio.Queue[str | bytes] = asyncio.Queue(PENDING)
    reader = asyncio.create_task(_read(socket, inbox))
    talk = asyncio.create_task(_talk(socket, inbox, house, name, version))
    try:
        await asyncio.wait({reader, talk}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (reader, talk):
            task.cancel()
            with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await task


async def _read(socket: WebSocket, inbox: asyncio.Queue[str | bytes]) -> None:
    """Returns when the client has gone, also in the middle of an answer."""
    while (message := await socket.receive())["type"] == "websocket.receive":
        await inbox.put(message.get("text") or message.get("bytes") or "")


async def _talk(
    socket: WebSocket, inbox: asyncio.Queue[str | bytes], house: House, name: str, version: str | None
) -> None:
    while True:
        text = await inbox.get()
        turn: Turn | None = None
        try:
            served = await find(house, name, version)
            turn = Turn(house, served, parse_json(text), time.monotonic() + house.limits.longest)
            async for part in turn.parts():
                await socket.send_text(f'{{"part":{part.json}}}')
            await socket.send_text(turn.done().decode())
        except Problem as problem:
            await socket.send_text(dumps(envelope(problem)).decode())
        finally:
            if turn is not None:
                turn.close()
