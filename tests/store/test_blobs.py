from __future__ import annotations

import io
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest

from hanok.core.problem import Failed, NotFound
from hanok.store import Store
from hanok.store.blobs import ABANDONED


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_content_is_found_by_its_hash(store: Store, folder: Path) -> None:
    data = os.urandom(3_000_000)
    blob = store.blobs.put(io.BytesIO(data), "사진.png", "image/png")
    sha = sha256(data).hexdigest()
    assert (blob.sha256, blob.size, blob.name, blob.media_type) == (sha, len(data), "사진.png", "image/png")
    assert store.blobs.read(sha) == data
    assert store.blobs.path(sha) == folder / sha[:2] / sha
    assert files(folder) == [store.blobs.path(sha)]


def test_the_same_content_is_kept_once_under_its_latest_name(store: Store, folder: Path) -> None:
    store.blobs.put(b"x", "a.txt", "text/plain")
    again = store.blobs.put(b"x", "b.csv", "text/csv")
    assert (again.name, again.media_type) == ("b.csv", "text/csv")
    assert len(files(folder)) == 1


def test_an_empty_content_is_one_too(store: Store) -> None:
    assert store.blobs.read(store.blobs.put(b"").sha256) == b""


@pytest.mark.parametrize("sha", ["", "0" * 64, "../../etc/passwd", "\x00", "\ud800"])
def test_what_nobody_put_is_not_found_and_no_path(store: Store, sha: str) -> None:
    for ask in (store.blobs.get, store.blobs.path, store.blobs.read):
        with pytest.raises(NotFound):
            ask(sha)


def test_a_name_is_never_a_path(store: Store, folder: Path) -> None:
    blob = store.blobs.put(b"x", "../../evil\x00")
    assert blob.name == "../../evil\ufffd"
    assert len(files(folder)) == 1


def test_a_changed_or_lost_file_is_noticed(store: Store) -> None:
    sha = store.blobs.put(b"right").sha256
    store.blobs.path(sha).write_bytes(b"wrong")
    with pytest.raises(Failed, match="does not match its hash"):
        store.blobs.read(sha)
    store.blobs.path(sha).unlink()
    with pytest.raises(Failed, match="is gone"):
        store.blobs.read(sha)
    assert store.blobs.put(b"right").sha256 == sha  # putting it again heals it
    assert store.blobs.read(sha) == b"right"


def test_an_upload_that_breaks_off_leaves_nothing(store: Store, folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.blobs.put(Broken())
    assert files(folder) == []


def test_a_transaction_that_fails_leaves_no_row_and_its_file_is_swept(store: Store, folder: Path) -> None:
    with suppress(ZeroDivisionError), store.blobs.stage() as stage:
        sha = stage.add(io.BytesIO(b"lost"), "", "").sha256
        with store.database.write() as connection:
            stage.publish(connection)
            raise ZeroDivisionError
    with pytest.raises(NotFound):
        store.blobs.get(sha)
    kept = store.blobs.put(b"kept").sha256
    assert store.blobs.sweep() == 1
    assert files(folder) == [store.blobs.path(kept)]


def test_what_is_being_written_is_swept_only_when_it_is_a_day_old(store: Store, folder: Path) -> None:
    half = folder / "waiting" / "half"
    half.write_bytes(b"...")
    assert store.blobs.sweep() == 0
    long_ago = half.stat().st_mtime - ABANDONED - 60
    os.utime(half, (long_ago, long_ago))
    assert store.blobs.sweep() == 1
    assert files(folder) == []
