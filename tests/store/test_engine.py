"""Transactions: durable, isolated, waiting for each other; and numbers that appear in the order of commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from contextlib import suppress
from pathlib import Path
from threading import Timer

import pytest
import sqlalchemy as sa

from hanok.store import NewAnswer, Store
from hanok.store.tables import answers


def test_sqlite_syncs_every_commit_and_enforces_references(store: Store) -> None:
    if not store.database.sqlite:
        pytest.skip("SQLite only")
    with store.database.read() as connection:
        pragmas = {
            p: connection.scalar(sa.text(f"pragma {p}")) for p in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    row = {"id": "1", "system": "faq", "version": 1, "item": "{}", "output": "{}", "created": 0.0}
    with suppress(ZeroDivisionError), store.database.write() as connection:
        connection.execute(answers.insert().values(row))
        raise ZeroDivisionError
    assert store.answers.recent("faq") == []


def test_readers_see_nothing_uncommitted_and_do_not_wait(store: Store) -> None:
    row = {"id": "1", "system": "faq", "version": 1, "item": "{}", "output": "{}", "created": 0.0}
    with store.database.write() as connection:
        connection.execute(answers.insert().values(row))
        assert store.answers.recent("faq") == []
    assert len(store.answers.recent("faq")) == 1


def test_who_appends_waits_until_the_number_before_is_committed(store: Store) -> None:
    row = {"id": "first", "system": "faq", "version": 1, "item": "{}", "output": "{}", "created": 0.0}
    with ThreadPoolExecutor(1) as pool:
        with store.database.append(answers) as connection:
            connection.execute(answers.insert().values(row))  # its number is drawn, nobody sees it yet
            second = pool.submit(store.answers.record, [NewAnswer("faq", 1, "{}", "{}", id="second")])
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
        second.result(timeout=30)
    assert [answer.id for answer in store.answers.recent("faq")] == ["second", "first"]


def tail(store: Store, finished: Callable[[], bool]) -> Sequence[str]:
    """Bodies of feedback as a reader sees them who asks again and again for what came after the last it saw."""
    seen, last, over = [], 0, False
    while not over:
        over = finished()  # once more after it: what was committed before is there now
        for given in store.feedback.since("faq", last):
            assert given.seq > last
            last = given.seq
            seen.append(given.body)
    return seen


def test_a_tailing_reader_misses_nothing_that_threads_append(store: Store) -> None:
    writers, count = 4, 25

    def write(who: int) -> list[int]:
        numbers = []
        for i in range(count):
            answer = NewAnswer("faq", 1, "{}", "{}")
            store.answers.record([answer])
            numbers.append(store.feedback.add(answer.id, "faq", f"[{who},{i}]").seq)
        return numbers

    with ThreadPoolExecutor(writers) as pool:
        running = [pool.submit(write, who) for who in range(writers)]
        seen = tail(store, lambda: all(writer.done() for writer in running))
        numbers = [number for writer in running for number in writer.result()]
    assert sorted(seen) == sorted(f"[{who},{i}]" for who in range(writers) for i in range(count))
    assert len(set(numbers)) == writers * count


def test_a_tailing_reader_misses_nothing_that_processes_append(store: Store, children) -> None:
    writers, count = 3, 40
    running = [children.start("feedback", who, count) for who in range(writers)]
    seen = tail(store, lambda: all(child.poll() is not None for child in running))
    acknowledged = [int(line) for child in running for line in child.communicate()[0].split()]
    assert len(set(seen)) == len(seen) == writers * count
    assert sorted(acknowledged) == [given.seq for given in store.feedback.since("faq")]


def test_numbers_are_not_given_again_after_rows_were_deleted(store: Store) -> None:
    store.answers.record([NewAnswer("faq", 1, "{}", "{}") for _ in range(3)])
    highest = store.answers.recent("faq")[0].seq
    store.answers.prune(before=1e12)
    store.answers.record([NewAnswer("faq", 1, "{}", "{}")])
    assert store.answers.recent("faq")[0].seq > highest


def test_opening_waits_for_who_is_writing_a_fresh_file(tmp_path: Path) -> None:
    file = tmp_path / "hanok.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")  # SQLite refuses to switch its journal now, without waiting
    release = Timer(0.3, other.execute, ["commit"])
    release.start()
    Store.open(f"sqlite:///{file}", tmp_path / "blobs").close()
    release.join()
    other.close()
