from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.store.text import clean, dumps, loads, name

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_what_is_json_comes_back_as_it_was(value) -> None:
    cleaned = loads(dumps(value))
    assert loads(dumps(cleaned)) == cleaned
    if "\\u0000" not in repr(value) and "\x00" not in str(value) and "\\x00" not in repr(value):
        assert cleaned == value


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_can_be_stored_after_cleaning(text: str) -> None:
    assert "\x00" not in clean(text)
    clean(text).encode()
    assert len(clean(text)) == len(text)
    loads(dumps({text: [text]}))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_not_finite_become_null(number: float) -> None:
    assert dumps({"loss": (1.5, number)}) == '{"loss":[1.5,null]}'


@pytest.mark.parametrize("bad", ["", "x" * 201, "a\x00b", "\ud800"])
def test_what_cannot_be_stored_is_no_name(bad: str) -> None:
    with pytest.raises(Problem, match=r"session: expected 1 to 200"):
        name(bad, "session")


def test_a_name_stays_as_it_is() -> None:
    assert name("김 선생님 🏠", "session") == "김 선생님 🏠"
