"""Long work: ask for it, watch it, cancel it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.core import registry
from hanok.lifecycle import jobs as lifecycle
from hanok.server.errors import documented, dumps
from hanok.server.house import House
from hanok.server.pump import Streamed
from hanok.server.routes.shared import Admin, Cursor, Limit, Reader, TheHouse, body, local_only, takes
from hanok.store import Job, State

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

LOOK = 0.5
"""Seconds between looks at a job that is watched."""

ALIVE = 15.0
"""Seconds until a watched job that says nothing is answered with a comment, so that proxies keep the line open."""

JobId = Annotated[str, Path(description="A job's id", examples=["0123456789abcdef0123456789abcdef"])]


class Asked(BaseModel):
    """What is to be done."""

    kind: Literal["train", "tune", "evaluate", "optimize", "learn"]
    system: str
    args: lifecycle.Request = lifecycle.Request()


class Point(BaseModel):
    """How far a job was `t` seconds after it was started."""

    stage: str
    step: int
    total: int | None
    metrics: dict[str, float | None]
    t: float


class Where(BaseModel):
    """How far a job is; `eta_s`: seconds its stage will take at the pace so far."""

    stage: str
    step: int
    total: int | None
    metrics: dict[str, float | None]
    eta_s: float | None


class Brief(BaseModel):
    """A job, without its course; times in UTC seconds."""

    id: str
    seq: int
    system: str
    kind: str
    state: State
    args: dict[str, Any]
    progress: Where | None
    error: dict[str, Any] | None
    result: dict[str, Any] | None
    attempts: int
    created: float
    started: float | None
    ended: float | None
    cancel_requested: bool


class Full(Brief):
    """A job with its course and the end of its log."""

    curve: list[Point]
    log: str


@router.post("", status_code=202, openapi_extra=takes(Asked), responses=documented(404, 409, 413, 415))
async def submit_job(request: Request, house: TheHouse, key: Admin) -> Full:
    """Ask for work: `train`, `tune`, `evaluate`, `optimize` or `learn`. It is done in the background."""
    asked = await body(request, Asked)
    local_only(registry.find(asked.system), asked.args.config, asked.args.sources)

    def queue() -> Job:
        args = asked.args.model_dump(exclude_unset=True)
        return lifecycle.submit(house.workspace, asked.kind, asked.system, args, key.id if key else None)

    return full(await run_in_threadpool(queue))


@router.get("", responses=documented(404))
async def list_jobs(
    house: TheHouse,
    key: Reader,
    system: Annotated[str | None, Query(description="Of this system only")] = None,
    state: Annotated[list[State], Query(description="In one of these states only")] = [],  # noqa: B006 - read only
    limit: Limit = 50,
    before: Cursor = None,
) -> list[Brief]:
    """Jobs, newest first, without their curves and logs."""

    def read() -> Sequence[Job]:
        return house.workspace.store.jobs.list(system, states=state, limit=limit, before=before)

    return [brief(job) for job in await run_in_threadpool(read)]


@router.get("/{id}", responses=documented(404))
async def show_job(id: JobId, house: TheHouse, key: Reader) -> Full:
    """One job."""
    return full(await run_in_threadpool(house.workspace.store.jobs.get, id))


@router.get(
    "/{id}/events",
    response_class=Response,
    responses=documented(404) | {200: {"description": "Events `job`", "content": {"text/event-stream": {}}}},
)
async def watch_job(id: JobId, house: TheHouse, key: Reader) -> Response:
    """A job now and after every change until it has ended, as server-sent events `job`."""
    first = await run_in_threadpool(house.workspace.store.jobs.get, id)
    headers = {"X-Accel-Buffering": "no"}
    return Streamed(_events(house, first), finish=lambda: None, media_type="text/event-stream", headers=headers)


@router.post("/{id}/cancel", responses=documented(404))
async def cancel_job(id: JobId, house: TheHouse, key: Admin) -> Full:
    """Cancel a job: a queued one at once, a running one at its next step; one that has ended stays as it is."""
    return full(await run_in_threadpool(lifecycle.cancel, house.workspace.store, id))


async def _events(house: House, job: Job) -> AsyncIterator[bytes]:
    said, silent = b"", 0.0
    while True:
        event = b"event: job\ndata: " + dumps(full(job).model_dump(mode="json")) + b"\n\n"
        if event != said:
            said, silent = event, 0.0
            yield event
        elif silent >= ALIVE:
            silent = 0.0
            yield b": still at it\n\n"
        if job.ended is not None or house.leaving.is_set():
            return
        await asyncio.sleep(LOOK)
        silent += LOOK
        job = await run_in_threadpool(house.workspace.store.jobs.get, job.id)


# -- as JSON ---------------------------------------------------------------------------------------------------------


def brief(job: Job) -> Brief:
    """A job for lists."""
    return Brief(**_common(job))


def full(job: Job) -> Full:
    """A job with its course."""
    began = job.started or job.created
    curve = [Point(**_step(point), t=round(max(0.0, point["at"] - began), 3)) for point in job.curve]
    return Full(**_common(job), curve=curve, log=job.log)


def _common(job: Job) -> dict[str, Any]:
    progress = None if job.progress is None else Where(**_step(job.progress), eta_s=_eta(job))
    names = Brief.model_fields.keys() - {"progress", "args"}
    return {name: getattr(job, name) for name in names} | {"progress": progress, "args": _args(job)}


def _args(job: Job) -> dict[str, Any]:
    """What was asked for, without where files lie on this machine."""
    sources: dict[str, Any] = job.args.get("sources", {})
    shown = {
        slot: [_upload(one) for one in given] if isinstance(given, list) else _upload(given)
        for slot, given in sources.items()
    }
    return {**job.args, "sources": shown}


def _upload(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "path"}


def _step(point: Mapping[str, Any]) -> dict[str, Any]:
    return {name: point[name] for name in ("stage", "step", "total", "metrics")}


def _eta(job: Job) -> float | None:
    """Seconds left of the current stage, by the pace since its first point."""
    now = job.progress
    if now is None or not now["total"] or job.ended is not None:
        return None
    first = next((point for point in job.curve if point["stage"] == now["stage"]), now)
    done = now["step"] - first["step"]
    if done <= 0:
        return None
    pace: float = (now["at"] - first["at"]) / done
    left: float = pace * (now["total"] - now["step"])
    return round(left, 1)
