"""Long work asked for by somebody and done by a worker: what can be asked, and how it is carried out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hanok.core import artifact, registry
from hanok.core.contract import AnySystem
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.lifecycle.evaluate import evaluate
from hanok.lifecycle.improve import learn, optimize
from hanok.lifecycle.model import validated
from hanok.lifecycle.train import Trained, train
from hanok.lifecycle.tune import tune
from hanok.lifecycle.workspace import Workspace
from hanok.store import Job, Store


class Upload(BaseModel):
    """A file in a slot: an upload by its hash, or, from the command line only, a path."""

    model_config = ConfigDict(extra="forbid")
    blob: str | None = None
    path: Path | None = None
    name: str = Field(default="data.csv", min_length=1, max_length=200)
    columns: dict[str, str] = {}
    where: dict[str, str] = {}
    skip: bool = False


class Request(BaseModel):
    """What a job is asked to do; which of it counts depends on the kind."""

    model_config = ConfigDict(extra="forbid")
    sources: dict[str, Upload | list[Upload]] = {}
    config: dict[str, Any] = {}
    model: str | None = None
    seed: int = Field(default=0, ge=0, lt=2**31)
    trials: int = Field(default=20, ge=1, le=10_000)
    objectives: list[str] = []
    workers: int = Field(default=1, ge=1, le=64)


def submit(workspace: Workspace, kind: str, system: str, args: Mapping[str, Any], asked_by: str | None = None) -> Job:
    """Queue a job, refusing at once what can be seen to fail.

    Parameters
    ----------
    workspace : Workspace
        Where it is queued and carried out.
    kind : str
        ``train``, ``tune``, ``evaluate``, ``optimize`` or ``learn``.
    system : str
        Of an installed system.
    args : mapping
        The fields of `Request`.
    asked_by : str, optional
        Id of the API key.

    Raises
    ------
    Problem
        No such kind or system, a configuration that does not fit, a slot nobody knows, an upload that is not here.
    """
    cls = registry.find(system)
    if kind not in KINDS:
        raise Problem("unknown_kind", f"no job {kind!r}", "kind", f"one of: {', '.join(KINDS)}")
    request = validated(Request, args)
    if kind in ("train", "tune"):
        validated(cls.Config, request.config)
    if kind in NEEDS_SOURCES:
        _check_slots(workspace, cls, request)
    else:
        workspace.resolve(request.model or system)
    return workspace.store.jobs.enqueue(system, kind, request.model_dump(mode="json"), asked_by)


def _check_slots(workspace: Workspace, cls: type[AnySystem], request: Request) -> None:
    unknown = sorted(request.sources.keys() - cls.Sources.model_fields.keys())
    if unknown:
        raise Problem(
            "unknown_slot", f"no slot {unknown[0]!r}", "sources", f"slots: {', '.join(cls.Sources.model_fields)}"
        )
    with materialised(workspace, request.sources, f".check-{id(request)}") as slots:
        validated(cls.Sources, slots)


@contextmanager
def materialised(
    workspace: Workspace, sources: Mapping[str, Upload | list[Upload]], name: str
) -> Iterator[dict[str, Any]]:
    """Uploads under their own names, as the sources of a system want them; the folder goes when the block ends."""
    folder = workspace.home.scratch / name
    try:
        yield {slot: _slot(workspace, folder / slot, given) for slot, given in sources.items()}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _slot(workspace: Workspace, folder: Path, given: Upload | list[Upload]) -> dict[str, Any]:
    if isinstance(given, list):
        for upload in given:
            _file(workspace, folder, upload)
        return {"path": folder}
    table = {"columns": given.columns, "where": given.where, "skip": given.skip}
    path = given.path if given.path else _file(workspace, folder, given)
    return {"path": path} | {key: value for key, value in table.items() if value}


def _file(workspace: Workspace, folder: Path, upload: Upload) -> Path:
    if upload.blob is None:
        raise Problem(
            "no_file", "neither an upload nor a path", f"sources.{folder.name}", "POST /v1/uploads gives a blob"
        )
    name = Path(upload.name).name  # a name, never a way out of the folder
    target = folder / (name if name not in ("", ".", "..") else "data")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(workspace.store.blobs.path(upload.blob))
    return target


# -- carrying out ----------------------------------------------------------------------------------------------------


def carry_out(workspace: Workspace, job: Job, run: Run) -> dict[str, Any]:
    """Do a job now, in this process.

    Returns
    -------
    dict
        What the job page links to: the version made, its headline figures.
    """
    already = _published(workspace, job)
    if already:
        return already
    request = Request.model_validate(job.args)
    with materialised(workspace, request.sources, f"{job.id}-sources") as slots:
        return KINDS[job.kind](workspace, job.system, request, slots, run)


def _published(workspace: Workspace, job: Job) -> dict[str, Any] | None:
    """What an earlier attempt published before it was killed."""
    if job.attempts > 1:
        for version in workspace.store.versions.list(job.system):
            manifest = artifact.manifest(workspace.folder(job.system, version.version))
            if manifest.run == job.id:
                return {"version": manifest.version, "metrics": manifest.metrics}
    return None


def _train(workspace: Workspace, system: str, request: Request, slots: dict[str, Any], run: Run) -> dict[str, Any]:
    return _version(train(workspace, system, slots, request.config, run))


def _tune(workspace: Workspace, system: str, request: Request, slots: dict[str, Any], run: Run) -> dict[str, Any]:
    found = tune(
        workspace,
        system,
        slots,
        run,
        trials=request.trials,
        objectives=request.objectives,
        workers=request.workers,
        fixed=request.config,
    )
    trials = [
        {"params": o.params, "values": o.values, "refitted": o.refitted, "front": o in found.front}
        for o in found.trials
    ]
    return {**_version(found.best), "objectives": found.objectives, "trials": trials}


def _evaluate(workspace: Workspace, system: str, request: Request, slots: dict[str, Any], run: Run) -> dict[str, Any]:
    summary = evaluate(workspace, request.model or system, slots, seed=run.seed)
    return {"report": summary.model_dump(mode="json")}


def _optimize(workspace: Workspace, system: str, request: Request, slots: dict[str, Any], run: Run) -> dict[str, Any]:
    return _version(optimize(workspace, request.model or system, run))


def _learn(workspace: Workspace, system: str, request: Request, slots: dict[str, Any], run: Run) -> dict[str, Any]:
    return _version(learn(workspace, request.model or system, run))


def _version(trained: Trained) -> dict[str, Any]:
    return {"version": trained.manifest.version, "metrics": trained.manifest.metrics}


Work = Callable[[Workspace, str, Request, dict[str, Any], Run], dict[str, Any]]

KINDS: dict[str, Work] = {
    "train": _train,
    "tune": _tune,
    "evaluate": _evaluate,
    "optimize": _optimize,
    "learn": _learn,
}
"""What can be asked for; each returns the job's result as JSON."""

NEEDS_SOURCES = ("train", "tune", "evaluate")


def cancel(store: Store, id: str) -> Job:
    """Cancel a job: a queued one at once, a running one at its next step."""
    return store.jobs.request_cancel(id)
