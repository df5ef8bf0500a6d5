"""Cells that do not say which field they are, as the boards of `match_boards` have them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from hanok.core.problem import Problem

PRINTED = {"title", "head", "label", "print"}
NAMES = {"k": "kills", "d": "deaths", "a": "assists"}


def named(cells: list[Any], record: Any, where: str) -> list[dict[str, Any]]:
    """The cells with their fields, which follow from their order.

    They are told apart by kind: names of teams, scores of teams, totals, and row by row a name with its numbers, each
    kind in the order of the record. What a cell says has to be what the record says there.

    Raises
    ------
    Problem
        ``no_field``: the record does not say the same.
    """
    waiting = {kind: iter(list(found)) for kind, found in _expected(record).items()}
    done = []
    for place, cell in enumerate(cells):
        kind = cell.get("kind") if isinstance(cell, dict) else None
        if kind in PRINTED:
            done.append({**cell, "field": str(kind)})
            continue
        field, text = next(waiting.get(str(kind), iter(())), ("", None))
        if text is None or str(cell.get("text")) != text:
            found = f"{cell!r:.60} without field, where the record has {text!r}"
            raise Problem("no_field", f"found {found}; expected a field", f"{where} cells[{place}] field")
        done.append({**cell, "field": field})
    return done


def _expected(record: Any) -> dict[str, Iterator[tuple[str, str]]]:
    """Fields and their texts by kind, in order."""
    teams = record.get("teams", []) if isinstance(record, dict) else []
    teams = [team for team in teams if isinstance(team, dict)]
    players = [
        (f"teams.{i}.players.{j}", player)
        for i, team in enumerate(teams)
        for j, player in enumerate(team.get("players", []))
        if isinstance(player, dict)
    ]
    numbers = (
        ((f"{path}.{NAMES.get(name, name)}", str(value)) for name, value in player.items() if name != "name")
        for path, player in players
    )
    sums = [str(sum(int(player.get("k", 0)) for player in team.get("players", []))) for team in teams]
    return {
        "team": ((f"teams.{i}.name", str(team.get("team"))) for i, team in enumerate(teams)),
        "teamscore": ((f"teams.{i}.score", text) for i, text in enumerate(sums)),
        "total": ((f"teams.{i}.total", str(team.get("total"))) for i, team in enumerate(teams)),
        "name": ((f"{path}.name", str(player.get("name"))) for path, player in players),
        "num": chain.from_iterable(numbers),
    }
