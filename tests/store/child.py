"""What other processes do to a store in the tests: ``python child.py <command> <url> <blobs> <argument>...``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from hanok.store import NewAnswer, Store


def say(*words: object) -> None:
    print(*words, flush=True)  # noqa: T201 - the parent reads it


def nothing(store: Store) -> None:
    """It was opened; that is all."""


def feedback(store: Store, who: str, count: str) -> None:
    """Answer and give feedback, `count` times; say each number once it is acknowledged."""
    for i in range(int(count)):
        answer = NewAnswer("faq", 1, "{}", "{}")
        store.answers.record([answer])
        say(store.feedback.add(answer.id, "faq", f'{{"who":"{who}","i":{i}}}').seq)


def claim(store: Store, worker: str, lease: str) -> None:
    """Claim until the queue is empty; say each job."""
    while job := store.jobs.claim(worker, float(lease)):
        say(job.id)


def hold(store: Store, worker: str, lease: str) -> None:
    """Claim one job, say so, and never let go."""
    job = store.jobs.claim(worker, float(lease))
    assert job
    store.jobs.heartbeat(job.id, worker, float(lease), log="epoch 3: out of memory\n")
    say(job.id)
    time.sleep(600)


if __name__ == "__main__":
    command, url, blobs, *args = sys.argv[1:]
    if command == "open":
        say("ready")
        sys.stdin.readline()  # so that all begin at the same moment
    with Store.open(url, Path(blobs)) as opened:
        {"open": nothing, "feedback": feedback, "claim": claim, "hold": hold}[command](opened, *args)
