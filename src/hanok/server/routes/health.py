"""Whether the server lives, whether it can answer, and how it does."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.core.problem import Problem, Unavailable
from hanok.server.errors import Error, documented, shown
from hanok.server.house import House
from hanok.server.routes.shared import Reader, TheHouse

router = APIRouter(tags=["health"])

TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Live(BaseModel):
    """The server lives."""

    status: Literal["live"] = "live"


class Model(BaseModel):
    """A version that is loaded."""

    system: str
    version: int


class Ready(BaseModel):
    """The server answers; `problems`: versions it should serve and cannot load, while it goes on with older ones."""

    status: Literal["ready"] = "ready"
    served: list[Model]
    problems: list[Error]


@router.get("/health/live")
async def live() -> Live:
    """Whether the process answers at all."""
    return Live()


@router.get("/health/ready", responses={503: documented()[503]})
async def ready(house: TheHouse) -> Ready:
    """Whether models are loaded and the database is there; `problems` are versions that cannot be loaded."""
    await run_in_threadpool(_reach, house)
    failed = house.servings.failures
    if not house.servings.ready.is_set() or (failed and not house.servings.current):
        whose = [(shown(f.problem), f"{f.reference.system}@{f.version}") for f in failed]
        problems = [Problem(problem.code, problem.message, where) for problem, where in whose]
        raise Unavailable("not_ready", "models are not loaded", hint="wait, or read the server's log", details=problems)
    return Ready(
        served=[Model(system=served.name, version=served.version) for served in house.servings.served],
        problems=[Error(**shown(f.problem).envelope()["error"]) for f in failed],
    )


@router.get(
    "/metrics",
    response_class=Response,
    responses=documented() | {200: {"description": "For Prometheus", "content": {"text/plain": {}}}},
)
async def metrics(house: TheHouse, key: Reader) -> Response:
    """Counters, histograms and gauges for Prometheus."""
    return Response(await run_in_threadpool(house.metrics.text), media_type=TEXT)


def _reach(house: House) -> None:
    """Raise unless the database answers."""
    try:
        house.workspace.store.answers.review_counts()
    except Exception as error:
        raise Unavailable("database_unavailable", "the database does not answer") from error
