"""A room's first tab: try it, with a form made from the Input schema and already filled with an example."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from hanok.core import registry
from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.core.marks import marked
from hanok.server.catalog import examples
from hanok.server.console import forms
from hanok.server.console.boxed import boxed
from hanok.server.console.rooms import Room, room
from hanok.server.console.visit import Visit

EXAMPLES = 6
SUGGESTED = 50


def opened(visit: Visit, name: str) -> tuple[type[AnySystem], Room]:
    """A system and its room.

    Raises
    ------
    NotFound
        No such system is installed.
    Unavailable
        It cannot be imported.
    """
    return registry.find(name), room(visit.rooms, name)


def shown(visit: Visit, template: str, cls: type[AnySystem], found: Room, tab: str, **context: Any) -> Response:
    """A tab of a room, below the room's name, state and the row of tabs."""
    twin = context.pop("twin", f"/v1/systems/{found.name}")
    return visit.page(
        template, here=found.name, tab=tab, room=found, twin=twin, meters=visit.house.meters(found.name), **context
    )


def try_it(visit: Visit, name: str) -> Response:
    """Try it: `?version=` asks another version than the champion."""
    cls, found = opened(visit, name)
    fields = forms.widgets(cls.Input.model_json_schema())
    feedback = feedback_fields(cls)
    version = visit.request.query_params.get("version", "")
    chat = forms.chat(fields)
    known = nearest_first(examples(visit.house, cls), visit.t.language)
    cards = next(iter(marked(cls.Output, "cards")), None)
    pictures = boxed(cls, fields, feedback)
    return shown(
        visit,
        "try.html",
        cls,
        found,
        "try",
        fields=fields,
        folded=settings(fields) if cards else (),
        chat=chat,
        pictures=pictures,
        feedback=() if pictures or (cards and all(field.pick for field in feedback)) else feedback,
        verdict=forms.verdict(feedback),
        cards=cards,
        picks=picks(fields, known),
        version=version,
        words=visit.t.of("js.") | (visit.t.of("cards.") if cards else visit.t.of("record.") if pictures else {}),
        ready=found.champion is not None or bool(version),
        data={
            "system": name,
            "version": version,
            "keyed": not visit.house.options.open,
            "output": cls.Output.model_json_schema(mode="serialization"),
            "feedback": cls.Feedback.model_json_schema() if cards else None,
            "cards": cards,
            "home": home(visit),
            "chat": chat.name if chat else None,
            "session": next((field.name for field in fields if field.kind == "session"), None),
            "verdict": verdict.name if (verdict := forms.verdict(feedback)) else None,
            "examples": known[:EXAMPLES],
        }
        | (pictures.script(visit.may("predict")) if pictures else {}),
    )


def home(visit: Visit) -> str:
    """A word for this home in the addresses of its pictures: those of another one that the browser kept stay away."""
    return visit.workspace.store.id[:8]


def feedback_fields(cls: type[AnySystem]) -> tuple[forms.Widget, ...]:
    """The fields of the feedback a system takes; none where it takes none."""
    return () if cls.Feedback is Nothing else forms.widgets(cls.Feedback.model_json_schema())


def settings(fields: tuple[forms.Widget, ...]) -> tuple[forms.Widget, ...]:
    """What may stay as it is and seldom does not: where an answer needs the room, these fields are folded away."""
    seldom = {field.name for field in fields if field.kind in ("number", "tick", "choice", "json") or field.optional}
    return tuple(w for w in fields if w.advanced and not w.pick and w.name in seldom and w.kind != "text")


def picks(fields: tuple[forms.Widget, ...], known: list[Any]) -> list[Any]:
    """What the examples say in fields that a card may fill in: suggestions for those who know no name yet.

    Example
    -------
    >>> fields = (forms.Widget("like", "text", "", pick=True), forms.Widget("read", "tags", "", pick=True))
    >>> picks(fields, [{"like": "a", "k": 3}, {"like": None, "read": ["b", "a"]}])
    ['a', 'b']
    """
    named = [item.get(field.name) for item in known for field in fields if field.pick]
    values = [value for one in named for value in (one if isinstance(one, list) else [one]) if value is not None]
    return list(dict.fromkeys(values))[:SUGGESTED]


def nearest_first(items: list[Any], language: str) -> list[Any]:
    """Items in the visitor's own language before others.

    Example
    -------
    >>> nearest_first([{"text": "환불"}, {"text": "refund"}], "en")
    [{'text': 'refund'}, {'text': '환불'}]
    """
    from hanok.parts.text import language as spoken  # loads the whole part: when a page is asked for, not before

    def foreign(item: Any) -> bool:
        texts = [value for value in item.values() if isinstance(value, str)] if isinstance(item, dict) else []
        return bool(texts) and spoken(max(texts, key=len)) != language

    return sorted(items, key=foreign)
