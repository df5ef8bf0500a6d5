"""Words about a field that everything generic reads from its JSON schema, in Python and JavaScript alike."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True)
class Mark:
    """A word about a field, kept in its JSON schema as ``x-<key>``.

    Example
    -------
    >>> from typing import Annotated
    >>> class Config(BaseModel):
    ...     module: Annotated[str, LOCAL]
    >>> Config.model_json_schema()["properties"]["module"]["x-local"]
    True
    """

    key: str
    value: Any = True

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(core), f"x-{self.key}": self.value}


SESSION = Mark("session")
"""Input: names whose earlier answers `ledger.history` gives; the console keeps it and shows a chat."""

APPEND = Mark("append")
"""Output: the streamed parts of this field are concatenated; of any other field the last one set stands."""

SAME = Mark("same")
"""Output: a text that answers to the same item have in common, however it was sent: of these only the newest waits for
a person. Empty: the answer stands alone."""

CARDS = Mark("cards")
"""Output: a list of objects worth looking at and choosing from; the console shows them as cards, in order."""

PICK = Mark("pick")
"""What choosing a card says: on the card's own field its value, on a field of Feedback where that value is reported,
on a field of Input where it may be asked about next."""

BETA = Mark("beta")
"""Output: an object with the numbers ``alpha`` and ``beta`` of what is believed of a share; the console plots it."""

BOX = Mark("box")
"""Output: four corners in the item's picture, in its pixels; the console draws them, with their object beside them.

What the object's first field holds stands there. Its number from 0 to 1 says how sure that is, its yes-or-no whether it
may stand, its list of texts what else it may be; other texts are told of it, the last of them says why it may not.
"""

RIGHT = Mark("right")
"""Feedback: right texts by path, for a value with a `BOX` that is wrong, so that it is put right where it stands.

A path is the names and numbers on the way to the value, joined by dots. The name of an object with any keys is left
out: its keys stand for themselves.
"""

CHECKS = Mark("checks")
"""Output: a list of objects with a `kind` and `cells`, the paths of values with a `BOX`, for the console to check while
one types. ``"sum"``: the first is the sum of the others; ``"ranks"``: none is less than the one before; ``"count"``:
they go 1, 2, 3."""

LOCAL = Mark("local")
"""Config: set from the command line or Python, never over HTTP (import paths, file names)."""

SEARCH = Mark("search")
"""Config: tuning may vary it, evenly between its inclusive bounds or over its choices."""

LOG_SEARCH = Mark("search", "log")
"""Config: tuning may vary it, evenly in its logarithm; the lower bound is above zero."""


def Stage(name: str) -> Mark:
    """Config: used after fitting only, so `System.reconfigure` re-tunes it without fitting again."""
    return Mark("stage", name)


def Asset(type: str) -> Mark:
    """Output: the name of a file below ``assets/`` of the artifact, of a media type such as ``"image/*"``.

    The server serves it and the console shows it; an answer then carries a name instead of the same picture each time.
    """
    return Mark("asset", type)


@dataclass(frozen=True)
class Media:
    """Bytes with a media type: bytes in Python, base64 in JSON, a file on the command line, a player in the console.

    Example
    -------
    >>> from typing import Annotated
    >>> class Photo(BaseModel):
    ...     image: Annotated[bytes, Media("image/*")]
    >>> Photo.model_validate({"image": "iVBO"}).image
    b'\\x89PN'
    """

    type: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # pydantic's own bytes-to-JSON fails on non-UTF-8 and its base64 is the URL-safe alphabet
        def decode(value: Any) -> Any:
            if not isinstance(value, str):
                return value
            head, comma, content = value.rpartition(",")
            if comma and not (head.startswith("data:") and head.endswith(";base64")):
                raise ValueError("expected base64, or a data: URL that says ;base64")
            return b64decode(content, validate=True)

        encode = core_schema.plain_serializer_function_ser_schema(lambda b: b64encode(b).decode(), when_used="json")
        return core_schema.no_info_before_validator_function(decode, handler(source), serialization=encode)

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "contentEncoding": "base64", "contentMediaType": self.type}


def fields(model: type[BaseModel]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field with its JSON schema, references and ``X | None`` resolved, so that marks are found in one place."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})
    for name, found in schema.get("properties", {}).items():
        yield name, resolve(found, definitions)


def resolve(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """One field's schema without indirection: its reference followed, its optional's inner type lifted."""
    inner: dict[str, Any] = next((s for s in schema.get("anyOf", ()) if s.get("type") != "null"), {})
    schema = {**inner, **{k: v for k, v in schema.items() if k != "anyOf"}}
    return {**definitions.get(schema.get("$ref", "").rpartition("/")[2], {}), **schema}


@cache
def within(model: type[BaseModel], key: str) -> bool:
    """Whether a field carries the mark `key`, of the model or of any model in it."""
    return f'"x-{key}"' in json.dumps(model.model_json_schema())  # a quote within a text would be escaped


@cache
def marked(model: type[BaseModel], key: str) -> tuple[str, ...]:
    """Names of the attributes that carry the mark `key`."""
    schema = model.model_json_schema(by_alias=False)
    found = ((name, resolve(part, schema.get("$defs", {}))) for name, part in schema.get("properties", {}).items())
    return tuple(name for name, part in found if f"x-{key}" in part)
