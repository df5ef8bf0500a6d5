"""A room's data: drop files, see what was recognised, correct it, train."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from hanok.core.marks import fields, marked
from hanok.lifecycle.space import Space
from hanok.server.console import forms
from hanok.server.console.pages.room import opened, shown
from hanok.server.console.visit import Visit

ACCEPT = ".csv,.tsv,.jsonl,.ndjson,.parquet,.txt"


@dataclass(frozen=True)
class Slot:
    """One thing the user brings: a ``table``, a ``folder``, or ``other``, which the console cannot take."""

    name: str
    label: str
    help: str
    kind: str
    required: bool
    columns: tuple[forms.Widget, ...]


def train(visit: Visit, name: str) -> Response:
    """The form that becomes a training job."""
    cls, found = opened(visit, name)
    local = set(marked(cls.Config, "local"))
    config = tuple(w for w in forms.widgets(cls.Config.model_json_schema()) if w.name not in local)
    slots_ = slots(cls.Sources.model_json_schema(), dict(fields(cls.Sources)))
    return shown(
        visit,
        "train.html",
        cls,
        found,
        "data",
        slots=slots_,
        accept=ACCEPT,
        config=config,
        local=sorted(local),
        tunable=any(Space.of(cls.Config, ())),
        objectives=[objective.name for objective in cls.objectives],
        data={
            "system": name,
            "slots": {s.name: {"kind": s.kind, "required": s.required, "label": s.label} for s in slots_},
        },
    )


def slots(schema: dict[str, Any], resolved: dict[str, dict[str, Any]]) -> list[Slot]:
    """The slots of a Sources schema, with the columns of each table."""
    found = []
    for name, field in resolved.items():
        own = schema["properties"][name]
        row = field.get("x-row")
        found.append(
            Slot(
                name=name,
                label=name.replace("_", " ").capitalize(),
                help=str(own.get("description") or ""),
                kind=str(field.get("x-source", "other")),
                required=name in schema.get("required", ()) and "anyOf" not in own,
                columns=forms.widgets(row) if row else (),
            )
        )
    return found
