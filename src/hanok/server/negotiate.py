"""From a request's body to items, from an Accept header to the form of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pydantic_core
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from hanok.core.marks import fields
from hanok.core.problem import Problem, TooLarge
from hanok.server.errors import NotAcceptable, Unsupported

MEDIA = ("audio/", "image/", "video/")
UNKNOWN = "application/octet-stream"


class Items(NamedTuple):
    """What a request asks about; `many`: as a list, so that it is answered with one."""

    raw: list[Any]
    many: bool


async def read_items(request: Request, model: type[BaseModel], most: int) -> Items:
    """The items of a request: JSON, one item or a list of them, or one item as a form with files.

    Raises
    ------
    Problem
        The body is neither, or the list is longer than `most`.
    """
    if _content_type(request) == "multipart/form-data":
        return Items([await read_form(request, model)], many=False)
    raw = await read_json(request)
    if not isinstance(raw, list):
        return Items([raw], many=False)
    if len(raw) > most:
        raise TooLarge("too_many", f"{len(raw)} items; at most {most} at once", "body", "send them in several requests")
    return Items(raw, many=True)


async def read_json(request: Request) -> Any:
    """The body as JSON values.

    Raises
    ------
    Unsupported
        It says that it is something else, or is compressed.
    Problem
        It is not JSON, or nested more than 200 deep.
    """
    kind = _content_type(request)
    if kind and kind != "application/json" and not kind.endswith("+json"):
        hint = "send application/json; for curl: -H 'content-type: application/json'"
        raise Unsupported("not_supported", f"the body is {kind[:100]!r}", "Content-Type", hint)
    if (coding := request.headers.get("content-encoding", "identity")) != "identity":
        raise Unsupported("not_supported", f"the body is compressed ({coding[:20]})", "Content-Encoding")
    return parse_json(await request.body())


def parse_json(text: bytes | str) -> Any:
    """JSON values of a text; NaN and half surrogate pairs are refused, being no JSON.

    Example
    -------
    >>> parse_json(b'{"text": "hi"}')
    {'text': 'hi'}
    """
    try:
        return pydantic_core.from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise Problem("not_json", f"not JSON: {error}", "body", 'expected such as {"text": "…"}') from None


async def read_form(request: Request, model: type[BaseModel]) -> dict[str, Any]:
    """One item sent as a form: files for media fields, other fields as JSON or plain text."""
    schemas = dict(fields(model))
    item: dict[str, Any] = {}
    try:
        async with request.form() as form:
            for name in form:
                values = [
                    _value(v if isinstance(v, str) else await _content(v), schemas.get(name, {}))
                    for v in form.getlist(name)
                    if not _left_empty(v)
                ]
                if values:
                    several = len(values) > 1 or _is_list_of_media(schemas.get(name, {}))
                    item[name] = values if several else values[0]
    except HTTPException as error:
        raise Problem("bad_form", str(error.detail), "body", "send multipart/form-data") from None
    return item


async def _content(file: UploadFile) -> bytes:
    return await file.read()


def _left_empty(value: UploadFile | str) -> bool:
    """What browsers send for a file field that nobody filled in."""
    return isinstance(value, UploadFile) and not value.filename and not value.size


def _value(value: bytes | str, schema: dict[str, Any]) -> Any:
    if isinstance(value, bytes):
        return value if "contentMediaType" in (schema | schema.get("items", {})) else _text(value)
    if schema.get("type") == "string":
        return value
    try:
        return pydantic_core.from_json(value, allow_inf_nan=False)
    except ValueError:
        return value  # plain text; validation says what was expected


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise Problem("not_text", "a file was sent for a field that takes text", "body") from None


def _is_list_of_media(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "array" and "contentMediaType" in schema.get("items", {})


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


# -- the answer ------------------------------------------------------------------------------------------------------


class Raw(NamedTuple):
    """An output field sent as it is, and its media type."""

    field: str
    type: str


def wanted(accept: str, model: type[BaseModel]) -> Raw | None:
    """The media field a client wants as raw bytes, or None where it takes JSON.

    Raises
    ------
    NotAcceptable
        It takes nothing but media, and this output has none that fits.
    """
    if not any(kind in accept for kind in MEDIA):
        return None
    ranges = sorted(_ranges(accept), key=lambda r: -r[1])
    media = {name: schema["contentMediaType"] for name, schema in fields(model) if "contentMediaType" in schema}
    for asked, quality in ranges:
        if quality == 0:
            continue
        if asked in ("*/*", "application/*", "application/json"):
            return None
        for field, offered in media.items():
            if _fits(asked, offered):
                return Raw(field, offered if "*" not in offered else asked if "*" not in asked else UNKNOWN)
    kinds = ", ".join(sorted({"application/json", *media.values()}))
    raise NotAcceptable("not_acceptable", f"no answer as {accept[:100]!r}", "Accept", f"there is: {kinds}")


def _ranges(accept: str) -> list[tuple[str, float]]:
    """Media ranges with their qualities, in the order given."""
    ranges = []
    for part in accept.split(","):
        kind, *parameters = (p.strip().lower() for p in part.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        ranges.append((kind, float(quality) if quality.replace(".", "", 1).isdecimal() else 1.0))
    return ranges


def _fits(asked: str, offered: str) -> bool:
    (main, _, sub), (offered_main, _, offered_sub) = asked.partition("/"), offered.partition("/")
    return main == offered_main and (sub == offered_sub or "*" in (sub, offered_sub))


# -- the headers -----------------------------------------------------------------------------------------------------


def deadline(headers: Mapping[str, str], default: float, longest: float) -> float:
    """Seconds the client waits, from ``X-Hanok-Deadline``.

    Raises
    ------
    Problem
        It is not a number above zero and up to `longest`.
    """
    given = headers.get("x-hanok-deadline")
    if given is None:
        return default
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= longest:  # also what is not a number
        raise Problem(
            "bad_deadline", f"expected seconds above 0 and up to {longest:g}, found {given[:40]!r}", "X-Hanok-Deadline"
        )
    return seconds
