"""The rooms: what each wants and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.options import Json
from hanok.cli.output import emit, say, table

if TYPE_CHECKING:
    from pydantic import BaseModel

    from hanok.core.contract import AnySystem
    from hanok.core.sources import Table


def systems(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show this one in detail.")] = None,
    as_json: Json = False,
) -> None:
    """List the systems, or show one in detail."""
    from hanok.core import registry

    if name:
        cls = registry.find(name)
        emit(_as_dict(cls)) if as_json else _print(cls)
        return
    found = [_line(each) for each in registry.names()]
    if as_json:
        emit(found)
    else:
        columns = ("name", "title", "wants", "gives", "problem")
        table(
            columns[:4],
            [[line[c] if c != "gives" else line["problem"] or line[c] for c in columns[:4]] for line in found],
        )
        say("hanok systems NAME shows one in detail", "dim")


def _line(name: str) -> dict[str, str]:
    """One system in a line; one that lacks an extra says so and does not hide the others."""
    from hanok.core import registry
    from hanok.core.problem import Problem

    try:
        cls = registry.find(name)
    except Problem as problem:
        return {
            "name": name,
            "title": "",
            "summary": "",
            "wants": "",
            "gives": "",
            "problem": f"{problem} ({problem.hint})",
        }
    return {
        "name": name,
        "title": cls.title,
        "summary": cls.summary,
        "wants": ", ".join(f"{slot} ({kind})" if kind else slot for slot, kind in _slots(cls).items()),
        "gives": f"{', '.join(cls.Input.model_fields)} -> {', '.join(cls.Output.model_fields)}",
        "problem": "",
    }


def _slots(cls: type[AnySystem]) -> dict[str, str]:
    from hanok.core.marks import fields

    return {name: schema.get("x-source", "") for name, schema in fields(cls.Sources)}


def _as_dict(cls: type[AnySystem]) -> dict[str, Any]:
    """The part of ``GET /v1/systems/{name}`` that needs no server, and the settings."""
    from hanok.core.ledger import Nothing
    from hanok.core.marks import marked

    return {
        "name": cls.name,
        "title": cls.title,
        "summary": cls.summary,
        "objectives": [goal._asdict() for goal in cls.objectives],
        "input": cls.Input.model_json_schema(),
        "output": cls.Output.model_json_schema(mode="serialization"),
        "feedback": None if cls.Feedback is Nothing else cls.Feedback.model_json_schema(),
        "config": cls.Config.model_json_schema(),
        "sources": cls.Sources.model_json_schema(),
        "settings": _settings(cls),
        "local_fields": list(marked(cls.Config, "local")),
    }


def _settings(cls: type[AnySystem]) -> list[dict[str, Any]]:
    import os

    from hanok.core.settings import variable

    names = {field: variable(cls.name, field) for field in cls.Settings.model_fields}
    return [
        {"name": names[field], "required": info.is_required(), "set": names[field] in os.environ}
        for field, info in cls.Settings.model_fields.items()
    ]


# -- in words --------------------------------------------------------------------------------------------------------


def _print(cls: type[AnySystem]) -> None:
    from hanok.core.ledger import Nothing

    say(f"{cls.title} ({cls.name})", "bold")
    say(cls.summary)
    _print_slots(cls)
    for title, model in (("input", cls.Input), ("output", cls.Output), ("feedback", cls.Feedback)):
        if model is not Nothing:
            say(f"\n{title}", "bold")
            table(["field", "", "default", ""], _rows(model))
    say("\nhyper-parameters (--set key=value)", "bold")
    table(
        ["key", "", "default", "", "tuned"],
        [[*row, mark] for row, mark in zip(_rows(cls.Config), _tuned(cls), strict=True)],
    )
    goals = ", ".join(f"{goal.name} ({'more' if goal.maximize else 'less'} is better)" for goal in cls.objectives)
    say(f"\nobjectives: {goals}; for tuning also latency, size")
    for setting in _settings(cls):
        said = "set" if setting["set"] else "not set" if setting["required"] else "not set, not needed"
        say(f"setting: {setting['name']} ({said})")


def _print_slots(cls: type[AnySystem]) -> None:
    """Each slot, and of a table every column under all its names."""
    from hanok.core.marks import fields
    from hanok.core.sources import Table
    from hanok.core.table.columns import aliases, descriptions

    for i, (slot, schema) in enumerate(fields(cls.Sources)):
        info = cls.Sources.model_fields[slot]
        said = schema.get("x-source", "value") + ("" if info.is_required() else ", not needed")
        say(
            f"\n--{slot}"
            + (", or without its name" if i == 0 else "")
            + f" ({said}) {info.description or ''}".rstrip(),
            "bold",
        )
        row = _row_of(info.annotation, Table)
        if row:
            expected = descriptions(row)
            cells = [
                [
                    name,
                    expected[name],
                    "" if field.is_required() else "not needed",
                    ", ".join(a for a in aliases(field) if a != name),
                ]
                for name, field in row.model_fields.items()
            ]
            table(["column", "", "", "also called"], cells)


def _row_of(annotation: Any, table: type[Table[Any]]) -> type[BaseModel] | None:
    """The model of one row, where a slot takes a table, also ``Table[Row] | None``."""
    from typing import get_args

    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, table):
            return kind.row()
    return None


def _rows(model: type[BaseModel]) -> list[list[str]]:
    """Each field: its name, what it takes, its default, what it means."""
    from hanok.core.marks import fields

    return [
        [name, _kind(schema), _default(model, name), schema.get("description", "")] for name, schema in fields(model)
    ]


PLURAL = {"string": "texts", "integer": "whole numbers", "number": "numbers", "boolean": "true or false"}


def _kind(schema: Mapping[str, Any]) -> str:
    from hanok.core.table.columns import describe

    if "contentMediaType" in schema:
        return f"file, {schema['contentMediaType']}"
    if schema.get("type") == "array":
        return f"list of {PLURAL.get(schema.get('items', {}).get('type', ''), 'objects')}"
    return describe(schema)


def _default(model: type[BaseModel], name: str) -> str:
    info = model.model_fields[name]
    if info.is_required():
        return "(required)"
    default = info.get_default(call_default_factory=True)
    return "" if default is None or default == b"" else str(default)


def _tuned(cls: type[AnySystem]) -> list[str]:
    from hanok.core.marks import fields

    marks = []
    for _, schema in fields(cls.Config):
        words = ["yes" if schema.get("x-search") is True else schema.get("x-search", "")]
        words += [f"stage {schema['x-stage']}"] if "x-stage" in schema else []
        words += ["not over HTTP"] if "x-local" in schema else []
        marks.append(" ".join(word for word in words if word))
    return marks
