from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from hanok.core.problem import NotFound
from hanok.store import NewAnswer, Store


@pytest.fixture
def answer(store: Store) -> NewAnswer:
    answer = NewAnswer("faq", 2, '{"text":"q"}', '{"text":"a"}')
    store.answers.record([answer])
    return answer


def test_feedback_comes_with_the_answer_it_is_about(store: Store, answer: NewAnswer) -> None:
    added = store.feedback.add(answer.id, "faq", '{"good":true}')
    (given,) = store.feedback.since("faq")
    assert (given.seq, given.answer, given.version) == (added.seq, answer.id, 2)
    assert (given.item, given.output, given.body) == ('{"text":"q"}', '{"text":"a"}', '{"good":true}')


def test_the_same_said_twice_counts_once(store: Store, answer: NewAnswer) -> None:
    first = store.feedback.add(answer.id, "faq", '{"good":true}')
    other = store.feedback.add(answer.id, "faq", '{"good":false}')
    again = store.feedback.add(answer.id, "faq", '{"good":true}')
    assert first.new
    assert other.new
    assert again == (first.seq, False)
    assert store.feedback.count("faq") == 2


def test_the_same_said_at_the_same_moment_counts_once(store: Store, answer: NewAnswer) -> None:
    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(lambda _: store.feedback.add(answer.id, "faq", "{}"), range(8)))
    assert sum(one.new for one in added) == 1
    assert len({one.seq for one in added}) == 1


@pytest.mark.parametrize("system", ["faq", "rules"])
def test_feedback_to_no_answer_of_this_system_is_not_found(store: Store, answer: NewAnswer, system: str) -> None:
    store.feedback.add(answer.id, "faq", "{}")
    id = answer.id if system == "rules" else "nobody\x00"
    with pytest.raises(NotFound, match=f"{system} gave no answer"):
        store.feedback.add(id, system, "{}")


def test_pages_forward_and_backward(store: Store, answer: NewAnswer) -> None:
    numbers = [store.feedback.add(answer.id, "faq", f"[{i}]").seq for i in range(5)]
    assert [g.seq for g in store.feedback.since("faq", numbers[2])] == numbers[3:]
    assert [g.seq for g in store.feedback.recent("faq", limit=2, before=numbers[4])] == [numbers[3], numbers[2]]
    assert store.feedback.count("faq", after=numbers[0]) == 4
    assert store.feedback.since("rules") == []


def test_what_was_said_of_some_answers(store: Store, answer: NewAnswer) -> None:
    silent = NewAnswer("faq", 1, "{}", "{}")
    store.answers.record([silent])
    large = '{"text":"' + "x" * 70_000 + '"}'
    for body in (large, "[2]"):
        store.feedback.add(answer.id, "faq", body)
    assert store.feedback.of([answer.id, silent.id, "nobody"]) == {answer.id: [large, "[2]"]}
    assert store.feedback.of([]) == {}


def test_kill_9_loses_nothing_acknowledged_and_doubles_nothing(store: Store, children) -> None:
    writers = [children.start("feedback", who, 100_000) for who in range(2)]
    acknowledged = []
    for writer in writers:
        acknowledged += [int(writer.stdout.readline()) for _ in range(15)]
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        writer.wait()
    given = store.feedback.since("faq")
    kept = [one.seq for one in given]
    assert len(acknowledged) >= 30
    assert set(acknowledged) <= set(kept)
    assert len(set(kept)) == len(kept) == len({one.body for one in given})
    # what was under way may have been committed without being acknowledged: one per writer at most
    assert len(kept) - len(acknowledged) <= 2
    answer = NewAnswer("faq", 1, "{}", "{}")
    store.answers.record([answer])
    assert store.feedback.add(answer.id, "faq", "{}").seq > max(kept)
