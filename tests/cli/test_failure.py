"""How failures are told."""

from __future__ import annotations

import pytest

from hanok.cli import failure
from hanok.core.problem import Busy, Conflict, Failed, NotFound, Problem, Unavailable


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem("a", "b"), 1),
        (Conflict("a", "b"), 1),
        (Busy("a", "b"), 1),
        (Failed("a", "b"), 1),
        (failure.Usage("b"), 2),
        (NotFound("a", "b"), 3),
        (Unavailable("a", "b"), 4),
    ],
)
def test_every_kind_has_its_code(problem: Problem, code: int) -> None:
    assert failure.exit_code(problem) == code


def test_the_first_details_are_shown_and_the_rest_counted() -> None:
    details = [Problem("bad", f"found {n}", f"a.csv:{n}") for n in range(9)]
    said = failure.in_words(Problem("bad_rows", "9 rows", "a.csv", "skip them", details=details)).splitlines()
    assert said[0] == "error: a.csv: 9 rows"
    assert said[1:6] == [f"  a.csv:{n}: found {n}" for n in range(5)]
    assert said[6:] == ["  ... and 4 more", "hint: skip them"]


def test_what_a_file_holds_cannot_command_the_terminal() -> None:
    assert "\x1b" not in failure.in_words(Problem("bad", "found '\x1b[2J'", "a\x07.csv"))
