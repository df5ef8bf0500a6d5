from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hanok.core.problem import NotFound, Problem
from hanok.lifecycle.jobs import submit
from hanok.lifecycle.supervisor import Supervisor
from hanok.lifecycle.workspace import Workspace
from hanok.store import Job

SUPERVISED = """
import sys, time
from hanok.lifecycle.supervisor import Supervisor
from hanok.lifecycle.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
Supervisor(workspace).start()
time.sleep(60)
"""


@pytest.fixture
def supervisor(workspace: Workspace) -> Iterator[Supervisor]:
    crew = Supervisor(workspace)
    crew.start()
    yield crew
    crew.stop()


def wait(workspace: Workspace, id: str, until: Callable[[Job], bool]) -> Job:
    """The job, once it is as wanted; a minute is ample."""
    for _ in range(600):
        job = workspace.store.jobs.get(id)
        if until(job):
            return job
        time.sleep(0.1)
    raise AssertionError(f"still {job}")


def ended(job: Job) -> bool:
    return job.state in ("done", "failed", "cancelled")


def upload(workspace: Workspace, path: Path) -> dict[str, str]:
    return {"blob": workspace.store.blobs.put(path.read_bytes()).sha256, "name": path.name}


@pytest.mark.usefixtures("supervisor")
def test_an_upload_becomes_a_version(workspace: Workspace, points: Path) -> None:
    args = {"sources": {"points": upload(workspace, points)}, "config": {"k": 3}}
    job = wait(workspace, submit(workspace, "train", "nearest", args).id, ended)
    assert job.state == "done", job.error
    assert job.result["version"] == 1
    assert workspace.manifest("nearest").config == {"k": 3}
    assert workspace.manifest("nearest").run == job.id


@pytest.mark.usefixtures("supervisor")
def test_a_problem_is_told_and_nothing_is_published(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("x,y\n1,two\n2,4\n", encoding="utf-8")
    job = wait(
        workspace, submit(workspace, "train", "nearest", {"sources": {"points": upload(workspace, path)}}).id, ended
    )
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["code"] == "bad_rows"
    assert "bad.csv:2 y" in str(job.error)


@pytest.mark.usefixtures("supervisor")
def test_a_tuning_job_shows_progress_and_is_cancelled(workspace: Workspace, points: Path) -> None:
    args = {"sources": {"points": upload(workspace, points)}, "trials": 10_000}
    id = submit(workspace, "tune", "nearest", args).id
    wait(workspace, id, lambda job: job.progress is not None)
    workspace.store.jobs.request_cancel(id)
    job = wait(workspace, id, ended)
    assert job.state == "cancelled"
    assert job.curve[-1]["stage"] == "trials"


def test_a_killed_worker_costs_an_attempt_and_the_second_one_finishes(workspace: Workspace, points: Path) -> None:
    args = {"sources": {"points": upload(workspace, points)}, "trials": 200}
    id = submit(workspace, "tune", "nearest", args).id
    crew = Supervisor(workspace)
    crew.start()
    try:
        wait(workspace, id, lambda job: job.progress is not None and job.progress["step"] > 3)
        for _ in range(2):
            before = workspace.store.jobs.get(id).attempts
            os.kill(_worker_of(id), signal.SIGKILL)
            job = wait(workspace, id, lambda job, before=before: ended(job) or job.attempts > before)  # type: ignore[misc]
            if not ended(job):
                assert job.attempts == 2
                wait(workspace, id, lambda job: _worker_of(id) != 0)
        assert job.state == "failed"
        assert job.error is not None
        assert "SIGKILL" in job.error["message"]
    finally:
        crew.stop()


def _worker_of(id: str) -> int:
    """Pid of the process that carries out job `id`, 0 if there is none."""
    found = subprocess.run(
        ["pgrep", "-f", f"hanok.lifecycle.worker .* {id} "], capture_output=True, text=True, check=False
    )
    return int((found.stdout.split() or ["0"])[0])


def test_a_supervisor_that_stops_puts_its_job_back(workspace: Workspace, points: Path) -> None:
    args = {"sources": {"points": upload(workspace, points)}, "trials": 10_000}
    id = submit(workspace, "tune", "nearest", args).id
    crew = Supervisor(workspace)
    crew.start()
    wait(workspace, id, lambda job: job.progress is not None)
    crew.stop()
    job = workspace.store.jobs.get(id)
    assert (job.state, job.attempts) == ("queued", 0)
    assert _worker_of(id) == 0


def test_a_killed_supervisor_leaves_the_worker_to_finish(workspace: Workspace, points: Path) -> None:
    args = {"sources": {"points": upload(workspace, points)}, "trials": 30}
    id = submit(workspace, "tune", "nearest", args).id
    crew = subprocess.Popen([sys.executable, "-c", SUPERVISED, str(workspace.home.path)])
    wait(workspace, id, lambda job: job.progress is not None)
    crew.kill()
    crew.wait()
    assert wait(workspace, id, ended).state == "done"


@pytest.mark.parametrize(
    ("kind", "args", "code"),
    [
        ("dance", {}, "unknown_kind"),
        ("train", {"config": {"k": 99}}, "invalid"),
        ("train", {"sources": {"dots": {"blob": "x"}}}, "unknown_slot"),
        ("train", {"sources": {}}, "invalid"),
        ("train", {"sources": {"points": {"name": "no blob"}}}, "no_file"),
        ("train", {"surprise": 1}, "invalid"),
    ],
)
def test_what_can_be_seen_to_fail_is_refused_at_once(
    workspace: Workspace, kind: str, args: dict[str, object], code: str
) -> None:
    with pytest.raises(Problem) as caught:
        submit(workspace, kind, "nearest", args)
    assert caught.value.code == code


def test_a_model_that_is_not_there_cannot_learn(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        submit(workspace, "learn", "teaser", {})


def test_an_upload_cannot_leave_its_folder(workspace: Workspace, points: Path) -> None:
    evil = {**upload(workspace, points), "name": "../../../evil.csv"}
    submit(workspace, "train", "nearest", {"sources": {"points": evil}})
    assert not list(workspace.home.path.rglob("evil.csv"))
