from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core import problem
from hanok.core.problem import Busy, Failed, Problem, Stopped

DRAWN = {name: int(status) for name, status in re.findall(r"─ (\w+) +(\d{3})", problem.__doc__ or "")}
KINDS = [Problem, *Problem.__subclasses__()]

words = st.text(max_size=20)
single = st.builds(Problem, words, words, words, words)
problems = st.builds(
    lambda code, details: Problem(code, "several", details=details), words, st.lists(single, max_size=4)
)


def test_the_drawing_shows_every_kind() -> None:
    ours = {kind.__name__ for kind in KINDS if kind.__module__ == problem.__name__}
    assert set(DRAWN) == ours


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_every_kind_has_the_status_in_the_drawing(name: str) -> None:
    assert getattr(problem, name).status == DRAWN[name]


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_the_docstring_of_a_kind_says_its_status(name: str) -> None:
    kind = getattr(problem, name)
    assert kind is Problem or f"({kind.status})" in kind.__doc__ or f"({kind.status});" in kind.__doc__


def test_no_two_kinds_share_a_status() -> None:
    assert len(set(DRAWN.values())) == len(DRAWN)


def test_being_stopped_is_no_error() -> None:
    assert not issubclass(Stopped, Problem)


def test_a_full_queue_says_when_to_come_back() -> None:
    assert Busy("queue_full", "the queue is full").retry_after > 0


@given(problems)
def test_the_envelope_is_json_and_keeps_every_word(found: Problem) -> None:
    error = json.loads(json.dumps(found.envelope()))["error"]
    assert (error["code"], error["message"]) == (found.code, found.message)
    assert (error["where"], error["hint"]) == (found.where, found.hint)
    assert [d["code"] for d in error.get("details", [])] == [d.code for d in found.details]


@given(single)
def test_without_details_the_envelope_has_four_words(found: Problem) -> None:
    assert list(found.envelope()["error"]) == ["code", "message", "where", "hint"]


@given(single)
def test_as_text_the_place_comes_first(found: Problem) -> None:
    assert str(found) == (f"{found.where}: {found.message}" if found.where else found.message)


def test_it_can_be_raised_and_caught_as_what_it_is() -> None:
    with pytest.raises(Problem) as caught:
        raise Failed("failed", "RuntimeError: thirteen")
    assert caught.value.status == 500
