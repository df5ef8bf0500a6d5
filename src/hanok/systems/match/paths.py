"""Names of fields: ``teams.0.players.2.kills`` is the kills of the third player of the first team."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")

PATH = re.compile(r"(?:teams\.(?P<team>\d{1,2})\.(?:players\.(?P<player>\d{1,3})\.)?)?(?P<name>[^\W\d][\w-]{0,49})")


def kind_of(path: str) -> str:
    """What a field is, whoever's it is.

    Example
    -------
    >>> kind_of("teams.0.players.2.kills"), kind_of("teams.1.score"), kind_of("clock")
    ('teams.players.kills', 'teams.score', 'clock')
    """
    return ".".join(part for part in path.split(".") if not part.isdigit())


def name_of(path: str) -> str:
    """Its last part: ``kills``."""
    return path.rpartition(".")[2]


def team_of(path: str) -> str:
    """What it begins with where it is a team's or a player's: ``teams.0``; else empty."""
    return ".".join(path.split(".")[:2]) if path.startswith("teams.") else ""


def in_order(paths: Mapping[str, T]) -> list[str]:
    """The paths, teams and players by number."""
    return sorted(
        paths, key=lambda path: [(int(part), "") if part.isdigit() else (-1, part) for part in path.split(".")]
    )
