"""Jobs on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from hanok.core.problem import Problem
from hanok.core.run import Progress
from hanok.lifecycle.jobs import submit
from hanok.lifecycle.workspace import Workspace


def test_a_job_from_the_queue_to_its_end(hanok, workspace: Workspace, points: Path) -> None:
    assert "no jobs" in hanok("jobs").stdout
    job = submit(workspace, "train", "nearest", {"sources": {"points": {"path": str(points)}}})
    assert "queued" in hanok("jobs").stdout
    workspace.store.jobs.claim("me", 60)
    workspace.store.jobs.heartbeat(job.id, "me", 60, [Progress("fit", 1, 4)], "hello\n")
    assert "fit 1/4" in hanok("jobs").stdout
    shown = hanok("jobs", job.id).stdout
    assert "progress: fit 1/4" in shown
    assert "hello" in shown
    assert "ends at its next step" in hanok("cancel", job.id).stdout
    workspace.store.jobs.fail(job.id, "me", Problem("bad", "it broke", hint="mend it"))
    shown = hanok("jobs", job.id).stdout
    assert "it broke" in shown
    assert "hint: mend it" in shown


def test_json_is_what_the_api_shows(hanok, workspace: Workspace, points: Path) -> None:
    job = submit(workspace, "train", "nearest", {"sources": {"points": {"path": str(points)}}})
    [listed] = json.loads(hanok("jobs", "--system", "nearest", "--state", "queued", "--json").stdout)
    assert (listed["id"], listed["kind"], listed["state"]) == (job.id, "train", "queued")
    assert json.loads(hanok("jobs", "--state", "done", "--json").stdout) == []
    assert json.loads(hanok("cancel", job.id, "--json").stdout)["state"] == "cancelled"
    assert json.loads(hanok("jobs", job.id, "--json").stdout)["log"] == ""
