"""The OpenAPI document: the routes, and for each system that is served its own addresses with its own schemas."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.core.marks import fields
from hanok.server.catalog import examples
from hanok.server.house import House
from hanok.server.negotiate import MEDIA
from hanok.server.routes.shared import BODIES

REF = "#/components/schemas/"
GENERIC = "/v1/systems/{name}"

ABOUT = """Ask the systems this server was trained for, teach them, and watch them.

Every error has one shape: `{"error": {"code", "message", "where", "hint"}}`, with `details` where there are several.
A key, where one is needed, goes into `Authorization: Bearer hanok_…`; it may `read`, `predict` or `admin`.
"""

Json = dict[str, Any]


def document(app: FastAPI) -> Json:
    """The whole document, as it is now."""
    house: House = app.state.house
    found = get_openapi(title="hanok", version=version("hanok"), description=ABOUT, routes=app.routes)
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    _, bodies = models_json_schema([(model, "validation") for model in BODIES], ref_template=REF + "{model}")
    schemas |= bodies["$defs"]
    found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    if not house.options.open:
        found["security"] = [{"key": []}]
    _say_what_predict_takes(found["paths"], schemas, house.limits.longest)
    for served in house.servings.current.values():
        _add_system(found["paths"], schemas, type(served.model.system), examples(house, type(served.model.system)))
    return found


def _say_what_predict_takes(paths: Json, schemas: Json, longest: float) -> None:
    """The generic routes take whatever the system takes."""
    schemas["Answer"] = _answer({"type": "object"})
    anything = _either({"type": "object"})
    paths[f"{GENERIC}/predict"]["post"]["requestBody"] = _json_body(anything)
    paths[f"{GENERIC}/predict"]["post"]["responses"]["200"]["content"] = {
        "application/json": {"schema": _answers(f"{REF}Answer")},
        **{f"{kind}*": {} for kind in MEDIA},
    }
    paths[f"{GENERIC}/stream"]["post"]["requestBody"] = _json_body({"type": "object"})
    for action in ("predict", "stream"):
        seconds = {"type": "number", "exclusiveMinimum": 0, "maximum": longest}
        header = {"name": "X-Hanok-Deadline", "in": "header", "required": False, "schema": seconds}
        paths[f"{GENERIC}/{action}"]["post"]["parameters"].append(header | {"description": "Seconds the client waits"})


def _add_system(paths: Json, schemas: Json, cls: type[AnySystem], items: list[Any]) -> None:
    """The addresses of one system."""
    name = cls.name
    item = _component(schemas, name, "Input", cls.Input, "validation")
    output = _component(schemas, name, "Output", cls.Output, "serialization")
    schemas[f"{name}.Answer"] = _answer(output)
    media = sorted({schema["contentMediaType"] for _, schema in fields(cls.Output) if "contentMediaType" in schema})
    for action, body in (("predict", _either(item)), ("stream", item)):
        operation = _own(paths, cls, action)
        operation["requestBody"] = _json_body(body, items)
        if any("contentMediaType" in schema for _, schema in fields(cls.Input)):
            operation["requestBody"]["content"]["multipart/form-data"] = {"schema": item}
        content = operation["responses"]["200"]["content"]
        if action == "predict":
            content = {"application/json": {"schema": _answers(f"{REF}{name}.Answer")}}
        operation["responses"]["200"]["content"] = content | {kind: {} for kind in media}
    if cls.Feedback is not Nothing:
        said = _component(schemas, name, "Feedback", cls.Feedback, "validation")
        given = {
            "type": "object",
            "required": ["answer", "feedback"],
            "properties": {"answer": {"type": "string"}, "feedback": said},
        }
        _own(paths, cls, "feedback")["requestBody"] = _json_body(given)


def _own(paths: Json, cls: type[AnySystem], action: str) -> Json:
    """The operation of a system, made from the generic one."""
    operation: Json = copy.deepcopy(paths[f"{GENERIC}/{action}"]["post"])
    operation["parameters"] = [p for p in operation.get("parameters", ()) if p["name"] != "name"]
    operation["operationId"] = f"{cls.name}_{action}"
    operation["summary"] = f"{cls.title}: {action}"
    operation["tags"] = [cls.name]
    paths[f"/v1/systems/{cls.name}/{action}"] = {"post": operation}
    return operation


def _component(schemas: Json, system: str, door: str, model: type[BaseModel], mode: Any) -> Json:
    """Put a model's schema and what it refers to under the system's name; the reference to it."""
    schema = model.model_json_schema(mode=mode, ref_template=f"{REF}{system}.{{model}}")
    for name, definition in schema.pop("$defs", {}).items():
        schemas[f"{system}.{name}"] = definition
    schemas[f"{system}.{door}"] = schema
    return {"$ref": f"{REF}{system}.{door}"}


def _answer(output: Json) -> Json:
    text = {"type": "string"}
    properties = {"id": text, "version": {"type": "integer"}, "review": text, "output": output}
    return {"type": "object", "required": ["id", "version", "output"], "properties": properties}


def _answers(reference: str) -> Json:
    """One answer; or to a list, a list of answers and errors."""
    one = {"$ref": reference}
    return {"anyOf": [one, {"type": "array", "items": {"anyOf": [one, {"$ref": f"{REF}Envelope"}]}}]}


def _either(item: Json) -> Json:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _json_body(schema: Json, items: Sequence[Any] = ()) -> Json:
    content: Json = {"schema": schema}
    if items:
        content["examples"] = {f"example {n}": {"value": item} for n, item in enumerate(items[:3], 1)}
    return {"required": True, "content": {"application/json": content}}
