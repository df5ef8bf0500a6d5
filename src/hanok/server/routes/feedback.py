"""What people say of answers, and which answers a person should look at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.core import registry
from hanok.core.problem import NotFound
from hanok.lifecycle.model import give_feedback
from hanok.server.errors import documented, dumps
from hanok.server.routes.shared import Asker, Cursor, Limit, Reader, SystemName, TheHouse, body, takes
from hanok.store import Answer, Store

router = APIRouter(prefix="/v1/systems/{name}", tags=["feedback"])


class Given(BaseModel):
    """Feedback on one answer; what `feedback` holds is the system's own (`GET /v1/systems/{name}`)."""

    answer: str
    feedback: dict[str, Any]


class Taken(BaseModel):
    """Whether this was said for the first time."""

    new: bool


class Recorded(BaseModel):
    """One answer as recorded; `created` in UTC seconds."""

    id: str
    seq: int
    version: int
    session: str | None
    created: float
    item: dict[str, Any]
    output: dict[str, Any]
    reason: str | None


class Told(Recorded):
    """One answer and what was said of it, oldest first."""

    feedback: list[dict[str, Any]]


class Reviews(BaseModel):
    """Answers that wait for a person, oldest first."""

    total: int
    reviews: list[Recorded]


@router.post(
    "/feedback",
    response_class=Response,
    openapi_extra=takes(Given),
    responses=documented(404, 413, 415)
    | {
        201: {"model": Taken, "description": "Taken, and on the disk"},
        200: {"model": Taken, "description": "The same was said before"},
    },
)
async def take_feedback(request: Request, name: SystemName, house: TheHouse, key: Asker) -> Response:
    """Say something of an answer. It is committed before the status is sent; saying it again changes nothing."""
    given = await body(request, Given)

    def take() -> bool:
        return give_feedback(house.workspace.store, registry.find(name), given.answer, given.feedback)

    new = await run_in_threadpool(take)
    return Response(dumps({"new": new}), 201 if new else 200, media_type="application/json")


@router.get("/reviews", responses=documented(404))
async def list_reviews(
    name: SystemName, house: TheHouse, key: Reader, limit: Limit = 50, after: Cursor = None
) -> Reviews:
    """Answers the system is unsure about and nobody has looked at, oldest first."""

    def read() -> Reviews:
        registry.find(name)
        answers = house.workspace.store.answers
        waiting = [_recorded(answer) for answer in answers.reviews(name, limit, after or 0)]
        return Reviews(total=answers.review_counts().get(name, 0), reviews=waiting)

    return await run_in_threadpool(read)


@router.get("/answers", responses=documented(404))
async def list_answers(
    name: SystemName, house: TheHouse, key: Reader, limit: Limit = 50, before: Cursor = None
) -> list[Told]:
    """The last answers, newest first, with what was said of them."""

    def read() -> list[Told]:
        registry.find(name)
        return _told(house.workspace.store, name, limit, before)

    return await run_in_threadpool(read)


@router.get("/answers/{id}", responses=documented(404))
async def show_answer(name: SystemName, id: str, house: TheHouse, key: Reader) -> Told:
    """One answer, with what was said of it."""

    def read() -> Told:
        registry.find(name)
        store = house.workspace.store
        found = store.answers.get(id)
        if found.system != name:
            raise NotFound("unknown_answer", f"no answer {id[:40]!r} of {name}", "answer")
        return _with_feedback(store, [found])[0]

    return await run_in_threadpool(read)


def _told(store: Store, system: str, limit: int, before: int | None) -> list[Told]:
    return _with_feedback(store, store.answers.recent(system, limit, before))


def _with_feedback(store: Store, recorded: Sequence[Answer]) -> list[Told]:
    said = store.feedback.of([answer.id for answer in recorded])
    return [
        Told(**_recorded(answer).model_dump(), feedback=[json.loads(text) for text in said.get(answer.id, ())])
        for answer in recorded
    ]


def _recorded(answer: Answer) -> Recorded:
    return Recorded(
        id=answer.id,
        seq=answer.seq,
        version=answer.version,
        session=answer.session,
        created=answer.created,
        item=json.loads(answer.item),
        output=json.loads(answer.output),
        reason=answer.review,
    )
