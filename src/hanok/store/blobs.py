"""Bytes by their content: uploads, and texts too long for a table, each a file under ``blobs/ab/<sha256>`` with a row.

A file is written to the side and synced first, then renamed and given its row in one transaction. So every row has its
whole file; a crash leaves at most a file without a row, which `Blobs.sweep` removes.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

import sqlalchemy as sa

from hanok.core.disk import sync
from hanok.core.problem import Failed, NotFound
from hanok.store.engine import Database
from hanok.store.tables import blobs as table
from hanok.store.text import clean

LARGE = 64 * 1024
"""Texts with more characters lie in a file, so that a page of the table stays small."""

REFERENCE = "blob:"  # no JSON begins with it
TEXT = "(text)"  # the name of texts that lie here for another table
CHUNK = 1024 * 1024  # bytes
ABANDONED = 24 * 3600.0  # seconds after which a file that was being written belongs to nobody


class Blob(NamedTuple):
    """One content: `sha256` in hex, `size` in bytes, and how it was called when it last came."""

    sha256: str
    size: int
    media_type: str
    name: str
    created: float


class Stage:
    """Files written and synced to the side, waiting for the transaction that names them; made by `Blobs.stage`."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._waiting: dict[Path, Blob] = {}

    def add(self, source: BinaryIO, name: str, media_type: str) -> Blob:
        """Copy `source`, hashing it on the way."""
        digest, size = sha256(), 0
        handle, path = tempfile.mkstemp(dir=self._blobs.waiting)
        with open(handle, "wb") as file:
            self._waiting[Path(path)] = Blob("", 0, "", "", 0.0)  # from here on `discard` knows of it
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        blob = Blob(digest.hexdigest(), size, clean(media_type), clean(name), time.time())
        self._waiting[Path(path)] = blob
        return blob

    def text(self, text: str) -> str:
        """`text` itself, or a reference to the file it now lies in; `Blobs.text` reads both."""
        if len(text) <= LARGE:
            return text
        return REFERENCE + self.add(io.BytesIO(text.encode()), TEXT, "application/json").sha256

    def publish(self, connection: sa.Connection) -> None:
        """Give every file its place and its row, in the transaction of `connection`."""
        if self._waiting:
            self._blobs.publish(connection, self._waiting)

    def discard(self) -> None:
        """Remove what was not published."""
        for path in self._waiting:
            path.unlink(missing_ok=True)


class Blobs:
    """Contents in a folder; several machines on one database need a folder they share."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self.folder = folder
        self.waiting = folder / "waiting"
        self.waiting.mkdir(parents=True, exist_ok=True)

    def put(self, source: bytes | BinaryIO, name: str = "", media_type: str = "application/octet-stream") -> Blob:
        """Keep a content; the same content twice is kept once, under its latest name.

        Parameters
        ----------
        source : bytes or binary file
            Read to its end, a megabyte at a time.
        name : str
            What a person calls it; never used as a path.
        media_type : str
            Such as ``"text/csv"``.
        """
        with self.stage() as stage:
            blob = stage.add(io.BytesIO(source) if isinstance(source, bytes) else source, name, media_type)
            with self._database.write() as connection:
                stage.publish(connection)
        return self.get(blob.sha256)

    def get(self, sha: str) -> Blob:
        """What is known of a content.

        Raises
        ------
        NotFound
            Nobody has put it.
        """
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.sha256 == clean(sha))).one_or_none()
        if row is None:
            raise NotFound("unknown_blob", f"no content with sha256 {clean(sha)[:64]!r}", "blob")
        return Blob(row.sha256, row.size, row.media_type, row.name, row.created)

    def path(self, sha: str) -> Path:
        """The file of a content, to be read only.

        Raises
        ------
        NotFound
            Nobody has put it.
        """
        return self._file(self.get(sha).sha256)  # what the table knows is safe as a path

    def read(self, sha: str) -> bytes:
        """A whole content.

        Raises
        ------
        NotFound
            Nobody has put it.
        Failed
            Its file is gone or was changed.
        """
        path = self.path(sha)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise Failed("blob_missing", f"{path} is gone", "blob", "restore the folder from its backup") from error
        if sha256(data).hexdigest() != sha:
            raise Failed("blob_damaged", f"{path} does not match its hash", "blob", "restore it from its backup")
        return data

    def text(self, text: str) -> str:
        """The text that `Stage.text` has put away."""
        return self.read(text.removeprefix(REFERENCE)).decode() if text.startswith(REFERENCE) else text

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """Files for one transaction; what it does not publish is removed."""
        stage = Stage(self)
        try:
            yield stage
        finally:
            stage.discard()

    def publish(self, connection: sa.Connection, waiting: dict[Path, Blob]) -> None:
        """Give waiting files their place and row; alone, so that `sweep` takes none of them away in between."""
        self._database.lock(connection, "blobs")
        for path, blob in waiting.items():
            target = self._file(blob.sha256)
            target.parent.mkdir(exist_ok=True)
            os.replace(path, target)
            sync(target.parent)
            same = table.c.sha256 == blob.sha256
            if connection.scalar(sa.select(sa.func.count()).select_from(table).where(same)) == 0:
                connection.execute(table.insert().values(blob._asdict()))
            elif blob.name != TEXT:
                named = {"name": blob.name, "media_type": blob.media_type}
                connection.execute(table.update().where(same).values(named))
        sync(self.folder)

    def forget(self, connection: sa.Connection, references: Collection[str]) -> None:
        """Drop the rows of texts no table refers to any more, in the transaction of `connection`."""
        self._database.lock(connection, "blobs")
        shas = [reference.removeprefix(REFERENCE) for reference in references]
        connection.execute(table.delete().where(table.c.sha256.in_(shas), table.c.name == TEXT))

    def sweep(self) -> int:
        """Remove files without a row, and what was left half written a day ago; how many."""
        removed = 0
        for shard in self.folder.glob("[0-9a-f][0-9a-f]"):
            names = {path.name for path in shard.iterdir()}
            if names - self._known(shard.name):
                with self._database.write() as connection:
                    self._database.lock(connection, "blobs")  # nobody publishes while we look and remove
                    for name in names - self._known(shard.name):
                        (shard / name).unlink(missing_ok=True)
                        removed += 1
        for path in self.waiting.iterdir():
            if path.stat().st_mtime < time.time() - ABANDONED:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

    def _known(self, shard: str) -> set[str]:
        with self._database.read() as connection:
            return set(connection.scalars(sa.select(table.c.sha256).where(table.c.sha256.startswith(shard))))

    def _file(self, sha: str) -> Path:
        return self.folder / sha[:2] / sha
