"""From what engines say of each cell to a record: ranges, roster, sums, places, and why a person should look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from hanok.parts.ocr import Constraint, Count, Ranks, Sum, Verdict, match, solve
from hanok.systems.match.items import Check, Record, Team, Value
from hanok.systems.match.paths import in_order, kind_of, team_of
from hanok.systems.match.rules import Rules, spelt

NAMED = 3
"""Fields that a reason names."""
KINDS: dict[type[Constraint], Literal["sum", "ranks", "count"]] = {Sum: "sum", Ranks: "ranks", Count: "count"}


def value_of(path: str, verdict: Verdict, rules: Rules, box: list[list[float]]) -> Value:
    """A field, from what its cascade says; where that cannot be, the first of what else was read that can."""
    field = rules.field(path)
    checked = field.check(verdict.value)
    accepted = verdict.accepted and checked.value is not None
    if checked.value is None:
        possible = (field.check(other) for other in verdict.alternatives)
        value = next((each.value for each in possible if each.value is not None), None)
        checked = checked._replace(value=value)
    problem = checked.problem if verdict.value else "nothing could be read"
    if not problem and not accepted:
        problem = f"not sure: {verdict.confidence:.2f}"
    if verdict.failed:
        problem = "; ".join(filter(None, (problem, *verdict.failed)))
    return Value(
        value=checked.value,
        raw=verdict.raw,
        confidence=verdict.confidence,
        engine=verdict.engine,
        source="cloud" if verdict.engine == "google" else "ocr",
        box=box,
        alternatives=list(verdict.alternatives),
        accepted=accepted,
        problem="" if accepted else problem,
    )


def told(values: dict[str, Value], said: Mapping[str, str], rules: Rules) -> None:
    """Put in what people said."""
    for path, text in said.items():
        if path in values:
            value = rules.field(path).check(text).value if text else None
            update = {"value": value, "source": "human", "accepted": True, "problem": ""}
            values[path] = values[path].model_copy(update=update)


def named(values: dict[str, Value], roster: Sequence[str], rules: Rules, of: str = "teams.players.name") -> list[str]:
    """Put in the names of the roster, and say whose are not sure: they get the likeliest, for somebody to look at."""
    paths = [path for path in values if _is_text(path, of, rules) and values[path].source != "human"]
    paths = [path for path in paths if values[path].value]
    missing, names = [], list(dict.fromkeys(roster))
    readings = [str(values[path].value) for path in paths]
    seconds = [values[path].alternatives for path in paths]
    found = match(readings, names, seconds=seconds) if paths else []
    likely = match(readings, names, seconds=seconds, complete=True) if paths else []
    for path, who, nearest in zip(paths, found, likely, strict=True):
        name = who.name or nearest.name or values[path].value
        others = [other for other in dict.fromkeys((*who.closest, *values[path].alternatives)) if other != name]
        update = {"value": name, "accepted": who.name is not None, "problem": "", "alternatives": others}
        if who.name is None:
            missing.append(path)
            update["problem"] = "nobody on the roster for sure, or two alike"
        values[path] = values[path].model_copy(update=update)
    return [_several(missing, "is not surely one on the roster", "are not surely on the roster")]


def solved(values: dict[str, Value], rules: Rules) -> list[str]:
    """Check what values owe each other, compute cells that are not sure, and say what was computed or does not hold.

    A value that follows from others stands by itself only where the cell's own readings have it, too, or where
    nothing could be read. Where another number was read, one of its sum may be wrong: a person should look at all.
    """
    numbers = {path: value.value for path, value in values.items() if rules.group(path) == "number"}
    whole = {path: value if isinstance(value, int) else None for path, value in numbers.items()}
    unsure = {path for path in whole if not values[path].accepted}
    constraints = rules.constraints(whole)
    outcome = solve(whole, unsure, constraints, {path: rules.field(path) for path in whole})
    doubts: list[tuple[Constraint, str]] = [(broken.constraint, broken.problem) for broken in outcome.broken]
    for path, number in outcome.values.items():
        before = values[path]
        seen = {spelt(text, "number") for text in (str(before.value), *before.alternatives)}
        stands = (before.value is None and not before.raw) or str(number) in seen
        counted = any(isinstance(each, Count) and path in each.cells for each in constraints)
        by = "its place" if counted else "its sum"
        problem = "" if stands else f"{path} is {number} by {by}; read was {before.raw!r}"
        others = [text for text in (str(before.value), *before.alternatives) if text not in ("None", str(number))]
        update = {"value": number, "source": "constraint", "accepted": stands, "problem": problem}
        values[path] = before.model_copy(update={**update, "alternatives": others})
        if not stands and before.value is not None:
            doubts += [(each, problem) for each in constraints if isinstance(each, Sum) and path in each.cells]
    for constraint, problem in doubts:
        for path in constraint.cells:
            if values[path].source != "human":
                values[path] = values[path].model_copy(update={"accepted": False, "problem": problem})
    return list(dict.fromkeys(problem for _, problem in doubts))


def owed(values: Mapping[str, Value], rules: Rules) -> list[Check]:
    """What the fields of a record owe each other, for whoever corrects them."""
    numbers = [path for path in values if rules.group(path) == "number"]
    return [Check(kind=KINDS[type(each)], cells=list(each.cells)) for each in rules.constraints(numbers)]


def record(values: dict[str, Value], reasons: Sequence[str], **about: Any) -> Record:
    """The record of these fields; what is not accepted is a reason to look."""
    unsure = [path for path in in_order(values) if not values[path].accepted]
    given = [reason for reason in (*reasons, _several(unsure, "is not sure", "are not sure")) if reason]
    fields: dict[str, Value] = {}
    teams: list[Team] = []
    for path in in_order(values):
        if not team_of(path):
            fields[path] = values[path]
            continue
        parts = path.split(".")
        team = _at(teams, int(parts[1]))
        if ".players." in path:
            while len(team.players) <= int(parts[3]):
                team.players.append({})
            team.players[int(parts[3])][parts[4]] = values[path]
        else:
            team.fields[parts[2]] = values[path]
    return Record(status="review" if given else "auto", reasons=given, fields=fields, teams=teams, **about)


def _at(teams: list[Team], place: int) -> Team:
    while len(teams) <= place:
        teams.append(Team())
    return teams[place]


def _is_text(path: str, kind: str, rules: Rules) -> bool:
    return kind_of(path) == kind and rules.group(path) == "text"


def _several(paths: Sequence[str], one: str, many: str) -> str:
    """A sentence about some fields; empty about none."""
    if not paths:
        return ""
    shown = ", ".join(paths[:NAMED])
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{shown}{more} {one if len(paths) == 1 else many}"
