from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from hanok.core.problem import NotFound, Problem
from hanok.store import NewAnswer, Store


def large(letter: str) -> str:
    return f'{{"image":"{letter * 70_000}"}}'


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_an_answer_comes_back_as_it_was_given(store: Store) -> None:
    given = NewAnswer("faq", 3, '{"text":"환불은?\\u0000"}', '{"text":"여기요 🏠"}', "s1", "unsure", created=12.5)
    store.answers.record([given])
    found = store.answers.get(given.id)
    assert found.seq == 1
    assert {k: v for k, v in vars(found).items() if k != "seq"} == vars(given)


def test_nothing_to_record_is_nothing(store: Store) -> None:
    store.answers.record([])
    assert store.answers.recent("faq") == []


def test_a_group_is_recorded_whole_or_not_at_all(store: Store, folder: Path) -> None:
    with pytest.raises(IntegrityError):
        store.answers.record([NewAnswer("faq", 1, large("a"), "{}", id="1"), NewAnswer("faq", 1, "{}", "{}", id="1")])
    assert store.answers.recent("faq") == []
    store.blobs.sweep()
    assert files(folder) == []


def test_an_unknown_answer_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="no answer 'x\ufffd'"):
        store.answers.get("x\x00")


def test_a_session_that_cannot_be_a_name_is_refused_before_its_group(store: Store) -> None:
    with pytest.raises(Problem, match="session"):
        NewAnswer("faq", 1, "{}", "{}", session="a\x00b")


def test_a_review_may_quote_anything(store: Store) -> None:
    store.answers.record([NewAnswer("faq", 1, "{}", "{}", review="odd: \x00 \ud800")])
    assert store.answers.reviews("faq")[0].review == "odd: \ufffd \ufffd"


def test_history_is_the_last_of_one_session_oldest_first(store: Store) -> None:
    store.answers.record([NewAnswer("chat", 1, f"[{i}]", "{}", session="a" if i % 2 else "b") for i in range(10)])
    store.answers.record([NewAnswer("other", 1, "[99]", "{}", session="a")])
    assert [a.item for a in store.answers.history("chat", "a", last=3)] == ["[5]", "[7]", "[9]"]


def test_recent_pages_backwards_without_gap_or_overlap(store: Store) -> None:
    store.answers.record([NewAnswer("faq", 1, f"[{i}]", "{}") for i in range(7)])
    seen, before = [], None
    while page := store.answers.recent("faq", limit=3, before=before):
        seen += [a.item for a in page]
        before = page[-1].seq
    assert seen == [f"[{i}]" for i in reversed(range(7))]


def test_reviews_are_those_nobody_has_answered_oldest_first(store: Store) -> None:
    answers = [NewAnswer("faq", 1, f"[{i}]", "{}", review="unsure" if i < 4 else None) for i in range(6)]
    store.answers.record([*answers, NewAnswer("rules", 1, "{}", "{}", review="rare")])
    store.feedback.add(answers[1].id, "faq", "{}")
    first = store.answers.reviews("faq", limit=2)
    assert [a.item for a in first] == ["[0]", "[2]"]
    assert [a.item for a in store.answers.reviews("faq", after=first[-1].seq)] == ["[3]"]
    assert store.answers.review_counts() == {"faq": 3, "rules": 1}
    assert store.answers.waiting("faq", 2) == [(answers[0].id, "{}"), (answers[2].id, "{}")]


def test_large_items_and_outputs_lie_in_files_and_nobody_sees_it(store: Store, folder: Path) -> None:
    given = NewAnswer("ocr", 1, large("a"), large("b"), session="s")
    store.answers.record([given, NewAnswer("ocr", 1, large("a"), "{}")])
    assert len(files(folder)) == 2
    assert store.answers.get(given.id).item == large("a")
    assert store.answers.history("ocr", "s", 1)[0].output == large("b")


def test_pruning_keeps_what_was_given_feedback_and_what_is_young(store: Store, folder: Path) -> None:
    old = [NewAnswer("faq", 1, large(letter), "{}", created=10.0) for letter in "abc"]
    young = NewAnswer("faq", 1, large("b"), large("d"), created=20.0)
    store.answers.record([*old, young])
    store.feedback.add(old[2].id, "faq", large("e"))
    assert store.answers.prune(before=15.0) == 2
    assert [a.id for a in store.answers.recent("faq")] == [young.id, old[2].id]
    assert len(files(folder)) == 4  # only "a" is gone: "b" is still the item of a young answer
    assert store.answers.get(young.id).item == large("b")
    assert store.feedback.since("faq")[0].body == large("e")


def test_pruning_more_than_one_chunk(store: Store) -> None:
    store.answers.record([NewAnswer("faq", 1, "{}", "{}", created=1.0) for _ in range(2500)])
    assert store.answers.prune(before=2.0) == 2500
    assert store.answers.prune(before=2.0) == 0


def test_pruning_leaves_an_upload_alone_that_equals_an_item(store: Store) -> None:
    store.answers.record([NewAnswer("faq", 1, large("a"), "{}", created=1.0)])
    upload = store.blobs.put(large("a").encode(), "a.json", "application/json")
    store.answers.prune(before=2.0)
    assert store.blobs.read(upload.sha256) == large("a").encode()


def test_of_answers_about_one_thing_only_the_newest_waits(store: Store) -> None:
    many = [("faq", "a"), ("faq", "b"), ("faq", None), ("faq", None), ("faq", "a"), ("other", "b")]
    given = [NewAnswer(system, 1, "{}", "{}", review="unsure", subject=subject) for system, subject in many]
    store.answers.record(given)
    assert [answer.id for answer in store.answers.reviews("faq")] == [given[i].id for i in (1, 2, 3, 4)]
    assert store.answers.review_counts() == {"faq": 4, "other": 1}
    assert [id for id, _ in store.answers.waiting("faq", 9)] == [given[i].id for i in (1, 2, 3, 4)]


def test_what_was_settled_later_does_not_wait_from_before(store: Store) -> None:
    doubted = NewAnswer("faq", 1, "{}", "{}", review="unsure", subject="a")
    store.answers.record([doubted, NewAnswer("faq", 1, "{}", "{}", subject="a")])
    assert store.answers.reviews("faq") == []
    assert store.answers.get(doubted.id).review == "unsure"
