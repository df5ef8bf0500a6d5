"""Feedback from the command line."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def answer(hanok, recording: str) -> str:
    """An answer's id."""
    return str(json.loads(hanok("predict", "teaser", "--seed", 3, "--json").stdout)["id"])


def test_the_same_said_twice_counts_once(hanok, answer: str) -> None:
    assert json.loads(hanok("feedback", answer, "--clicked", "true", "--json").stdout) == {
        "answer": answer,
        "new": True,
    }
    assert json.loads(hanok("feedback", answer, "true", "--json").stdout) == {"answer": answer, "new": False}
    assert hanok("feedback", answer, "true").stdout == "the same was said before\n"
    assert hanok("feedback", answer, "false").stdout == "noted\n"


@pytest.mark.parametrize(
    ("words", "code"), [(["--clicked", "perhaps"], 1), ([], 1), (["--liked", "true"], 2), (["a", "b"], 2)]
)
def test_what_does_not_fit_is_refused(hanok, answer: str, words: list[str], code: int) -> None:
    assert hanok("feedback", answer, *words).exit_code == code
