"""The systems: what they are, what they take and give, and what they make of a file."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from hanok.core import registry
from hanok.core.problem import Problem
from hanok.core.sources import Folder, Table
from hanok.lifecycle.jobs import Upload, materialised
from hanok.lifecycle.model import validated
from hanok.server.catalog import Details, Overview, details, overview
from hanok.server.errors import Error, documented
from hanok.server.house import House
from hanok.server.routes.shared import Admin, Reader, SystemName, TheHouse, body, local_only, takes

router = APIRouter(prefix="/v1/systems", tags=["systems"])


class Sources(BaseModel):
    """Uploads in a system's slots."""

    sources: dict[str, Upload | list[Upload]]


class Column(BaseModel):
    """A field and the column that holds it."""

    field: str
    column: str | None
    how: str
    expected: str
    required: bool


class Checked(BaseModel):
    """What a slot's file holds; `n_bad` of `n_rows` rows cannot be used, and `problems` has the first of them."""

    recognised: list[Column] = []
    unused: list[str] = []
    n_rows: int = 0
    n_bad: int = 0
    n_files: int = 1
    encoding: str | None = None
    problems: list[Error] = []
    n_problems: int = 0
    preview: list[dict[str, Any]] = []


@router.get("", responses=documented())
async def list_systems(house: TheHouse, key: Reader) -> list[Overview]:
    """Every installed system, and how far it is."""
    return await run_in_threadpool(overview, house)


@router.get("/{name}", responses=documented(404))
async def show_system(name: SystemName, house: TheHouse, key: Reader) -> Details:
    """One system, with JSON schemas of everything it takes and gives."""
    return await run_in_threadpool(details, house, name)


@router.post("/{name}/check", openapi_extra=takes(Sources), responses=documented(404, 413, 415))
async def check_files(request: Request, name: SystemName, house: TheHouse, key: Admin) -> dict[str, Checked]:
    """Say what is recognised in uploaded files, and every problem in them, without training on them."""
    given = await body(request, Sources)
    local_only(registry.find(name), {}, given.sources)
    return await run_in_threadpool(_check, house, name, given)


def _check(house: House, name: str, given: Sources) -> dict[str, Checked]:
    cls = registry.find(name)
    with materialised(house.workspace, given.sources, f"check-{uuid4().hex}") as slots:
        filled = validated(cls.Sources, slots)
        return {slot: _checked(source) for slot, source in filled if source is not None}


def _checked(source: Any) -> Checked:
    """What can be said of one slot; a file that cannot be read at all is a problem, too."""
    if isinstance(source, Folder):
        return Checked(n_files=len(source.files()))
    if not isinstance(source, Table):
        return Checked()
    try:
        found = source.check()
    except Problem as problem:
        return Checked(problems=[_error(problem)], n_problems=1)
    return Checked(
        recognised=[Column(**vars(column)) for column in found.recognised],
        unused=found.unused,
        n_rows=found.n_rows,
        n_bad=found.n_bad,
        encoding=found.encoding,
        problems=[_error(problem) for problem in found.problems],
        n_problems=max(found.n_bad, len(found.problems)),
        preview=found.preview(),
    )


def _error(problem: Problem) -> Error:
    return Error(**problem.envelope()["error"])
