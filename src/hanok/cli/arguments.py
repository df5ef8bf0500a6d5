"""Arguments whose names come from a system: its slots, the fields of its items, its hyper-parameters."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from hanok.cli.failure import Usage
from hanok.core.contract import AnySystem
from hanok.core.marks import fields
from hanok.core.problem import NotFound, Problem

Named = dict[str, list[str]]


def split(tokens: Sequence[str]) -> tuple[list[str], Named]:
    """Bare words, and what follows each ``--name``, whatever it begins with.

    Example
    -------
    >>> split(["a.csv", "--items", "b.csv", "--top-k=-5"])
    (['a.csv'], {'items': ['b.csv'], 'top_k': ['-5']})
    """
    bare: list[str] = []
    named: Named = {}
    rest = list(tokens)
    while rest:
        token = rest.pop(0)
        if not token.startswith("--"):
            bare.append(token)
            continue
        name, given, value = token[2:].partition("=")
        if not given and not rest:
            raise Usage(f"{token} needs a value")
        named.setdefault(name.replace("-", "_"), []).append(value if given else rest.pop(0))
    return bare, named


def pairs(given: Iterable[str] | None, option: str) -> list[tuple[str, str]]:
    """``key=value`` as key and value; the value may hold further equals signs."""
    found = []
    for text in given or ():
        key, equals, value = text.partition("=")
        if not (key and equals):
            raise Usage(f"{option} {text!r}: expected KEY=VALUE")
        found.append((key, value))
    return found


# -- slots -----------------------------------------------------------------------------------------------------------


def slots(
    cls: type[AnySystem],
    tokens: Sequence[str],
    columns: Iterable[str] | None = None,
    where: Iterable[str] | None = None,
    skip: bool = False,
) -> dict[str, Any]:
    """What the user put into the slots of a system, as its Sources take it.

    Parameters
    ----------
    cls : type of System
        Whose slots.
    tokens : sequence of str
        The words after the system's name: at most one bare one, for the first slot, and ``--slot value``.
    columns, where : iterable of str
        ``field=column`` and ``column=value``, with ``slot.`` before them where there are several tables.
    skip : bool
        Leave unusable rows out, in every table.

    Raises
    ------
    Usage
        A slot that is not there, one that is missing, or one given twice.
    """
    bare, named = split(tokens)
    kinds = {name: schema.get("x-source", "") for name, schema in fields(cls.Sources)}
    if len(bare) > 1:
        raise Usage(f"{bare[1]!r}: only the first slot may be given without its name", _usage(cls))
    if bare:
        named.setdefault(next(iter(kinds)), []).append(bare[0])
    refuse_unknown(named, kinds, f"slot of {cls.name}")
    for name, values in named.items():
        if len(values) > 1:
            raise Usage(f"--{name} is given twice", _usage(cls))
    missing = [name for name, info in cls.Sources.model_fields.items() if info.is_required() and name not in named]
    if missing:
        raise Usage(f"{cls.name} needs --{missing[0]}", _usage(cls))
    tables = [name for name, kind in kinds.items() if kind == "table"]
    recognise = _by_table(pairs(columns, "--columns"), tables, "--columns")
    keep = _by_table(pairs(where, "--where"), tables, "--where")
    given: dict[str, Any] = {name: values[0] for name, values in named.items()}
    for name in given.keys() & set(tables):
        given[name] = {"path": given[name], "columns": recognise[name], "where": keep[name], "skip": skip}
    return given


def _by_table(found: list[tuple[str, str]], tables: Sequence[str], option: str) -> dict[str, dict[str, str]]:
    """The pairs by the table they are about: the only one, or the one named before the first dot."""
    by: dict[str, dict[str, str]] = {table: {} for table in tables}
    for key, value in found:
        table, dot, rest = key.partition(".")
        if dot and table in by:
            by[table][rest] = value
        elif len(tables) == 1:
            by[tables[0]][key] = value
        else:
            choice = " or ".join(f"{table}.{key}" for table in tables)
            raise Usage(f"{option} {key}: of which table?", f"{option} {choice}={value}" if tables else "")
    return by


def _usage(cls: type[AnySystem]) -> str:
    return f"slots: {' '.join('--' + name for name in cls.Sources.model_fields)}; see hanok systems {cls.name}"


def refuse_unknown(given: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise `Usage` for the first name that is not known, with the nearest one that is."""
    known = list(known)
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            listed = f"known: {', '.join(known)}" if known else ""
            raise Usage(f"no {what} {name!r}", f"did you mean {near[0]!r}?" if near else listed)


# -- values ----------------------------------------------------------------------------------------------------------


def config(cls: type[AnySystem], given: Iterable[str] | None) -> dict[str, Any]:
    """Hyper-parameters from ``key=value``."""
    return assigned(cls.Config, given, f"hyper-parameter of {cls.name}")


def assigned(model: type[BaseModel], given: Iterable[str] | None, what: str) -> dict[str, Any]:
    """Fields of a model from ``key=value``; an unknown one is said to be no `what`."""
    found = pairs(given, "--set")
    schemas = dict(fields(model))
    refuse_unknown([key for key, _ in found], schemas, what)
    return {key: value(schemas[key], text) for key, text in found}


def item(model: type[BaseModel], tokens: Sequence[str]) -> dict[str, Any]:
    """One item, or one feedback, from ``--field value``; a bare word fills the field people mean by it.

    Media fields take the name of a file, lists are given one value at a time, objects as JSON.

    Raises
    ------
    Usage
        A field that is not there, or one given twice that takes one value.
    """
    bare, named = split(tokens)
    schemas = dict(fields(model))
    if len(bare) > 1:
        raise Usage(f"{bare[1]!r}: only one field may be given without its name", "quote a text with spaces")
    if bare:
        named.setdefault(main_field(model), []).insert(0, bare[0])
    refuse_unknown(named, schemas, "field")
    return {name: _field(name, schemas[name], texts) for name, texts in named.items()}


def main_field(model: type[BaseModel]) -> str:
    """The field a bare word fills: the first required text, else the first required one, else the first text."""
    schemas = dict(fields(model))
    required = [name for name, info in model.model_fields.items() if info.is_required()]
    texts = [name for name, schema in schemas.items() if is_text(schema)]
    for name in (*(n for n in required if n in texts), *required, *texts):
        return name
    raise Usage("nothing may be given without its name", f"fields: {' '.join('--' + n for n in schemas)}")


def is_text(schema: Mapping[str, Any]) -> bool:
    """Whether a field holds plain text."""
    return schema.get("type") == "string" and "contentMediaType" not in schema


def _field(name: str, schema: Mapping[str, Any], texts: Sequence[str]) -> Any:
    inner = schema.get("items", {})
    if schema.get("type") == "array" and inner.get("type") in ("string", "number", "integer", "boolean"):
        return [value(inner, text) for text in texts]
    if len(texts) > 1:
        raise Usage(f"--{name} is given twice")
    return value(schema, texts[0])


def value(schema: Mapping[str, Any], text: str) -> Any:
    """A word as its field takes it: a file's bytes, the text itself, or what it says as JSON."""
    if "contentMediaType" in schema:
        return _bytes(Path(text))
    if is_text(schema):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("no_file", "there is no such file", str(path), "check its name and folder") from None
    except OSError as error:
        raise Problem("unreadable", f"cannot be read: {error.strerror}", str(path)) from error
