"""The process that carries out one job: ``python -m hanok.lifecycle.worker HOME JOB WORKER``.

It owns nothing but its lease. Killed at any moment, it leaves the job to be taken up again and no half version.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

from hanok.core.problem import Conflict, Problem, Stopped
from hanok.core.run import Progress, Run
from hanok.lifecycle.jobs import Request, carry_out
from hanok.lifecycle.model import unforeseen
from hanok.lifecycle.workspace import Workspace
from hanok.store import Job, Store

LEASE = 15.0
"""Seconds a silent worker is believed to live."""

BEAT = 1.0
"""Seconds between heartbeats; progress is written with them."""


class Pulse:
    """Says that the worker lives, and what it did, from a thread of its own; learns that it shall stop."""

    def __init__(self, store: Store, job: Job, worker: str, log: Path | None) -> None:
        self._store, self._job, self._worker, self._log = store, job, worker, log
        self._told = 0  # bytes of the log that were sent
        self._waiting: list[Progress] = []
        self._lock, self._end = threading.Lock(), threading.Event()
        self.stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        self._thread.join()
        self.say()

    def listen(self, progress: Progress) -> None:
        """Take progress in; raises `Stopped` once the job shall be cancelled or the lease is lost."""
        if self.stop.is_set():
            raise Stopped
        with self._lock:
            self._waiting.append(progress)

    def say(self) -> None:
        """One heartbeat."""
        with self._lock:
            news, self._waiting = self._waiting, []
        try:
            if self._store.jobs.heartbeat(self._job.id, self._worker, LEASE, news, self._new_log()):
                self.stop.set()
        except Conflict:  # somebody else has the job: end, and say nothing more
            self.stop.set()

    def _beat(self) -> None:
        while not self._end.wait(BEAT):
            with suppress(Exception):  # a database that is busy for a moment is no reason to lose the work
                self.say()

    def _new_log(self) -> str:
        if self._log is None or not self._log.exists():
            return ""
        with self._log.open("rb") as file:
            file.seek(self._told)
            new = file.read()
        self._told += len(new)
        return new.decode("utf-8", errors="replace")


def work(workspace: Workspace, job: Job, worker: str, log: Path | None = None) -> None:
    """Carry out a claimed job and say how it ended."""
    jobs = workspace.store.jobs
    scratch = workspace.home.scratch / job.id
    scratch.mkdir(parents=True, exist_ok=True)
    problem: Problem | None = None
    result = None
    with Pulse(workspace.store, job, worker, log) as pulse:
        run = Run(seed=Request.model_validate(job.args).seed, scratch=scratch, listener=pulse.listen, id=job.id)
        try:
            result = carry_out(workspace, job, run)
        except Stopped:
            pass
        except Problem as found:
            problem = found
        except Exception as error:
            traceback.print_exc()
            problem = unforeseen(error)
    with suppress(Conflict):
        if result is not None:
            jobs.finish(job.id, worker, result)
        elif problem is not None:
            jobs.fail(job.id, worker, problem)
        else:
            jobs.cancel(job.id, worker)


def main(home: str, id: str, worker: str) -> None:
    """Carry out job `id`, claimed by the supervisor under the name `worker`."""
    with Workspace.open(home) as workspace:
        log = workspace.home.scratch / f"{id}.log"
        started = time.monotonic()
        work(workspace, workspace.store.jobs.get(id), worker, log)
        print(f"ended after {time.monotonic() - started:.1f} s", flush=True)  # noqa: T201 - this is the job's log


if __name__ == "__main__":
    main(*sys.argv[1:])
