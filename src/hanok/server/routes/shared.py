"""What several routes have in common: names in paths, bodies, the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.requests import HTTPConnection

from hanok.core.contract import AnySystem
from hanok.core.marks import marked
from hanok.core.problem import Forbidden
from hanok.lifecycle.jobs import Upload
from hanok.lifecycle.model import validated
from hanok.server.auth import Needs
from hanok.server.house import House
from hanok.server.negotiate import read_json
from hanok.store import Key

ModelT = TypeVar("ModelT", bound=BaseModel)

VERSION = r"^([0-9]{1,9}|[a-z][a-z0-9_-]{0,49})$"

SystemName = Annotated[str, Path(description="Name of a system", examples=["faq"])]
VersionName = Annotated[str, Path(pattern=VERSION, description="A version's number or alias", examples=["champion"])]
Alias = Annotated[
    str, Path(pattern=r"^[a-z][a-z0-9_-]{0,49}$", description="A name a version goes by", examples=["champion"])
]
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many")]
Cursor = Annotated[int | None, Query(ge=0, lt=2**63, description="`seq` of the last one seen")]


def _house(connection: HTTPConnection) -> House:
    house: House = connection.app.state.house
    return house


TheHouse = Annotated[House, Depends(_house)]
Reader = Annotated[Key | None, Depends(Needs("read"))]
Asker = Annotated[Key | None, Depends(Needs("predict"))]
Viewer = Annotated[Key | None, Depends(Needs("read", "predict"))]
Admin = Annotated[Key | None, Depends(Needs("admin"))]


BODIES: list[type[BaseModel]] = []
"""Models of bodies, for the schemas of the OpenAPI document."""


async def body(request: Request, model: type[ModelT]) -> ModelT:
    """The request's JSON body as `model`; read here and not by the framework, so that every error has its envelope."""
    return validated(model, await read_json(request))


def takes(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route whose body is read with `body`."""
    BODIES.append(model)
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def local_only(cls: type[AnySystem], config: Mapping[str, Any], sources: Mapping[str, Upload | list[Upload]]) -> None:
    """Refuse what may be said on the command line only: paths of this machine, and config fields marked `LOCAL`.

    Raises
    ------
    Forbidden
        Something of it was given.
    """
    for field in marked(cls.Config, "local"):
        if field in config:
            raise Forbidden("local_only", f"{field} is not set over HTTP", f"config.{field}", f"hanok train {cls.name}")
    for slot, given in sources.items():
        if any(upload.path is not None for upload in (given if isinstance(given, list) else [given])):
            hint = "POST /v1/uploads gives a blob"
            raise Forbidden("local_only", "paths are not taken over HTTP", f"sources.{slot}.path", hint)
