"""Pictures and sounds that an artifact brings with it, such as covers: answers name them, pages show them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from hanok.core.problem import NotFound
from hanok.server.errors import documented
from hanok.server.house import House
from hanok.server.routes.shared import SystemName, TheHouse, VersionName, Viewer

router = APIRouter(prefix="/v1/systems/{name}/versions/{version}", tags=["predict"])

FOLDER = "assets"
"""Below the artifact's folder; nothing else of it is served."""

SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
}
"""How files begin that browsers show or play and never run: SVG, which may hold scripts, is left out."""

CONTAINERS = {b"WAVE": "audio/wav", b"WEBP": "image/webp"}
"""What the bytes 8 to 12 say of a file that begins with RIFF."""

FOR_EVER = "private, max-age=31536000, immutable"
AGAIN = "private, no-cache"


class Asset(NamedTuple):
    """A file as it is sent; `digest` is its SHA-256."""

    content: bytes
    type: str
    digest: str


@router.get(
    "/assets/{asset:path}",
    response_class=Response,
    responses=documented(404)
    | {
        200: {"content": {"image/*": {}, "audio/*": {}}, "description": "The file"},
        304: {"description": "It is the one that `If-None-Match` names"},
    },
)
async def show_asset(
    request: Request,
    name: SystemName,
    version: VersionName,
    asset: Annotated[str, InPath(description="As an answer names it", examples=["covers/1.webp"])],
    house: TheHouse,
    key: Viewer,
) -> Response:
    """A picture or a sound that answers of this version name.

    A version's files never change, so browsers keep them; those of an alias they ask for again.
    """
    found = await run_in_threadpool(read, house, name, version, asset)
    tag = f'"{found.digest}"'
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if version.isdecimal() else AGAIN}
    if tag in (known.strip() for known in request.headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type=found.type)


def read(house: House, name: str, version: str, asset: str) -> Asset:
    """A file that the manifest of a version lists, read where it lies and nowhere else.

    Raises
    ------
    NotFound
        It lists none of this name, the file is gone or is not the one that was saved, or it is no picture or sound.
    """
    system, number = house.workspace.resolve(f"{name}@{version}")
    folder = (house.workspace.folder(system, number) / FOLDER).resolve()
    digest = house.manifest(system, number).files.get(f"{FOLDER}/{asset}", "")
    content = _content(folder, asset) if digest else b""
    kind = media_type(content)
    if not kind or hashlib.sha256(content).hexdigest() != digest:
        raise NotFound(
            "no_asset", f"{system}@{number} has no such picture or sound", "asset", "answers name those it has"
        )
    return Asset(content, kind, digest)


def _content(folder: Path, asset: str) -> bytes:
    """The bytes of a file below a folder; nothing where its name, made up in a manifest, leads elsewhere."""
    try:
        path = (folder / asset).resolve(strict=True)
        inside = path == folder / asset and path.is_relative_to(folder)  # no link, no "..", no name from the root
        return path.read_bytes() if inside else b""
    except (OSError, ValueError):
        return b""


def media_type(content: bytes) -> str:
    """What browsers show or play, told by how it begins; empty for everything else, whatever it is called.

    Example
    -------
    >>> media_type(b"GIF89a and more"), media_type(b"<svg>")
    ('image/gif', '')
    """
    if content.startswith(b"RIFF"):
        return CONTAINERS.get(content[8:12], "")
    return next((kind for signature, kind in SIGNATURES.items() if content.startswith(signature)), "")
