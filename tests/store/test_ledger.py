from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import BaseModel

from hanok.core.ledger import Cursor, Online
from hanok.store import NewAnswer, SqlLedger, Store


class Question(BaseModel):
    text: str


class Reply(BaseModel):
    text: str


class Thumb(BaseModel):
    good: bool


FAQ: Any = SimpleNamespace(name="faq", Input=Question, Output=Reply, Feedback=Thumb)


def say(store: Store, text: str, *, system: str = "faq", item: str | None = None, body: str | None = None) -> int:
    """One answer with feedback; the feedback's number."""
    item = item or Question(text=text).model_dump_json()
    answer = NewAnswer(system, 4, item, Reply(text=text.upper()).model_dump_json(), session="s")
    store.answers.record([answer])
    return store.feedback.add(answer.id, system, body or Thumb(good=True).model_dump_json()).seq


def test_feedback_is_read_with_the_models_of_the_system(store: Store) -> None:
    number = say(store, "hi")
    say(store, "not ours", system="rules")
    page = SqlLedger(store, FAQ).feedback()
    assert [event[:5] for event in page.events] == [
        (number, Question(text="hi"), Reply(text="HI"), Thumb(good=True), 4)
    ]
    assert page.upto == number


def test_history_is_oldest_first(store: Store) -> None:
    for text in "abc":
        say(store, text)
    events = SqlLedger(store, FAQ).history("s", last=2)
    assert [event.item.text for event in events] == ["b", "c"]
    assert events[0].feedback is None


def test_feedback_begins_after_what_the_artifact_has_learnt(store: Store) -> None:
    numbers = [say(store, text) for text in "abc"]
    ledger = SqlLedger(store, FAQ, since=numbers[1])
    assert [event.seq for event in ledger.feedback().events] == numbers[2:]
    assert ledger.feedback(after=numbers[2]) == ([], numbers[2])
    assert SqlLedger(store, FAQ, since=99).feedback() == ([], 99)


@pytest.mark.parametrize("broken", [{"item": '{"words":1}'}, {"body": '{"stars":5}'}])
def test_what_an_older_release_wrote_is_skipped_counted_and_passed(store: Store, broken: dict[str, str]) -> None:
    say(store, "good")
    last = say(store, "old", **broken)
    ledger = SqlLedger(store, FAQ)
    page = ledger.feedback()
    assert [event.item.text for event in page.events] == ["good"]
    assert page.upto == last
    assert ledger.unreadable == 1
    ledger.feedback()
    assert ledger.unreadable == 1  # the same one, seen again
    assert ledger.feedback(after=page.upto).events == []


def test_online_state_follows_the_ledger(store: Store) -> None:
    likes = Online({"good": 0}, lambda state, event: state.update(good=state["good"] + event.feedback.good))
    ledger = SqlLedger(store, FAQ)
    assert likes.now(ledger) == {"good": 0}
    for text in "abc":
        say(store, text)
        likes.now(ledger)
    assert likes.now(ledger) == {"good": 3}


def test_the_past_holds_answers_and_feedback_also_those_learnt_already(store: Store) -> None:
    numbers = [say(store, text) for text in "ab"]
    say(store, "not ours", system="rules")
    past = SqlLedger(store, FAQ, since=numbers[-1]).past(Cursor(), 10)
    told = [(event.item.text, event.feedback) for event in past.events]
    assert told == [("a", None), ("b", None), ("a", Thumb(good=True)), ("b", Thumb(good=True))]
    assert not past.more
    assert SqlLedger(store, FAQ).past(past.upto, 10) == ([], past.upto, False)


def test_feedback_tells_when_its_answer_was_given(store: Store) -> None:
    answer = NewAnswer("faq", 4, '{"text":"hi"}', '{"text":"HI"}', created=1000.5)
    store.answers.record([answer])
    store.feedback.add(answer.id, "faq", '{"good":true}')
    past = SqlLedger(store, FAQ).past(Cursor(), 10)
    assert [event.at for event in past.events] == [1000.5, 1000.5]


def test_a_long_past_comes_in_pieces(store: Store) -> None:
    for text in "abcde":
        say(store, text)
    ledger, seen, upto, more = SqlLedger(store, FAQ), [], Cursor(), True
    while more:
        events, upto, more = ledger.past(upto, 2)
        assert len(events) <= 4
        seen += events
    assert sorted(event.item.text for event in seen) == sorted("abcde" * 2)


def test_an_answer_is_found_by_its_number(store: Store) -> None:
    say(store, "not ours", system="rules")
    for text in "ab":
        say(store, text)
    ledger = SqlLedger(store, FAQ)
    for event in ledger.past(Cursor(), 2).events:
        if event.feedback is None:
            assert ledger.answer(event.seq) == event
    assert ledger.answer(1) is None
    assert ledger.answer(99) is None
