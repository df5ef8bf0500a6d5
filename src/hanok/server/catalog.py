"""What the API says of systems: what they are, what they take, how far they are."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any, Literal

from pydantic import BaseModel

from hanok.core import registry
from hanok.core.contract import AnySystem
from hanok.core.ledger import Nothing
from hanok.core.marks import marked
from hanok.core.meter import Meter
from hanok.core.problem import NotFound, Problem
from hanok.core.settings import variable
from hanok.server.errors import Error, shown
from hanok.server.house import House
from hanok.store import CHAMPION

State = Literal["serving", "trained", "training", "untrained"]


class Goal(BaseModel):
    """What tuning follows."""

    name: str
    maximize: bool


class Headline(BaseModel):
    """The champion's first figure, with its 95 % interval over `n` items and what the trivial answer scores."""

    name: str
    value: float
    low: float
    high: float
    n: int
    unit: str
    baseline: float | None


class Overview(BaseModel):
    """A system, and how far it is; `problem` says why one that is installed cannot be used."""

    name: str
    title: str
    summary: str
    objectives: list[Goal]
    state: State
    champion: int | None
    figure: Headline | None
    reviews: int
    jobs_running: int
    missing_settings: list[str]
    problem: Error | None


class Details(Overview):
    """The same, with JSON schemas of everything the system takes and gives."""

    input: dict[str, Any]
    output: dict[str, Any]
    feedback: dict[str, Any] | None
    config: dict[str, Any]
    sources: dict[str, Any]
    examples: list[Any]
    aliases: dict[str, int]
    local_fields: list[str]
    meters: list[Meter]


def overview(house: House) -> list[Overview]:
    """Every installed system."""
    reviews = house.workspace.store.answers.review_counts()
    jobs = _jobs(house)
    return [_overview(house, name, reviews.get(name, 0), jobs) for name in registry.names()]


def details(house: House, name: str) -> Details:
    """One system.

    Raises
    ------
    NotFound
        It is not installed.
    Unavailable
        It needs an extra that is not.
    """
    cls = registry.find(name)
    reviews = house.workspace.store.answers.review_counts()
    known = _overview(house, name, reviews.get(name, 0), _jobs(house))
    return Details(
        **known.model_dump(),
        input=cls.Input.model_json_schema(),
        output=cls.Output.model_json_schema(mode="serialization"),
        feedback=None if cls.Feedback is Nothing else cls.Feedback.model_json_schema(),
        config=cls.Config.model_json_schema(),
        sources=cls.Sources.model_json_schema(),
        examples=examples(house, cls),
        aliases=dict(house.workspace.store.versions.aliases(name)),
        local_fields=list(marked(cls.Config, "local")),
        meters=house.meters(name),
    )


def examples(house: House, cls: type[AnySystem]) -> list[Any]:
    """Items that can be asked: those of the champion's report, else those its Input names."""
    champion = house.workspace.store.versions.aliases(cls.name).get(CHAMPION)
    if champion is not None:
        try:
            if found := house.summary(cls.name, champion).examples:
                return list(found)
        except Problem:
            pass  # published without a report
    return list(cls.Input.model_json_schema().get("examples", ()))


def missing_settings(cls: type[AnySystem]) -> list[str]:
    """Environment variables the system needs and has not got."""
    needed = [variable(cls.name, name) for name, field in cls.Settings.model_fields.items() if field.is_required()]
    return [name for name in needed if name not in os.environ]


def _jobs(house: House) -> Counter[str]:
    running = house.workspace.store.jobs.list(states=("queued", "running"), limit=1000)
    return Counter(job.system for job in running)


def _overview(house: House, name: str, reviews: int, jobs: Counter[str]) -> Overview:
    champion = house.workspace.store.versions.aliases(name).get(CHAMPION)
    known: dict[str, Any] = {
        "name": name,
        "state": _state(house, name, champion, jobs[name]),
        "champion": champion,
        "reviews": reviews,
        "jobs_running": jobs[name],
    }
    try:
        cls = registry.find(name)
    except Problem as problem:
        error = Error(**shown(problem).envelope()["error"])
        return Overview(
            **known, title=name, summary=problem.message, objectives=[], figure=None, missing_settings=[], problem=error
        )
    failed = next((f.problem for f in house.servings.failures if f.reference.system == name), None)
    return Overview(
        **known,
        title=cls.title,
        summary=cls.summary,
        objectives=[Goal(name=o.name, maximize=o.maximize) for o in cls.objectives],
        figure=None if champion is None else _headline(house, cls, champion),
        missing_settings=missing_settings(cls),
        problem=Error(**shown(failed).envelope()["error"]) if failed else None,
    )


def _state(house: House, name: str, champion: int | None, jobs: int) -> State:
    if name in house.servings.current:
        return "serving"
    if champion is not None:
        return "trained"
    return "training" if jobs else "untrained"


def _headline(house: House, cls: type[AnySystem], champion: int) -> Headline | None:
    try:
        figure = house.summary(cls.name, champion)[cls.objectives[0].name]
    except (NotFound, StopIteration):  # published without a report, or by a release with other objectives
        return None
    return Headline(**figure.model_dump(include=set(Headline.model_fields)))
