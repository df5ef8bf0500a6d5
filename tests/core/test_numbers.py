from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.numbers import duration, number, signed, size, span, ticks


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", "%", "words", "ms", "s", "B"]))
def test_floats_never_show_more_than_three_significant_digits(x: float, unit: str) -> None:
    digits, _, _ = number(x, unit).partition("\u00a0")
    mantissa = re.sub(r"[^\d.]", "", digits.partition("e")[0])
    if unit in ("", "%", "words", "B"):
        assert len(mantissa.replace(".", "").lstrip("0")) <= 3


@given(st.floats(1e-9, 1e14))
def test_what_is_shown_is_within_half_a_percent_of_the_number(x: float) -> None:
    shown = number(x)
    factor = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}.get(shown[-1], 1.0)
    assert float(shown.rstrip("kMGT").replace("−", "-")) * factor == pytest.approx(x, rel=0.0051)


@pytest.mark.parametrize(
    ("x", "shown"),
    [(0.9, ".900"), (999.6, "1.00k"), (0.99999, "1.00"), (0, "0"), (-3, "−3"), (math.inf, "∞"), (math.nan, "–")],
)
def test_number_at_its_edges(x: float, shown: str) -> None:
    assert number(x) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (-0.25, "−250 ms"), (59.96, "1 min"), (3599.7, "1 h"), (86_399.9, "1 d"), (90_000, "1 d 1 h")],
)
def test_durations_carry_over(seconds: float, shown: str) -> None:
    assert duration(seconds).replace("\u00a0", " ") == shown


def test_sizes_differences_and_intervals() -> None:
    assert size(0) == "0\u00a0B"
    assert size(999_999) == "1.00\u00a0MB"
    assert (signed(0.5), signed(-0.5), signed(0.0)) == ("+.500", "−.500", "0")
    assert span(0.012, 0.5, "%") == "[.0120%, .500%]"


@given(st.lists(st.integers(-(10**6), 10**6), min_size=2, max_size=8, unique=True))
def test_labels_of_different_ticks_differ(places: list[int]) -> None:
    assert len(set(ticks([float(p) for p in places]))) == len(places)
