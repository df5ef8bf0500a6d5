"""Claims jobs and has each carried out in a process of its own, so that its memory and its crashes are its own."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from uuid import uuid4

from hanok.core.problem import Conflict
from hanok.lifecycle.worker import LEASE
from hanok.lifecycle.workspace import Workspace
from hanok.store import Job

POLL = 0.5
"""Seconds between looks at the queue."""

log = logging.getLogger("hanok.jobs")


class Supervisor:
    """Threads that claim jobs and watch over the processes that do them.

    Parameters
    ----------
    workspace : Workspace
        Whose jobs.
    workers : int
        How many jobs run side by side.
    """

    def __init__(self, workspace: Workspace, workers: int = 1) -> None:
        self._workspace = workspace
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, name=f"jobs-{k}", daemon=True) for k in range(workers)]

    def start(self) -> None:
        """Begin to take jobs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take no more jobs; those that run are put back into the queue, to be taken up at the next start."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            worker = f"{os.uname().nodename}-{os.getpid()}-{uuid4().hex[:8]}"
            try:
                job = self._workspace.store.jobs.claim(worker, LEASE)
                if job is not None:
                    self._carry_out(job, worker)
                    continue
            except Exception:  # the queue must outlive a database that is away for a while
                log.exception("the queue could not be read")
            self._end.wait(POLL)

    def _carry_out(self, job: Job, worker: str) -> None:
        path = self._workspace.home.scratch / f"{job.id}.log"
        command = [sys.executable, "-m", "hanok.lifecycle.worker", str(self._workspace.home.path), job.id, worker]
        with path.open("ab") as file:
            process = subprocess.Popen(
                command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True
            )
        while process.poll() is None and not self._end.wait(POLL):
            pass
        if process.poll() is None:
            self._put_back(process, job, worker)
        elif process.returncode != 0:
            self._bury(process.returncode, job, worker)
        if self._workspace.store.jobs.get(job.id).state not in ("queued", "running"):
            path.unlink(missing_ok=True)
            shutil.rmtree(self._workspace.home.scratch / job.id, ignore_errors=True)

    def _put_back(self, process: subprocess.Popen[bytes], job: Job, worker: str) -> None:
        _kill(process)
        with suppress(Conflict):
            self._workspace.store.jobs.release(job.id, worker)

    def _bury(self, code: int, job: Job, worker: str) -> None:
        """The process died without a word: queue its job again, or fail it with what the log says."""
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        with suppress(Conflict):
            self._workspace.store.jobs.requeue(job.id, worker, how)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """With everything it started: a tuning job has processes of its own."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
