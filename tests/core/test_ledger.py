from __future__ import annotations

from threading import Barrier, Lock, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from hanok.core.ledger import Event, Ledger, Nothing, Online, Page


class Item(BaseModel):
    n: int


class Kept(Ledger[Item, Item, Nothing]):
    """A ledger in memory; an event of None stands for one this release cannot read."""

    def __init__(self) -> None:
        self.events: list[Item | None] = []
        self.asked: list[int] = []
        self._lock = Lock()

    def add(self, *values: int | None) -> None:
        with self._lock:
            self.events += [None if value is None else Item(n=value) for value in values]

    def feedback(self, after: int = 0) -> Page[Item, Item, Nothing]:
        with self._lock:
            self.asked.append(after)
            new = list(enumerate(self.events, 1))[after:]
        events = [Event(seq, item, item, Nothing()) for seq, item in new if item is not None]
        return Page(events, new[-1][0] if new else after)


State = dict[str, list[int]]


def append(state: State, event: Event[Item, Item, Nothing]) -> None:
    state["seen"].append(event.item.n)


def online() -> Online[State, Item, Item, Nothing]:
    return Online({"seen": []}, append)


batches = st.lists(st.lists(st.none() | st.integers(0, 9), max_size=5), max_size=8)


@given(batches)
def test_in_batches_or_at_once_the_state_is_the_same(parts: list[list[int | None]]) -> None:
    ledger, step_by_step = Kept(), online()
    for part in parts:
        ledger.add(*part)
        step_by_step.now(ledger)
    readable = [n for part in parts for n in part if n is not None]
    assert step_by_step.now(ledger) == online().now(ledger) == {"seen": readable}


@given(batches)
def test_nothing_is_asked_for_twice_not_even_what_cannot_be_read(parts: list[list[int | None]]) -> None:
    ledger, state = Kept(), online()
    for part in parts:
        state.now(ledger)
        ledger.add(*part)
    state.now(ledger)
    reached = [sum(map(len, parts[:n])) for n in range(len(parts))]
    assert ledger.asked == [0, *reached]


@given(batches)
def test_who_holds_a_state_keeps_it(parts: list[list[int | None]]) -> None:
    ledger, state, held = Kept(), online(), []
    for part in parts:
        ledger.add(*part)
        now = state.now(ledger)
        held.append((now, list(now["seen"])))
    assert all(now["seen"] == copy for now, copy in held)
    assert state.start == {"seen": []}


def test_without_news_nothing_is_copied() -> None:
    ledger, state = Kept(), online()
    ledger.add(1)
    first = state.now(ledger)
    ledger.add(None)
    assert state.now(ledger) is first


def test_a_step_that_fails_leaves_no_half_of_it() -> None:
    def fussy(state: State, event: Event[Item, Item, Nothing]) -> None:
        state["seen"].append(event.item.n)
        if event.item.n == 13 and not forgiven:
            raise RuntimeError("thirteen")

    forgiven: list[bool] = []
    ledger, state = Kept(), Online({"seen": list[int]()}, fussy)
    ledger.add(1)
    before = state.now(ledger)
    ledger.add(2, 13, 3)
    with pytest.raises(RuntimeError, match="thirteen"):
        state.now(ledger)
    assert before == {"seen": [1]}
    forgiven.append(True)
    assert state.now(ledger) == {"seen": [1, 2, 13, 3]}


def test_threads_see_every_event_once_and_in_order() -> None:
    ledger, state, start = Kept(), online(), Barrier(6)
    seen: list[list[int]] = []

    def write(first: int) -> None:
        start.wait()
        for n in range(first, first + 50):
            ledger.add(n)

    def read() -> None:
        start.wait()
        for _ in range(50):
            seen.append(list(state.now(ledger)["seen"]))

    threads = [Thread(target=write, args=(first,)) for first in (0, 100, 200)] + [Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    committed = [item.n for item in ledger.events if item]
    assert all(one == committed[: len(one)] for one in seen)
    assert state.now(ledger) == {"seen": committed}


def test_an_empty_ledger_holds_nothing() -> None:
    empty: Ledger[Item, Item, Nothing] = Ledger()
    assert list(empty.history("me")) == []
    assert empty.feedback(after=7) == Page((), 7)
    assert online().now(empty) == {"seen": []}
