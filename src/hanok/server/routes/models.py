"""Versions of models, their reports, and the names they go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from hanok.core import registry
from hanok.core.artifact import Manifest
from hanok.core.summary import Summary
from hanok.server.errors import documented
from hanok.server.house import House
from hanok.server.routes.shared import Admin, Alias, Reader, SystemName, TheHouse, VersionName, body, takes
from hanok.store import Version

router = APIRouter(prefix="/v1/models", tags=["models"])


class Listed(BaseModel):
    """A version; `served`: this server has it loaded. `created` in UTC seconds, `size` in bytes."""

    system: str
    version: int
    created: float
    metrics: dict[str, float]
    config: dict[str, Any]
    size: int
    parent: int | None
    learned_until: int
    aliases: list[str]
    served: bool


class Shown(Listed):
    """A version and what its artifact says about itself."""

    manifest: Manifest


class Stands(BaseModel):
    """The version an alias is to stand for."""

    version: int = Field(ge=1, lt=2**31)


class Named(BaseModel):
    """An alias, the version it stands for now (null: none any more), and whether this server has it loaded."""

    system: str
    alias: str
    version: int | None
    served: bool


@router.get("", responses=documented(404))
async def list_models(
    house: TheHouse, key: Reader, system: Annotated[str | None, Query(description="Of this system only")] = None
) -> list[Listed]:
    """All versions that are ready, of each system the newest first."""

    def read() -> list[Listed]:
        names = registry.names() if system is None else [registry.find(system).name]
        return [listed for name in names for listed in _listed(house, name)]

    return await run_in_threadpool(read)


@router.get("/{system}/{version}", responses=documented(404))
async def show_model(system: SystemName, version: VersionName, house: TheHouse, key: Reader) -> Shown:
    """One version: where it comes from and what it scored."""

    def read() -> Shown:
        name, number = house.workspace.resolve(f"{system}@{version}")
        found = next(listed for listed in _listed(house, name, retired=True) if listed.version == number)
        return Shown(**found.model_dump(), manifest=house.workspace.manifest(f"{name}@{number}"))

    return await run_in_threadpool(read)


@router.get("/{system}/{version}/report", responses=documented(404))
async def show_report(system: SystemName, version: VersionName, house: TheHouse, key: Reader) -> Summary:
    """The report made when it was trained."""

    def read() -> Summary:
        return house.summary(*house.workspace.resolve(f"{system}@{version}"))

    return await run_in_threadpool(read)


@router.put("/{system}/aliases/{alias}", openapi_extra=takes(Stands), responses=documented(404, 409, 413, 415))
async def set_alias(request: Request, system: SystemName, alias: Alias, house: TheHouse, key: Admin) -> Named:
    """Let an alias stand for a version.

    Where this server follows the alias, the version is loaded first: one that cannot be loaded does not get it. Running
    requests are finished by the old one. Other servers on this database follow within a second.
    """
    version = (await body(request, Stands)).version

    def promote() -> Named:
        house.workspace.resolve(f"{system}@{version}")
        if house.servings.follows(system, alias):
            house.servings.prepare(system, version)
        house.workspace.promote(f"{system}@{version}", alias)
        house.servings.refresh()
        return _named(house, system, alias, version)

    return await run_in_threadpool(promote)


@router.post("/{system}/aliases/{alias}/rollback", responses=documented(404, 409))
async def roll_back(system: SystemName, alias: Alias, house: TheHouse, key: Admin) -> Named:
    """Let an alias stand for what it stood for before; again goes back further."""

    def back() -> Named:
        registry.find(system)
        version = house.workspace.store.versions.rollback(system, alias)
        house.servings.refresh()
        return _named(house, system, alias, version)

    return await run_in_threadpool(back)


def _named(house: House, system: str, alias: str, version: int | None) -> Named:
    return Named(system=system, alias=alias, version=version, served=(system, version) in _loaded(house))


def _loaded(house: House) -> set[tuple[str, int | None]]:
    return {(served.name, served.version) for served in house.servings.served}


def _listed(house: House, system: str, *, retired: bool = False) -> list[Listed]:
    versions = house.workspace.store.versions
    aliases, loaded = versions.aliases(system), _loaded(house)
    return [
        _one(v, aliases, (system, v.version) in loaded) for v in versions.list(system) if retired or v.state == "ready"
    ]


def _one(version: Version, aliases: Mapping[str, int], served: bool) -> Listed:
    return Listed(
        system=version.system,
        version=version.version,
        created=version.created,
        metrics=dict(version.metrics),
        config=dict(version.config),
        size=version.size,
        parent=version.parent,
        learned_until=version.learned_until,
        aliases=sorted(alias for alias, held in aliases.items() if held == version.version),
        served=served,
    )
