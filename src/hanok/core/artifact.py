"""A model on disk: a folder with a manifest that holds the hash of every file. Moving it is copying it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from hanok.core.contract import CONTRACT, EMPTY, AnySystem
from hanok.core.disk import sync, writing
from hanok.core.ledger import Ledger
from hanok.core.problem import NotFound, Problem
from hanok.core.registry import find
from hanok.core.settings import settings

MANIFEST = "manifest.json"
NUMBER = re.compile("[1-9][0-9]*")
LIBRARIES = ("hanok", "numpy", "scipy", "scikit-learn", "onnxruntime", "torch")


HOST = socket.gethostname().replace("-", "_")


class Manifest(BaseModel):
    """What an artifact says about itself.

    `files` maps each file's relative path to its SHA-256; `learned_until` counts the feedback of the database `ledger`.
    """

    system: str
    version: int = 0
    contract: int = CONTRACT
    config: dict[str, Any]
    data: str | None = None
    seed: int = 0
    metrics: dict[str, float] = {}
    learned_until: int = 0
    ledger: str = ""
    parent: int | None = None
    run: str = ""
    created: str = ""
    libraries: dict[str, str] = {}
    files: dict[str, str] = {}


def save(
    system: AnySystem, models: Path, about: Manifest, attach: Callable[[Path], None] | None = None, after: int = 0
) -> Manifest:
    """Write an artifact as the next version under ``models/<system>/``; a crash leaves all of it or nothing.

    Parameters
    ----------
    system : System
        Fitted.
    models : Path
        The home's models folder.
    about : Manifest
        Its provenance; version, date, libraries and hashes are filled in here.
    attach : callable, optional
        Writes further files, such as the report, into the folder it is given.
    after : int
        Numbers up to this one are taken, also where their folders are gone.

    Returns
    -------
    Manifest
        As written, with the version it got.

    Raises
    ------
    Unavailable
        The disk is full or not to be written to; nothing is left of the attempt.
    """
    room = models / system.name
    draft = room / f".draft-{HOST}-{os.getpid()}-{uuid4().hex}"
    try:
        with writing(room):
            draft.mkdir(parents=True)
            system.save(draft)
            if attach:
                attach(draft)
            about = about.model_copy(
                update={
                    "created": datetime.now(UTC).isoformat(timespec="seconds"),
                    "libraries": libraries(),
                    "files": {path.relative_to(draft).as_posix(): _hash(path) for path in _files(draft)},
                }
            )
            return _publish(draft, room, about, after)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _publish(draft: Path, room: Path, about: Manifest, number: int) -> Manifest:
    """Rename the draft to the first free number: the rename is the moment the version exists."""
    number = max([number, *versions(room)])
    while True:
        number += 1
        about = about.model_copy(update={"version": number})
        (draft / MANIFEST).write_text(about.model_dump_json(indent=1), encoding="utf-8")
        _sync_all(draft)
        try:
            draft.rename(room / str(number))
        except OSError:
            if (room / str(number)).exists():  # somebody else published this number meanwhile
                continue
            raise
        sync(room)
        return about


def versions(room: Path) -> list[int]:
    """Numbers of the artifacts in ``models/<system>/``, ascending."""
    if not room.is_dir():
        return []
    return sorted(int(f.name) for f in room.iterdir() if NUMBER.fullmatch(f.name) and (f / MANIFEST).exists())


def sweep(models: Path) -> None:
    """Remove drafts left by processes of this machine that are no more; other machines' numbers say nothing here."""
    for draft in models.glob("*/.draft-*-*-*"):
        _, host, process, _ = draft.name.rsplit("-", 3)
        if host == HOST and not _alive(int(process)):
            shutil.rmtree(draft, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 only asks
    except PermissionError:  # somebody else's
        return True
    except ProcessLookupError:
        return False
    return True


def manifest(folder: Path) -> Manifest:
    """Read a manifest; its version is the number the folder has here, which may not be the one it was made under.

    Raises
    ------
    NotFound
        There is no artifact in the folder.
    Problem
        It cannot be read, or was made under a newer contract.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound("no_artifact", f"no artifact in {folder}", str(folder), "hanok models lists those there are")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if (needs := int(raw["contract"])) > CONTRACT:
            raise Problem(
                "newer_contract",
                f"made under contract {needs}; this hanok knows up to {CONTRACT}",
                str(folder),
                "upgrade hanok: pip install -U hanok",
            )
        place = {"version": int(folder.name)} if NUMBER.fullmatch(folder.name) else {}
        return Manifest.model_validate({**raw, **place})
    except (ValueError, KeyError, TypeError) as error:
        raise Problem("bad_manifest", f"the manifest cannot be read: {error}", str(path), "train again") from error


def load(folder: Path, *, ledger: Ledger[Any, Any, Any] = EMPTY) -> tuple[AnySystem, Manifest]:
    """Make the system an artifact holds, after checking every file against its hash.

    Raises
    ------
    Problem
        A file is missing, changed or was never saved; the contract is newer; the config no longer fits.
    """
    about = manifest(folder)
    verify(folder, about)
    cls = find(about.system)
    try:
        config = cls.Config.model_validate(about.config)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{folder / MANIFEST} config.{'.'.join(map(str, first['loc']))}"
        raise Problem(
            "old_config", f"this {cls.name} no longer takes it: {first['msg']}", where, "train again"
        ) from error
    system = cls(config, settings=settings(cls), ledger=ledger)
    system.load(folder)
    return system, about


def verify(folder: Path, about: Manifest) -> None:
    """Raise a `Problem` unless the folder holds exactly the files of its manifest, unchanged."""
    found = {path.relative_to(folder).as_posix(): path for path in _files(folder) if path.name != MANIFEST}
    for name in sorted(found.keys() ^ about.files.keys()):
        what = "was never saved" if name in found else "is missing"
        raise Problem("tampered", f"{name} {what}", str(folder), "copy the artifact again, or train again")
    for name, path in found.items():
        if path.is_symlink() or _hash(path) != about.files[name]:
            raise Problem(
                "tampered", f"{name} is not what was saved", str(folder), "copy the artifact again, or train again"
            )


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() or p.is_symlink())


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def libraries() -> dict[str, str]:
    """Versions of Python and of the libraries that decide what a model computes."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _sync_all(folder: Path) -> None:
    for path in [*_files(folder), *(p for p in folder.rglob("*") if p.is_dir()), folder]:
        sync(path)
