"""Jobs of the server: what is queued, runs or has ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hanok.cli.options import Json
from hanok.cli.output import emit, say, table
from hanok.cli.session import session

if TYPE_CHECKING:
    from hanok.store import Job

State = Literal["queued", "running", "done", "failed", "cancelled"]

Id = Annotated[str, typer.Argument(metavar="JOB", help="A job's id.", show_default=False)]


def jobs(
    ctx: typer.Context,
    id: Annotated[str | None, typer.Argument(metavar="JOB", help="Show this one, with its log.")] = None,
    system: Annotated[str | None, typer.Option(metavar="NAME", help="Only jobs of this system.")] = None,
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    as_json: Json = False,
) -> None:
    """List the server's jobs, or show one."""
    with session(ctx).workspace() as workspace:
        if id:
            job = workspace.store.jobs.get(id)
            _emit_one(job) if as_json else _print(job)
            return
        found = workspace.store.jobs.list(system, states=[state] if state else ())
    if as_json:
        from hanok.server.routes.jobs import brief

        emit([brief(job).model_dump(mode="json") for job in found])
    elif not found:
        say("no jobs; hanok up runs those that are started in the console")
    else:
        rows = [[j.id, j.system, j.kind, j.state, _ago(j.created), _progress(j) or _end(j)] for j in found]
        table(["job", "system", "kind", "state", "asked", ""], rows)


def cancel(ctx: typer.Context, id: Id, as_json: Json = False) -> None:
    """Cancel a job.

    A queued one ends at once, a running one at its next step.
    """
    from hanok.lifecycle.jobs import cancel

    with session(ctx).workspace() as workspace:
        job = cancel(workspace.store, id)
    if as_json:
        _emit_one(job)
    else:
        say(f"{job.id} {job.state}" + (", ends at its next step" if job.state == "running" else ""))


def _emit_one(job: Job) -> None:
    from hanok.server.routes.jobs import full

    emit(full(job).model_dump(mode="json"))


def _print(job: Job) -> None:
    say(f"{job.kind} {job.system}: {job.state}", "bold")
    for name, text in (("asked", _ago(job.created)), ("progress", _progress(job)), ("came to", _end(job))):
        if text:
            say(f"{name}: {text}")
    if job.error and job.error.get("hint"):
        say(f"hint: {job.error['hint']}")
    if job.log:
        say(job.log.rstrip(), "dim")


def _progress(job: Job) -> str:
    if job.state != "running" or not job.progress:
        return ""
    of = f"/{job.progress['total']}" if job.progress["total"] else ""
    return f"{job.progress['stage']} {job.progress['step']}{of}"


def _end(job: Job) -> str:
    if job.error:
        return str(job.error.get("message", ""))
    version = job.result.get("version") if isinstance(job.result, dict) else None
    return f"{job.system}@{version}" if version else ""


def _ago(then: float) -> str:
    from hanok.core.numbers import duration

    return f"{duration(max(time.time() - then, 0))} ago"
