from __future__ import annotations

import pytest

from hanok.core.problem import Problem
from hanok.parts.ocr import Field


@pytest.mark.parametrize(
    ("text", "value", "problem"),
    [
        ("12", 12, ""),
        ("l2", 12, ""),
        ("-1", None, "found -1; expected at least 0"),
        ("100", None, "found 100; expected at most 99"),
        ("1.5", None, "found 1.5; expected a whole number"),
        ("Red", None, "found 'Red'; expected a number"),
        ("", None, "found ''; expected a number"),
    ],
)
def test_a_number_in_its_range(text: str, value: int | None, problem: str) -> None:
    assert Field("kills", "number", low=0, high=99).check(text) == (value, problem)


def test_letters_stay_letters_in_text() -> None:
    field = Field("player", "text", pattern=r"[\w ]{2,16}")
    assert field.check("  OlO  2 ").value == "OlO 2"
    assert field.check("x").problem == r"found 'x'; expected what matches [\w ]{2,16}"
    assert field.check(" ").problem == "found ' '; expected text"


def test_decimals_where_they_are_wanted() -> None:
    assert Field("ratio", "number", whole=False).check("1.50").value == 1.5


def test_a_pattern_that_is_none_is_named() -> None:
    with pytest.raises(Problem, match=r"clock\.pattern: found '\['"):
        Field("clock", "text", pattern="[")
