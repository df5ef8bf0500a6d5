"""Jobs: what was asked for, and one of them live."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from hanok.server.console.visit import Visit
from hanok.store import Job

PAGE = 30


def jobs(visit: Visit) -> Response:
    """The list, newest first; `?system=` keeps one room's, `?before=` goes on."""
    asked = visit.request.query_params
    before = asked.get("before", "")
    found = visit.workspace.store.jobs.list(
        system=asked.get("system") or None, limit=PAGE + 1, before=int(before) if before.isdecimal() else None
    )
    return visit.page(
        "jobs.html",
        here="jobs",
        twin="/v1/jobs",
        jobs=found[:PAGE],
        more=found[PAGE - 1].seq if len(found) > PAGE else None,
        system=asked.get("system", ""),
        titles={room.name: room.title for room in visit.rooms},
        data={"running": [job.id for job in found[:PAGE] if job.state in ("queued", "running")]},
    )


def job(visit: Visit, id: str) -> Response:
    """One job: progress, curve and log, drawn by the page's script and kept up to date by it."""
    found = visit.workspace.store.jobs.get(id)
    return visit.page(
        "job.html",
        here="jobs",
        twin=f"/v1/jobs/{found.id}",
        job=found,
        title=next((room.title for room in visit.rooms if room.name == found.system), found.system),
        version=result_version(found),
        files=_files(found),
        data={"id": found.id, "state": found.state, "kind": found.kind, "system": found.system,
              "args": dict(found.args)},
    )  # fmt: skip


def result_version(job: Job) -> int | None:
    """The version a finished job made."""
    return job.result.get("version") if isinstance(job.result, dict) else None


def _files(job: Job) -> list[tuple[str, str]]:
    """Slot and file name of everything it was given."""
    found: list[tuple[str, str]] = []
    for slot, given in dict(job.args.get("sources") or {}).items():
        uploads: list[dict[str, Any]] = given if isinstance(given, list) else [given]
        found += [(slot, str(upload.get("name", ""))) for upload in uploads]
    return found
