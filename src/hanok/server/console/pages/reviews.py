"""A room's reviews: answers a person should look at, one at a time."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from starlette.responses import Response

from hanok.core.contract import AnySystem
from hanok.server.console import forms
from hanok.server.console.boxed import Boxed, boxed
from hanok.server.console.doubt import doubt
from hanok.server.console.pages.room import feedback_fields, home, opened, shown
from hanok.server.console.visit import Visit

PAGE = 20

RANKED = 200
"""Answers with boxes that are put in order at once, the oldest that wait."""


def reviews(visit: Visit, name: str) -> Response:
    """The queue, its first page already there."""
    cls, found = opened(visit, name)
    feedback = feedback_fields(cls)
    pictures = boxed(cls, forms.widgets(cls.Input.model_json_schema()), feedback)
    pictures = pictures if pictures and pictures.right else None  # else its feedback needs a form
    verdict = None if pictures else forms.verdict(feedback)
    common = {
        "system": name,
        "output": cls.Output.model_json_schema(mode="serialization"),
        "may": visit.may("predict"),
        "total": found.reviews,
    }
    return shown(
        visit,
        "reviews.html",
        cls,
        found,
        "reviews",
        total=found.reviews,
        pictures=pictures,
        feedback=feedback,
        verdict=verdict,
        given=visit.workspace.store.feedback.count(name),
        twin=f"/v1/systems/{name}/reviews",
        words=visit.t.of("js.") | (visit.t.of("record.") if pictures else {}),
        data=common | (_ranked(visit, cls, pictures) if pictures else _first(visit, cls, verdict)),
    )


def _first(visit: Visit, cls: type[AnySystem], verdict: forms.Widget | None) -> dict[str, Any]:
    """The oldest answers that wait; the page's script fetches further ones."""
    return {
        "input": cls.Input.model_json_schema(),
        "verdict": verdict.name if verdict else None,
        "home": home(visit),
        "page": PAGE,
        "reviews": [
            {
                "id": answer.id,
                "seq": answer.seq,
                "reason": answer.review,
                "version": answer.version,
                "created": answer.created,
                "item": json.loads(answer.item),
                "output": json.loads(answer.output),
            }
            for answer in visit.workspace.store.answers.reviews(cls.name, limit=PAGE)
        ],
    }


def _ranked(visit: Visit, cls: type[AnySystem], pictures: Boxed) -> dict[str, Any]:
    """Answers that lie in pictures, the least sure first; each is fetched when it is its turn."""
    waiting = visit.workspace.store.answers.waiting(cls.name, RANKED)
    order = sorted(waiting, key=lambda one: -_doubt(cls, one[1]))
    return pictures.script(visit.may("predict")) | {"order": [id for id, _ in order]}


def _doubt(cls: type[AnySystem], output: str) -> float:
    try:
        return doubt(cls.Output.model_validate_json(output))
    except ValidationError:  # of an older release: to the end
        return 0.0
