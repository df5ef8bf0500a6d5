"""A room's versions: a timeline, which of them answers, and any two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from hanok.core.problem import Problem
from hanok.server.console.pages.room import opened, shown
from hanok.server.console.visit import Visit
from hanok.store import CHAMPION, Version


def versions(visit: Visit, name: str) -> Response:
    """The timeline; `?compare=1&compare=2` puts two versions side by side."""
    cls, found = opened(visit, name)
    store = visit.workspace.store
    aliases: dict[int, list[str]] = {}
    for alias, number in sorted(store.versions.aliases(name).items()):
        aliases.setdefault(number, []).append(alias)
    known = store.versions.list(name)
    served = {s.version for s in visit.house.servings.served if s.name == name}
    return shown(
        visit,
        "versions.html",
        cls,
        found,
        "versions",
        versions=known,
        aliases=aliases,
        served=served,
        headline=cls.objectives[0].name,
        compared=_compared(visit, name, known),
        can_roll_back=_can_roll_back(visit, name),
        history=store.versions.alias_history(name, CHAMPION)[:10],
        twin=f"/v1/models?system={name}",
        data={"system": name},
    )


def _can_roll_back(visit: Visit, name: str) -> bool:
    changes = visit.workspace.store.versions.alias_history(name, CHAMPION)
    return len({change.version for change in changes}) > 1


def _compared(visit: Visit, name: str, known: Sequence[Version]) -> dict[str, Any] | None:
    """Two versions' figures and the settings in which they differ; None unless two are asked for that exist."""
    asked = {text for text in visit.request.query_params.getlist("compare") if text.isdecimal()}
    chosen = sorted((v for v in known if str(v.version) in asked), key=lambda v: v.version)
    if len(chosen) != 2:
        return None
    old, new = chosen
    settings = [
        (key, old.config.get(key), new.config.get(key))
        for key in dict.fromkeys([*old.config, *new.config])
        if old.config.get(key) != new.config.get(key)
    ]
    figures = [_figures(visit, name, version) for version in chosen]
    names = list(dict.fromkeys([*figures[0], *figures[1]]))
    rows = [(figure, figures[0].get(figure), figures[1].get(figure)) for figure in names]
    return {"old": old, "new": new, "settings": settings, "figures": rows}


def _figures(visit: Visit, name: str, version: Version) -> dict[str, Any]:
    """By name: with intervals where there is a report, else the bare values."""
    try:
        return {figure.name: figure for figure in visit.house.summary(name, version.version).figures}
    except Problem:
        return {key: {"value": value, "low": None, "high": None, "unit": ""} for key, value in version.metrics.items()}
