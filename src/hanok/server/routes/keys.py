"""API keys: who may ask this server, and for what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.server.errors import documented
from hanok.server.routes.shared import Admin, TheHouse, body, takes
from hanok.store import Key, Scope

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class Wanted(BaseModel):
    """A key to be made: whose it is, and whether it may `read`, `predict` (and give feedback) or do all (`admin`)."""

    name: str = Field(min_length=1, max_length=200)
    scopes: list[Scope] = Field(min_length=1)


class Issued(BaseModel):
    """A key, without its secret; times in UTC seconds."""

    id: str
    name: str
    scopes: list[Scope]
    created: float
    last_used: float | None
    revoked: float | None


class Made(Issued):
    """A key just made; `secret` is shown this once."""

    secret: str


@router.get("", responses=documented())
async def list_keys(house: TheHouse, key: Admin) -> list[Issued]:
    """All keys, also revoked ones, oldest first."""
    return [Issued(**_shown(found)) for found in await run_in_threadpool(house.workspace.store.keys.list)]


@router.post("", status_code=201, openapi_extra=takes(Wanted), responses=documented(413, 415))
async def make_key(request: Request, house: TheHouse, key: Admin) -> Made:
    """Make a key. Its secret is shown this once."""
    wanted = await body(request, Wanted)
    made = await run_in_threadpool(house.workspace.store.keys.create, wanted.name, wanted.scopes)
    return Made(**_shown(made.key), secret=made.secret)


@router.delete("/{id}", status_code=204, response_class=Response, responses=documented(404))
async def revoke_key(id: Annotated[str, Path(description="A key's id")], house: TheHouse, key: Admin) -> Response:
    """Refuse a key from now on; other servers on this database do so within two seconds."""
    await run_in_threadpool(house.workspace.store.keys.revoke, id)
    house.auth.forget()
    return Response(status_code=204)


def _shown(key: Key) -> dict[str, Any]:
    return vars(key) | {"scopes": sorted(key.scopes)}
