"""What can go wrong with the machine: no room on the disk, a folder that may not be written to, a database in use."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from hanok.core import artifact
from hanok.core.home import Home
from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace

SMALL = "size=2m"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")

LIMITED = """
import resource, sys
from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.lifecycle.train import train
from hanok.lifecycle.workspace import Workspace
with Workspace.open(sys.argv[1]) as workspace:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
    try:
        train(workspace, "nearest", {"points": sys.argv[2]}, {"k": 5}, Run(seed=1))
    except Problem as problem:
        print(problem.code, problem.hint, sep="\\n")
"""

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("begin immediate")
print("held", flush=True)
sys.stdin.readline()
connection.execute("commit")
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Fill a disk up to the last `leave` bytes."""
    filler = disk / "filler"
    handle = os.open(filler, os.O_CREAT | os.O_WRONLY)
    with suppress(OSError):
        while True:
            os.write(handle, bytes(4096))
    os.close(handle)
    os.truncate(filler, filler.stat().st_size - leave)
    return filler


def whole(home: Path) -> list[int]:
    """The versions in a home, after each has been loaded and asked."""
    with Workspace.open(home) as workspace:
        known = [version.version for version in workspace.store.versions.list("nearest")]
        assert sorted(known) == artifact.versions(workspace.home.models / "nearest")
        for number in known:
            assert workspace.load(f"nearest@{number}")({"x": 3})
        assert workspace.resolve("nearest") == ("nearest", 1)
        assert not list(workspace.home.models.glob("*/.draft-*"))
        assert not list(workspace.home.snapshots.rglob(".*"))
        return known


@needs_root
@pytest.mark.parametrize("pages", [0, 1, 2, 3])
def test_a_disk_full_while_saving_leaves_the_old_version_and_a_clear_problem(
    small_disk: Path, tmp_path: Path, points: Path, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HANOK_DATABASE", f"sqlite:///{tmp_path}/elsewhere.db")
    home = small_disk / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run())
        filler = fill(small_disk, leave=4096 * pages)
        with pytest.raises(Unavailable, match="No space left") as caught:
            train(workspace, "nearest", {"points": points}, {"k": 5}, Run(seed=1))
        assert (caught.value.code, caught.value.where) == ("disk_full", str(workspace.home.models / "nearest"))
        assert [run.state for run in workspace.store.runs.list("nearest")] == ["failed", "done"]
        assert workspace.load("nearest")({"x": 3})
    filler.unlink()
    assert whole(home) == [1]
    with Workspace.open(home) as workspace:
        assert train(workspace, "nearest", {"points": points}, {}, Run()).manifest.version == 2


@needs_root
@pytest.mark.parametrize("pages", [0, 4, 8, 12, 16])
def test_a_disk_full_for_the_database_as_well_loses_nothing(small_disk: Path, points: Path, pages: int) -> None:
    home = small_disk / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run())
        filler = fill(small_disk, leave=4096 * pages)
        with suppress(Unavailable):  # with the last pages there is room enough
            train(workspace, "nearest", {"points": points}, {"k": 5}, Run(seed=1))
        assert workspace.load("nearest")({"x": 3})
    filler.unlink()
    assert whole(home) in ([1], [2, 1]), "published is what was renamed, whether or not it could be entered"


@needs_root
def test_a_disk_too_small_for_the_training_data_keeps_no_half_of_it(small_disk: Path, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    big.write_text("x,y\n" + "1.25,2.5\n" * 400_000, encoding="utf-8")
    with Workspace.open(small_disk / "home") as workspace:
        with pytest.raises(Unavailable) as caught:
            train(workspace, "nearest", {"points": big}, {}, Run())
        assert caught.value.code == "disk_full"
        assert not [path for path in workspace.home.snapshots.rglob("*") if path.is_file()]


@pytest.mark.parametrize("limit", [500, 1000, 5000])
def test_a_file_that_may_not_grow_is_no_half_version(tmp_path: Path, points: Path, limit: int) -> None:
    home = tmp_path / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run())
        workspace.store.runs.list("nearest")  # the connection stays open: its log is not cut when the child closes
        child = [sys.executable, "-c", LIMITED, str(home), str(points), str(limit)]
        said = subprocess.run(child, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert said[0] in {"disk_full", "database_unavailable"}
    assert whole(home) == [1]


@needs_user
@pytest.mark.parametrize("make", [Home, Workspace.open])
def test_a_home_that_may_not_be_made_is_named(tmp_path: Path, make: Callable[[Path], object]) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Unavailable) as caught:
            make(tmp_path / "home")
    finally:
        tmp_path.chmod(0o700)
    assert str(tmp_path / "home") in caught.value.where


@needs_user
def test_a_home_that_may_only_be_read_leaves_the_old_version_and_a_clear_problem(tmp_path: Path, points: Path) -> None:
    home = tmp_path / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run())
        room = workspace.home.models / "nearest"
        room.chmod(0o500)
        try:
            with pytest.raises(Unavailable) as caught:
                train(workspace, "nearest", {"points": points}, {"k": 5}, Run())
        finally:
            room.chmod(0o700)
        assert caught.value.code == "no_access"
        assert str(room) in caught.value.where
    assert whole(home) == [1]


@needs_root
def test_a_disk_that_may_only_be_read_is_named(small_disk: Path, points: Path) -> None:
    home = small_disk / "home"
    with Workspace.open(home) as workspace:
        train(workspace, "nearest", {"points": points}, {}, Run())
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(Unavailable) as caught:
        Workspace.open(home)
    assert "hanok.db" in caught.value.message
    with pytest.raises(Unavailable, match="Read-only file system"):
        Home(small_disk / "another")


def test_a_home_below_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Unavailable) as caught:
        Workspace.open(tmp_path / "file" / "home")
    assert str(tmp_path / "file") in caught.value.where


def test_a_database_that_another_process_holds_is_waited_for(workspace: Workspace, points: Path) -> None:
    done = Event()

    def publish() -> None:
        train(workspace, "nearest", {"points": points}, {}, Run())
        done.set()

    database = workspace.store.database.url.database
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        thread = Thread(target=publish)
        thread.start()
        assert not done.wait(0.3)
        assert workspace.store.versions.list() == [], "readers do not wait"
        holder.stdin.write("let go\n")
        holder.stdin.flush()
        thread.join()
    assert workspace.resolve("nearest") == ("nearest", 1)


def test_a_database_held_for_too_long_is_named(tmp_path: Path, points: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hanok.store.engine.PATIENCE", 0.2)
    with Workspace.open(tmp_path / "home") as workspace:
        holder = sqlite3.connect(str(workspace.store.database.url.database), isolation_level=None)
        holder.execute("begin immediate")
        with pytest.raises(Unavailable, match="database is locked"):
            train(workspace, "nearest", {"points": points}, {}, Run())
        holder.execute("commit")
        holder.close()
        assert train(workspace, "nearest", {"points": points}, {}, Run()).manifest.version == 1
