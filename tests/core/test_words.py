from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanok.core.words import breadth, cut, plain, wrap


@given(st.text())
def test_plain_text_has_no_orders_for_a_terminal(text: str) -> None:
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in plain(text))


@given(st.text(max_size=60), st.integers(2, 20))
def test_cut_text_is_no_longer_than_asked(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most


@given(st.text(st.sampled_from("ab 환불은 어_-/注文"), max_size=80), st.integers(3, 20), st.integers(1, 3))
def test_wrapped_lines_fit_and_lose_nothing_unless_cut(text: str, ems: int, lines: int) -> None:
    wrapped = wrap(text, ems, lines)
    assert len(wrapped) <= lines
    assert all(breadth(line) <= ems for line in wrapped)
    if not "".join(wrapped).endswith("…"):
        assert "".join(wrapped).replace(" ", "") == plain(text).replace(" ", "")


def test_directions_of_writing_are_not_overridden() -> None:
    assert plain("user\u202egnp.exe") == "usergnp.exe"
