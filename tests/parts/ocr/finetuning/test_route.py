"""The tuned reader reads only what it has proved to read better."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr import Kind, Line, Reading, Sample, Slice, route


class Knows:
    """Reads line k right if it is among those it knows."""

    version = "1"

    def __init__(self, name: str, known: Sequence[bool]) -> None:
        self.name, self.known = name, known

    def reads(self, kind: Kind, language: str) -> bool:
        return True

    def read(self, lines: Sequence[Line], kind: Kind) -> list[Reading]:
        return [Reading("7" if self.known[line[0, 0]] else "1", 0.9, self.name) for line in lines]


def samples(sources: Sequence[str]) -> list[Sample]:
    return [Sample(np.full((4, 4), k, np.uint8), "7", "number", source) for k, source in enumerate(sources)]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from("ab")), max_size=60))
def test_each_source_is_compared_by_itself(rows: list[tuple[bool, bool, str]]) -> None:
    stock, tuned = [row[0] for row in rows], [row[1] for row in rows]
    found = route(Knows("stock", stock), Knows("tuned", tuned), samples([row[2] for row in rows]))
    assert {source for _, source in found.slices} == {row[2] for row in rows}
    for (kind, source), one in found.slices.items():
        own = [(old, new) for old, new, of in rows if of == source]
        assert one.lines == len(own)
        assert (one.stock, one.tuned) == (sum(old for old, _ in own), sum(new for _, new in own))
        assert one.tuned - one.stock == one.gained - one.lost
        assert found.tuned(kind, source) == one.better(len(found.slices))
        assert not found.tuned(kind, source) or one.gained >= max(4, one.lost + 1)
        assert one.worse == (one.tuned < one.stock)


def test_what_was_never_shown_is_the_stock_readers() -> None:
    better = route(Knows("stock", [False] * 9), Knows("tuned", [True] * 9), samples("a" * 9))
    assert better.tuned("number", "a")
    assert not better.tuned("number", "b")
    assert not better.tuned("text", "a")
    assert not route(Knows("stock", []), Knows("tuned", []), []).tuned("number", "a")


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 50))
def test_of_more_slices_each_has_to_be_surer(gained: int, lost: int, among: int) -> None:
    one = Slice(100, 50, 50 + gained - lost, gained, lost)
    assert one.better(among) or not one.better(among + 1)


def test_how_much_is_enough() -> None:
    assert [Slice(50, 40, 40 + gained, gained, 0).better(6) for gained in (4, 6, 7)] == [False, False, True]
