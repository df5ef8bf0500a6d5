"""Versions and their names on the command line."""

from __future__ import annotations

import json
from pathlib import Path


def test_the_list(hanok, points: Path) -> None:
    assert "no models yet" in hanok("models").stdout
    assert json.loads(hanok("models", "--json").stdout) == []
    hanok("train", "nearest", points)
    hanok("train", "nearest", points, "--set", "k=3")
    found = json.loads(hanok("models", "nearest", "--json").stdout)
    assert [(m["version"], m["aliases"], m["config"]) for m in found] == [
        (2, ["challenger"], {"k": 3}),
        (1, ["champion"], {"k": 2}),
    ]
    assert "nearest@2" in hanok("models").stdout
    assert json.loads(hanok("models", "teaser", "--json").stdout) == []


def test_promote_and_rollback(hanok, points: Path) -> None:
    hanok("train", "nearest", points)
    hanok("train", "nearest", points)
    assert hanok("promote", "nearest@2").stdout == "nearest@champion is now nearest@2\n"
    assert json.loads(hanok("rollback", "nearest", "--json").stdout)["aliases"]["champion"] == 1
    assert hanok("rollback", "nearest").exit_code == 1
    assert hanok("promote", "nearest@2", "canary").stdout == "nearest@canary is now nearest@2\n"
    assert hanok("promote", "nearest@2", "No").exit_code == 1
