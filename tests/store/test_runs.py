from __future__ import annotations

import pytest

from hanok.core.problem import Conflict, NotFound
from hanok.store import Store


def test_a_run_from_start_to_end(store: Store) -> None:
    started = store.runs.start("faq", "train", {"lr": 0.1}, seed=7, data="sha256:ab")
    assert (started.state, started.seed, started.data, started.config) == ("running", 7, "sha256:ab", {"lr": 0.1})
    ended = store.runs.end(started.id, "done", {"hit@1": 0.9, "loss": float("nan")}, version=3)
    assert (ended.state, ended.metrics, ended.version) == ("done", {"hit@1": 0.9, "loss": None}, 3)
    assert ended.ended
    assert ended.ended >= ended.started
    assert store.runs.get(started.id) == ended


def test_a_run_ends_once(store: Store) -> None:
    run = store.runs.start("faq", "train", {})
    store.runs.end(run.id, "stopped")
    with pytest.raises(Conflict, match="is stopped"):
        store.runs.end(run.id, "done")


def test_a_retried_job_s_earlier_run_is_lost(store: Store) -> None:
    job, other = store.jobs.enqueue("faq", "train", {}), store.jobs.enqueue("faq", "train", {})
    bystander = store.runs.start("faq", "train", {}, job=other.id)
    foreground = store.runs.start("faq", "train", {})
    first = store.runs.start("faq", "train", {}, job=job.id)
    second = store.runs.start("faq", "train", {}, job=job.id)
    states = [store.runs.get(run.id).state for run in (first, second, bystander, foreground)]
    assert states == ["lost", "running", "running", "running"]


def test_listing(store: Store) -> None:
    a, b, c = (store.runs.start(s, k, {}) for s, k in [("faq", "train"), ("faq", "tune"), ("rules", "train")])
    assert [r.id for r in store.runs.list()] == [c.id, b.id, a.id]
    assert [r.id for r in store.runs.list(system="faq")] == [b.id, a.id]
    assert [r.id for r in store.runs.list(kind="train", before=c.seq)] == [a.id]


def test_an_unknown_run_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        store.runs.get("nope\x00")
    with pytest.raises(NotFound):
        store.runs.end("nope", "done")
