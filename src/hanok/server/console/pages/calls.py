"""A room's API: its addresses, its schemas, and the same call in three tongues."""

from __future__ import annotations

import json
import shlex
from typing import Any

from starlette.responses import Response

from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.server.catalog import examples
from hanok.server.console import forms
from hanok.server.console.pages.room import feedback_fields, nearest_first, opened, shown
from hanok.server.console.visit import Visit


def api(visit: Visit, name: str) -> Response:
    """How programs ask this room."""
    cls, found = opened(visit, name)
    known = nearest_first(examples(visit.house, cls), visit.t.language)
    item = _given(known[0]) if known else sample(forms.widgets(cls.Input.model_json_schema()))
    keyed = not visit.house.options.open
    base = str(visit.request.base_url).rstrip("/")
    schemas = {"Input": cls.Input, "Output": cls.Output, "Config": cls.Config, "Sources": cls.Sources}
    if cls.Feedback is not Nothing:
        schemas["Feedback"] = cls.Feedback
    return shown(
        visit,
        "api.html",
        cls,
        found,
        "api",
        calls=calls(base, name, item, keyed=keyed),
        feedback_call=_feedback_call(cls, base),
        addresses=addresses(cls),
        schemas={title: model.model_json_schema() for title, model in schemas.items()},
        fields={title: forms.widgets(model.model_json_schema()) for title, model in schemas.items()},
        keyed=keyed,
    )


def calls(base: str, name: str, item: dict[str, Any], *, keyed: bool = False) -> dict[str, str]:
    """One item asked with curl, Python and the command line.

    Example
    -------
    >>> print(calls("http://h", "faq", {"text": "Hi"})["cli"])
    hanok predict faq '{"text": "Hi"}'
    """
    body = json.dumps(item, ensure_ascii=False)
    url = f"{base}/v1/systems/{name}/predict"
    header = '  -H "authorization: Bearer $HANOK_KEY" \\\n' if keyed else ""
    return {
        "curl": f"curl {url} \\\n{header}  -H 'content-type: application/json' \\\n  -d {shlex.quote(body)}",
        "python": f"import hanok\n\n{name.replace('-', '_')} = hanok.load({name!r})\n"
        f"print({name.replace('-', '_')}({item!r}))",
        "cli": f"hanok predict {name} {shlex.quote(body)}",
    }


def addresses(cls: type[AnySystem]) -> list[tuple[str, str, str]]:
    """Method, address, and the key of the sentence that says what it does."""
    base = f"/v1/systems/{cls.name}"
    found = [
        ("POST", f"{base}/predict", "predict"),
        ("POST", f"{base}/stream", "stream"),
        ("WS", f"{base}/ws", "ws"),
        ("GET", base, "describe"),
    ]
    if cls.Feedback is not Nothing:
        found += [
            ("POST", f"{base}/feedback", "feedback"),
            ("GET", f"{base}/reviews", "reviews"),
            ("GET", f"{base}/answers", "answers"),
        ]
    if "x-asset" in json.dumps(cls.Output.model_json_schema()):
        found.append(("GET", f"{base}/versions/{{version}}/assets/{{asset}}", "assets"))
    return [*found, ("POST", "/v1/jobs", "jobs"), ("GET", f"/v1/models?system={cls.name}", "models")]


def _feedback_call(cls: type[AnySystem], base: str) -> str:
    if cls.Feedback is Nothing:
        return ""
    body = json.dumps({"answer": "ID", "feedback": sample(feedback_fields(cls))}, ensure_ascii=False)
    return (
        f"curl {base}/v1/systems/{cls.name}/feedback \\\n  -H 'content-type: application/json' \\\n"
        f"  -d {shlex.quote(body)}"
    )


def _given(item: dict[str, Any]) -> dict[str, Any]:
    """What an example says, without what it leaves open."""
    return {name: value for name, value in item.items() if value is not None}


_SAMPLES: dict[str, Any] = {"text": "…", "long": "…", "number": 0, "tick": True, "date": "2026-01-31"}


def sample(fields: tuple[forms.Widget, ...]) -> dict[str, Any]:
    """An item that shows the required fields, where no real one is known."""
    return {field.name: _sample(field) for field in fields if field.required}


def _sample(field: forms.Widget) -> Any:
    if field.kind == "number":
        return field.low or 0
    if field.kind == "choice":
        return field.choices[0]
    if field.kind in ("tags", "list", "table"):
        return []
    if field.kind in ("group", "pairs"):
        return sample(field.parts) if field.kind == "group" else {}
    return _SAMPLES.get(field.kind, "…")
