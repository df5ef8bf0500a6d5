"""Ask a system: one item, or a list of them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.core.problem import Problem, TooLate
from hanok.server.batcher import Retired
from hanok.server.errors import NotAcceptable, documented, dumps, envelope
from hanok.server.house import House
from hanok.server.negotiate import Raw, deadline, read_items, wanted
from hanok.server.routes.shared import VERSION, Asker, SystemName, TheHouse
from hanok.server.serving import Result, Served

router = APIRouter(prefix="/v1/systems/{name}", tags=["predict"])

Version = Annotated[
    str | None, Query(pattern=VERSION, description="A version's number or alias; the champion if left out")
]


@router.post(
    "/predict",
    response_class=Response,
    responses=documented(404, 406, 413, 415, 429, 500, 504)
    | {200: {"description": "The answer; to a list of items a list of answers and errors"}},
)
async def predict(request: Request, name: SystemName, house: TheHouse, key: Asker, version: Version = None) -> Response:
    """Answer one item or a list of items.

    The body is JSON, or a form with files for media. With `Accept: audio/*` or `image/*` the answer's media come as
    they are, with the answer's id in `X-Hanok-Answer`. A bad item in a list is answered with its error, among the
    answers of the others. An answer that a person should look at says why in `review`. The header `X-Hanok-Deadline`
    says how many seconds the client waits (30 if left out).
    """
    seconds = deadline(request.headers, house.limits.deadline, house.limits.longest)
    ends = time.monotonic() + seconds
    served = await find(house, name, version)
    raw = wanted(request.headers.get("accept", ""), served.model.system.Output)
    items = await read_items(request, served.model.system.Input, house.limits.items)
    if raw and items.many:
        raise NotAcceptable("not_acceptable", "media come for one item at a time", "Accept", "send one item")
    served, results = await answer(house, served, version, items.raw, ends)
    if items.many:
        return _sent(b"[" + b",".join(_json(result, served) for result in results) + b"]")
    if isinstance(results[0], Problem):
        raise results[0]
    return _media(results[0], served, raw) if raw else _sent(_json(results[0], served))


async def find(house: House, name: str, version: str | None) -> Served:
    """The model in service, loaded first if need be."""
    if served := house.servings.now(name, version):
        return served
    return await run_in_threadpool(house.servings.fetch, name, version)


async def answer(
    house: House, served: Served, version: str | None, raw: Sequence[Any], ends: float
) -> tuple[Served, list[Result | Problem]]:
    """One result per raw item, in order, each recorded; and who gave them, which a swap may have changed.

    Raises
    ------
    Busy
        Nothing was accepted: the queue is full.
    TooLate
        They could not be recorded in time.
    """
    house.recorder.admit()
    while True:
        parsed = [_parsed(served, item) for item in raw]
        good = [item for item in parsed if isinstance(item, BaseModel)]
        try:
            outputs = iter(await served.batcher.submit(good, ends - time.monotonic()))
            break
        except Retired:  # swapped since: ask the one that serves now
            served = await find(house, served.name, version)
    results = [item if isinstance(item, Problem) else next(outputs) for item in parsed]
    notes = [result.note for result in results if isinstance(result, Result) and result.note]
    try:
        async with asyncio.timeout(ends - time.monotonic()):
            await house.recorder.commit(notes)
    except TimeoutError:
        raise TooLate("too_late", "the answer could not be recorded in time", hint="ask again") from None
    return served, results


def _parsed(served: Served, raw: Any) -> BaseModel | Problem:
    try:
        return served.model.parse(raw)
    except Problem as problem:
        return problem


def _json(result: Result | Problem, served: Served) -> bytes:
    """Put together from what was dumped already."""
    if isinstance(result, Problem):
        return dumps(envelope(result))
    reason = result.note.review if result.note else None
    review = f'"review":{json.dumps(reason)},' if reason else ""
    return f'{{"id":"{result.id}","version":{served.version},{review}"output":{result.json}}}'.encode()


def _sent(body: bytes) -> Response:
    return Response(body, media_type="application/json")


def _media(result: Result, served: Served, raw: Raw) -> Response:
    headers = {"X-Hanok-Answer": result.id, "X-Hanok-Version": str(served.version)}
    return Response(getattr(result.output, raw.field), headers=headers, media_type=raw.type)
