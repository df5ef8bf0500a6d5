"""Learning and optimising from the command line."""

from __future__ import annotations

import json


def test_learning_publishes_a_child(hanok, recording: str) -> None:
    assert hanok("learn", "teaser").exit_code == 1
    answer = json.loads(hanok("predict", "teaser", "--seed", 3, "--json").stdout)["id"]
    assert hanok("feedback", answer, "true").exit_code == 0
    made = json.loads(hanok("learn", "teaser", "--promote", "--json").stdout)
    assert (made["model"], made["parent"]) == ("teaser@2", 1)
    assert "champion" in made["aliases"]
    assert "no feedback since" in hanok("learn", "teaser").stderr


def test_a_system_that_cannot_be_made_smaller_says_so(hanok, trained: str) -> None:
    result = hanok("optimize", trained)
    assert result.exit_code == 1
    assert "nothing to make smaller" in result.stderr
