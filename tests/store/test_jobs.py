from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hanok.core.problem import Conflict, Failed, NotFound
from hanok.core.run import Progress
from hanok.store import Store
from hanok.store.jobs import ATTEMPTS, LOG

GONE = -1.0  # a lease that has run out when it is given


def test_a_job_from_asking_to_result(store: Store) -> None:
    asked = store.jobs.enqueue("faq", "train", {"data": "a.csv", "lr": 0.5}, asked_by="k1")
    assert (asked.state, asked.attempts, asked.asked_by, asked.progress) == ("queued", 0, "k1", None)
    taken = store.jobs.claim("w", lease=60)
    assert taken
    assert (taken.id, taken.state, taken.attempts, taken.worker) == (asked.id, "running", 1, "w")
    assert taken.args == {"data": "a.csv", "lr": 0.5}
    assert taken.started
    assert not store.jobs.heartbeat(taken.id, "w", 60, [Progress("fit", 1, 2, {"loss": 0.5})], "epoch 1\n")
    store.jobs.heartbeat(taken.id, "w", 60, [Progress("fit", 2, 2, {"loss": float("nan")})], "epoch 2\n")
    seen = store.jobs.get(taken.id)
    assert [(p["step"], p["metrics"]) for p in seen.curve] == [(1, {"loss": 0.5}), (2, {"loss": None})]
    assert seen.progress == seen.curve[-1]
    assert seen.log == "epoch 1\nepoch 2\n"
    store.jobs.finish(taken.id, "w", {"version": 1})
    done = store.jobs.get(taken.id)
    assert (done.state, done.result, done.error, done.lease_until) == ("done", {"version": 1}, None, None)
    assert done.ended
    assert done.ended >= done.started >= done.created


def test_the_oldest_job_comes_first_and_each_once(store: Store) -> None:
    ids = [store.jobs.enqueue("faq", "train", {}).id for _ in range(3)]
    assert [store.jobs.claim("w", 60).id for _ in ids] == ids
    assert store.jobs.claim("w", 60) is None


def test_threads_that_claim_at_once_never_get_the_same_job(store: Store) -> None:
    ids = {store.jobs.enqueue("faq", "train", {}).id for _ in range(20)}
    with ThreadPoolExecutor(4) as pool:
        taken = [job.id for job in pool.map(lambda i: store.jobs.claim(f"w{i}", 60), range(24)) if job]
    assert sorted(taken) == sorted(ids)


def test_processes_that_claim_at_once_never_get_the_same_job(store: Store, children) -> None:
    ids = {store.jobs.enqueue("faq", "train", {}).id for _ in range(60)}
    running = [children.start("claim", f"w{i}", 600) for i in range(3)]
    taken = [line for child in running for line in child.communicate()[0].split()]
    assert sorted(taken) == sorted(ids)


def test_a_killed_worker_s_job_is_taken_up_again_once_its_lease_is_over(store: Store, children) -> None:
    asked = store.jobs.enqueue("faq", "train", {})
    worker = children.start("hold", "dead", 3)
    assert worker.stdout.readline().strip() == asked.id
    assert store.jobs.claim("w", 60) is None  # it lives
    os.kill(worker.pid, signal.SIGKILL)
    while not (again := store.jobs.claim("w", 60)):
        time.sleep(0.1)
    assert (again.id, again.attempts, again.worker) == (asked.id, 2, "w")
    assert again.log == "epoch 3: out of memory\n"


def test_a_job_that_kills_its_workers_fails_with_their_last_words(store: Store) -> None:
    asked = store.jobs.enqueue("faq", "train", {})
    waits = store.jobs.enqueue("faq", "train", {})
    for attempt in range(ATTEMPTS):
        assert store.jobs.claim(f"w{attempt}", GONE).id == asked.id
    store.jobs.heartbeat(asked.id, f"w{ATTEMPTS - 1}", GONE, log="out of memory")
    assert store.jobs.claim("next", 60).id == waits.id
    failed = store.jobs.get(asked.id)
    assert failed.state == "failed"
    assert failed.error["code"] == "worker_died"
    assert "out of memory" in failed.error["message"]


def test_who_sees_its_worker_die_queues_the_job_again_then_fails_it(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w1", 60)
    assert store.jobs.requeue(job.id, "w1", "killed by signal 9") == "queued"
    store.jobs.claim("w2", 60)
    assert store.jobs.requeue(job.id, "w2", "killed by signal 9\x00") == "failed"
    assert "killed by signal 9" in store.jobs.get(job.id).error["message"]


def test_who_lost_the_lease_can_change_nothing(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("slow", GONE)
    assert store.jobs.claim("quick", 60).id == job.id
    for attempt in (
        lambda: store.jobs.heartbeat(job.id, "slow", 60, log="still here"),
        lambda: store.jobs.finish(job.id, "slow", {}),
        lambda: store.jobs.fail(job.id, "slow", Failed("x", "y")),
        lambda: store.jobs.cancel(job.id, "slow"),
        lambda: store.jobs.requeue(job.id, "slow", ""),
        lambda: store.jobs.release(job.id, "slow"),
    ):
        with pytest.raises(Conflict, match="slow does not hold"):
            attempt()
    now = store.jobs.get(job.id)
    assert (now.state, now.worker, now.log) == ("running", "quick", "")


def test_a_late_heartbeat_keeps_a_lease_nobody_took(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w", GONE)
    store.jobs.heartbeat(job.id, "w", 60)
    assert store.jobs.claim("other", 60) is None


def test_a_queued_job_is_cancelled_at_once(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    assert store.jobs.request_cancel(job.id).state == "cancelled"
    assert store.jobs.claim("w", 60) is None


def test_a_running_job_is_cancelled_by_its_worker(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w", 60)
    asked = store.jobs.request_cancel(job.id)
    assert (asked.state, asked.cancel_requested) == ("running", True)
    assert store.jobs.heartbeat(job.id, "w", 60)
    store.jobs.cancel(job.id, "w")
    assert store.jobs.get(job.id).state == "cancelled"
    assert store.jobs.request_cancel(job.id).state == "cancelled"


def test_a_job_whose_worker_died_while_it_was_to_stop_is_cancelled(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w", GONE)
    store.jobs.request_cancel(job.id)
    assert store.jobs.claim("other", 60) is None
    assert store.jobs.get(job.id).state == "cancelled"


def test_an_orderly_shutdown_is_no_attempt(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    for _ in range(ATTEMPTS + 1):
        store.jobs.claim("w", 60)
        store.jobs.release(job.id, "w")
    now = store.jobs.get(job.id)
    assert (now.state, now.attempts, now.worker) == ("queued", 0, None)


def test_a_failure_keeps_its_words_whatever_they_hold(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w", 60)
    store.jobs.fail(job.id, "w", Failed("bad_row", "found \x00 and \udcff", "a.csv:3", "look at it"))
    assert store.jobs.get(job.id).error == {
        "code": "bad_row",
        "message": "found \ufffd and \ufffd",
        "where": "a.csv:3",
        "hint": "look at it",
    }


def test_the_log_keeps_its_end(store: Store) -> None:
    job = store.jobs.enqueue("faq", "train", {})
    store.jobs.claim("w", 60)
    for i in range(5):
        store.jobs.heartbeat(job.id, "w", 60, log="x" * 6000 + f"<{i}>")
    log = store.jobs.get(job.id).log
    assert len(log) == LOG
    assert log.endswith("<4>")


def test_listing(store: Store) -> None:
    a, b, c = (store.jobs.enqueue(s, k, {}) for s, k in [("faq", "train"), ("faq", "tune"), ("rules", "train")])
    store.jobs.request_cancel(a.id)
    ids = lambda **kw: [job.id for job in store.jobs.list(**kw)]  # noqa: E731
    assert ids() == [c.id, b.id, a.id]
    assert ids(system="faq") == [b.id, a.id]
    assert ids(kind="train") == [c.id, a.id]
    assert ids(states=["cancelled", "done"]) == [a.id]
    assert ids(limit=1, before=c.seq) == [b.id]


def test_an_unknown_job_is_not_found(store: Store) -> None:
    for ask in (store.jobs.get, store.jobs.request_cancel, lambda id: store.jobs.finish(id, "w", {})):
        with pytest.raises(NotFound, match="no job"):
            ask("nope\x00")
