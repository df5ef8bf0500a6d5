"""Which widget a field gets: decided by its JSON schema alone, whatever the system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hanok.core.marks import resolve

Kind = Literal[
    "session", "text", "long", "number", "choice", "tick", "date", "tags", "list", "table", "pairs", "group",
    "image", "audio", "file", "json",
]  # fmt: skip

LONG = 200
"""A text that may have more characters gets room for several lines."""

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Widget:
    """One field of a form.

    Parameters
    ----------
    name : str
        The field's name in the item.
    kind : Kind
        What a person sees: ``tags`` is for a list of texts, ``pairs`` for an object with any keys, ``json`` for what
        has no widget of its own.
    label, help : str
        Title and description of the field.
    required : bool
        Whether the form cannot be sent without it.
    default : Any
        What it holds before anybody touches it.
    optional : bool
        Whether it may be None: then a choice has an empty entry.
    choices : tuple
        Of a choice.
    low, high, step
        Of a number.
    accept : str
        Media type of a file.
    parts : tuple of Widget
        Columns of a table, fields of a group, the one entry of a list.
    advanced : bool
        Whether it has a default, so that it may be folded away.
    pick : bool
        Whether cards of an answer may fill it in.
    """

    name: str
    kind: Kind
    label: str
    help: str = ""
    required: bool = False
    default: Any = None
    optional: bool = False
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    step: str = "any"
    accept: str = ""
    parts: tuple[Widget, ...] = ()
    advanced: bool = False
    pick: bool = False


def widgets(schema: Schema) -> tuple[Widget, ...]:
    """The fields of an object's schema, in its order.

    Example
    -------
    >>> from pydantic import BaseModel
    >>> class Question(BaseModel):
    ...     text: str
    ...     k: int = 3
    >>> [(w.name, w.kind, w.required) for w in widgets(Question.model_json_schema())]
    [('text', 'long', True), ('k', 'number', False)]
    """
    definitions = schema.get("$defs", {})
    return _fields(schema, definitions, depth=0)


def chat(fields: Sequence[Widget]) -> Widget | None:
    """The field a conversation is typed into, where a form is one: it has a session and a text."""
    if not any(field.kind == "session" for field in fields):
        return None
    texts = [field for field in fields if field.kind in ("text", "long")]
    return next((field for field in texts if field.required), texts[0] if texts else None)


def verdict(fields: Sequence[Widget]) -> Widget | None:
    """The one yes-or-no of a feedback form that needs nothing else: it becomes two buttons."""
    ticks = [field for field in fields if field.kind == "tick"]
    others = [field for field in fields if field.kind != "tick" and field.required]
    return ticks[0] if len(ticks) == 1 and not others else None


def _fields(schema: Schema, definitions: dict[str, Any], depth: int) -> tuple[Widget, ...]:
    required = schema.get("required", ())
    return tuple(
        _widget(name, field, definitions, required=name in required, depth=depth)
        for name, field in schema.get("properties", {}).items()
    )


def _widget(name: str, field: dict[str, Any], definitions: dict[str, Any], *, required: bool, depth: int) -> Widget:
    schema = resolve(field, definitions)
    variants = [variant for variant in field.get("anyOf", ()) if variant.get("type") != "null"]
    kind, parts = ("json", ()) if len(variants) > 1 else _kind(schema, definitions, depth)
    optional = any(variant.get("type") == "null" for variant in field.get("anyOf", ()))
    return Widget(
        name=name,
        kind=kind,
        label=str(schema.get("title") or name.replace("_", " ").capitalize()),
        help=str(field.get("description") or ""),  # the field's own, not that of the model it refers to
        required=required and not optional,
        default=field.get("default"),
        optional=optional,
        choices=_choices(schema),
        low=schema.get("minimum", schema.get("exclusiveMinimum")),
        high=schema.get("maximum", schema.get("exclusiveMaximum")),
        step="1" if schema.get("type") == "integer" else "any",
        accept=schema.get("contentMediaType", ""),
        parts=parts,
        advanced="default" in field,
        pick="x-pick" in schema or "x-pick" in schema.get("items", {}),
    )


def _choices(schema: Schema) -> tuple[Any, ...]:
    return tuple(schema["enum"]) if "enum" in schema else (schema["const"],) if "const" in schema else ()


def _kind(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> tuple[Kind, tuple[Widget, ...]]:
    if "x-session" in schema:
        return "session", ()
    if "contentMediaType" in schema:
        main = schema["contentMediaType"].partition("/")[0]
        return ("image" if main == "image" else "audio" if main == "audio" else "file"), ()
    if _choices(schema):
        return "choice", ()
    match schema.get("type"):
        case "boolean":
            return "tick", ()
        case "integer" | "number":
            return "number", ()
        case "string":
            return _text(schema), ()
        case "array":
            return _array(schema, definitions, depth)
        case "object":
            return _object(schema, definitions, depth)
    return "json", ()


def _text(schema: Schema) -> Kind:
    if schema.get("format") == "date":
        return "date"
    if "x-pick" in schema:
        return "text"
    most = schema.get("maxLength", 0 if "pattern" in schema else LONG + 1)
    return "long" if "format" not in schema and most > LONG else "text"


def _array(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> tuple[Kind, tuple[Widget, ...]]:
    items = schema.get("items")
    if not isinstance(items, dict) or depth > 1:
        return "json", ()
    entry = _widget("entry", items, definitions, required=True, depth=depth + 1)
    if entry.kind == "group" and all(part.kind in _CELLS for part in entry.parts):
        return "table", entry.parts
    if entry.kind in ("text", "long"):
        return "tags", ()
    return ("list", (entry,)) if entry.kind in (*_CELLS, "image", "audio", "file") else ("json", ())


def _object(schema: dict[str, Any], definitions: dict[str, Any], depth: int) -> tuple[Kind, tuple[Widget, ...]]:
    if schema.get("properties") and depth <= 1:
        return "group", _fields(schema, definitions, depth + 1)
    value = schema.get("additionalProperties")
    if isinstance(value, dict) and value.get("type") in ("string", "number", "integer"):
        return "pairs", (_widget("value", value, definitions, required=True, depth=depth + 1),)
    return "json", ()


_CELLS = ("text", "long", "number", "choice", "tick", "date")
"""What fits into a cell of a table."""
