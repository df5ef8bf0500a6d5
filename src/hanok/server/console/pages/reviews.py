"""A room's reviews: answers a person should look at, one at a time."""

from __future__ import annotations

import json

from starlette.responses import Response

from hanok.server.console import forms
from hanok.server.console.pages.room import feedback_fields, home, opened, shown
from hanok.server.console.visit import Visit

PAGE = 20


def reviews(visit: Visit, name: str) -> Response:
    """The queue, its first page already there."""
    cls, found = opened(visit, name)
    feedback = feedback_fields(cls)
    first = visit.workspace.store.answers.reviews(name, limit=PAGE)
    verdict = forms.verdict(feedback)
    return shown(
        visit,
        "reviews.html",
        cls,
        found,
        "reviews",
        total=found.reviews,
        feedback=feedback,
        verdict=verdict,
        given=visit.workspace.store.feedback.count(name),
        twin=f"/v1/systems/{name}/reviews",
        data={
            "system": name,
            "input": cls.Input.model_json_schema(),
            "output": cls.Output.model_json_schema(mode="serialization"),
            "verdict": verdict.name if verdict else None,
            "home": home(visit),
            "may": visit.may("predict"),
            "total": found.reviews,
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
                for answer in first
            ],
        },
    )
