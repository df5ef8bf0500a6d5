"""Training data as it was, kept by its content: the same files twice take their room once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import BaseModel

from hanok.core.disk import writing
from hanok.core.home import Home
from hanok.core.problem import NotFound
from hanok.core.sources import Folder, Source, Table

INDEX = "snapshot.json"


def keep(home: Home, sources: BaseModel) -> str:
    """Copy what lies in the slots of `sources` into the home.

    Returns
    -------
    str
        The snapshot's id: the SHA-256 of its index, which holds the hash of every file.

    Raises
    ------
    NotFound
        A file of the sources is not there.
    Unavailable
        The home's disk is full or not to be written to.
    """
    with writing(home.snapshots):
        return _keep(home, sources)


def _keep(home: Home, sources: BaseModel) -> str:
    index = {slot: _keep_slot(home, value) for slot, value in sources if value is not None}
    text = json.dumps(index, sort_keys=True, ensure_ascii=False, indent=1)
    name = hashlib.sha256(text.encode()).hexdigest()
    folder = home.snapshots / name
    if not folder.exists():
        draft = home.snapshots / f".draft-{os.getpid()}-{uuid4().hex}"
        try:
            _lay_out(home, index, draft)
            (draft / INDEX).write_text(text, encoding="utf-8")
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # else somebody kept the same data meanwhile
                raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return name


def restore(home: Home, name: str, cls: type[BaseModel]) -> BaseModel:
    """The sources of a snapshot, filled with the kept files.

    Raises
    ------
    NotFound
        The snapshot was removed.
    """
    folder = home.snapshots / name
    if not (folder / INDEX).is_file():
        raise NotFound(
            "no_snapshot", f"the training data {name[:12]} is not kept here", hint="train again from the files"
        )
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    slots = {slot: _restore_slot(folder / slot, kept) for slot, kept in index.items()}
    return cls.model_validate(slots)


def _keep_slot(home: Home, value: Any) -> dict[str, Any]:
    if not isinstance(value, Source):
        return {"value": json.loads(value.model_dump_json()) if isinstance(value, BaseModel) else value}
    if not value.path.exists():
        raise NotFound("no_file", f"no file {value.path}", str(value.path), "check its name")
    files = value.files() if isinstance(value, Folder) else [value.path]
    root = value.path if value.path.is_dir() else value.path.parent
    kept: dict[str, Any] = {"files": {f.relative_to(root).as_posix(): _keep_file(home, f) for f in files}}
    if value.path.is_file() and isinstance(value, Folder):
        kept["file"] = value.path.name
    if isinstance(value, Table):
        kept["table"] = {"columns": value.columns, "where": value.where, "skip": value.skip}
    return kept


def _keep_file(home: Home, path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = home.snapshots / "files" / digest
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_name(f".{digest}-{uuid4().hex}")
        try:
            with path.open("rb") as source, draft.open("wb") as copy:
                shutil.copyfileobj(source, copy)
                copy.flush()
                os.fsync(copy.fileno())  # a hash must never name half a file
            draft.rename(kept)
        finally:
            draft.unlink(missing_ok=True)
    return digest


def _lay_out(home: Home, index: dict[str, Any], draft: Path) -> None:
    """Under their own names, as further links to the same bytes."""
    draft.mkdir(parents=True)
    for slot, kept in index.items():
        for name, digest in kept.get("files", {}).items():
            target = draft / slot / name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(home.snapshots / "files" / digest, target)


def _restore_slot(folder: Path, kept: dict[str, Any]) -> Any:
    if "value" in kept:
        return kept["value"]
    if "table" in kept:
        return {"path": folder / next(iter(kept["files"])), **kept["table"]}
    return {"path": folder / kept.get("file", "")}
