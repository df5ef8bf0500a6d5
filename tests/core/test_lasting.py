from __future__ import annotations

import json
from typing import Any, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hanok.core import lasting
from hanok.core.lasting import Lasting
from hanok.core.ledger import Cursor, Event, Kept, Ledger, Past


class Item(BaseModel):
    n: int


class Memory(Ledger[Item, Item, Item]):
    """A ledger in memory: answers, feedback on them, and states that were kept."""

    def __init__(self) -> None:
        self.answers: list[Item] = []
        self.given: list[Item] = []
        self.kept: dict[str, Kept] = {}
        self.read = 0

    def past(self, after: Cursor, most: int) -> Past[Item, Item, Item]:
        given = self.given[after.feedback :][:most]
        answers = self.answers[after.answers :][:most]
        self.read += len(answers) + len(given)
        events: list[Event[Item, Item, Item]] = [Event(0, item, item) for item in answers]
        events += [Event(0, item, item, item) for item in given]
        upto = Cursor(after.answers + len(answers), after.feedback + len(given))
        return Past(events, upto, max(len(answers), len(given)) == most)

    def recall(self, key: str) -> Kept | None:
        return self.kept.get(key)

    def keep(self, key: str, kept: Kept) -> None:
        self.kept[key] = kept


class Sums:
    """What was answered and what came back, summed."""

    def __init__(self, answered: int = 0, given: int = 0) -> None:
        self.answered, self.given = answered, given

    def fork(self) -> Self:
        return type(self)(self.answered, self.given)

    def step(self, event: Event[Any, Any, Any]) -> None:
        if event.feedback is None:
            self.answered += event.item.n
        else:
            self.given += event.feedback.n

    def dump(self) -> bytes:
        return json.dumps([self.answered, self.given]).encode()

    def load(self, dumped: bytes) -> Self:
        return type(self)(*json.loads(dumped))


def sums(state: Sums) -> tuple[int, int]:
    return state.answered, state.given


def state() -> Lasting[Sums]:
    return Lasting("sums", Sums())


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "AT_ONCE", 3)
    monkeypatch.setattr(lasting, "EVERY", 5)
    monkeypatch.setattr(lasting, "ON_THE_WAY", 20)


parts = st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=30)


@given(parts, st.sets(st.integers(0, 30)))
def test_whoever_starts_whenever_sees_the_same_state(happens: list[tuple[bool, int]], starts: set[int]) -> None:
    ledger, first, others = Memory(), state(), []
    for number, (answer, n) in enumerate(happens):
        (ledger.answers if answer else ledger.given).append(Item(n=n))
        if number in starts:
            others.append(state())
        for one in (first, *others):
            one.now(ledger)
    expected = sum(n for answer, n in happens if answer), sum(n for answer, n in happens if not answer)
    assert {sums(one.now(ledger)) for one in (first, state(), *others)} == {expected}


def test_who_starts_later_folds_only_what_came_after() -> None:
    ledger = Memory()
    ledger.answers = [Item(n=1)] * 100
    state().now(ledger)
    ledger.given.append(Item(n=7))
    ledger.read = 0
    assert sums(state().now(ledger)) == (100, 7)
    assert ledger.read == 1


def test_who_is_killed_while_folding_a_long_past_has_not_folded_all_of_it_in_vain() -> None:
    class Ends(Memory):
        def past(self, after: Cursor, most: int) -> Past[Item, Item, Item]:
            if after.answers > 70:
                raise RuntimeError("killed")
            return super().past(after, most)

    ledger = Ends()
    ledger.answers = [Item(n=1)] * 100
    with pytest.raises(RuntimeError):
        state().now(ledger)
    assert ledger.kept["sums"].upto.answers >= 50


def test_what_cannot_be_loaded_is_folded_again() -> None:
    ledger = Memory()
    ledger.answers = [Item(n=1)] * 7
    ledger.kept["sums"] = Kept(b"an older release wrote this", Cursor(99, 99))
    assert sums(state().now(ledger)) == (7, 0)


def test_who_holds_a_state_keeps_it_and_without_news_nothing_is_copied() -> None:
    ledger, following = Memory(), state()
    before = following.now(ledger)
    ledger.answers.append(Item(n=1))
    after = following.now(ledger)
    assert (sums(before), sums(after)) == ((0, 0), (1, 0))
    assert following.now(ledger) is after


def test_an_empty_ledger_has_no_past() -> None:
    assert sums(state().now(Ledger())) == (0, 0)
