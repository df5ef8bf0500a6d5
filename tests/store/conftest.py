"""Every test of the store runs on SQLite and on a real PostgreSQL, started here on loopback for the session."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from hanok.store import Store

CHILD = Path(__file__).with_name("child.py")


class Server:
    """A PostgreSQL of our own: a folder, a port, a password, gone after the session."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self.binaries, self.folder = binaries, folder
        self.password, self.port = secrets.token_hex(16), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        password = self.folder / "password"
        password.write_text(self.password)
        for path in (self.folder, password):
            if os.getuid() == 0:  # PostgreSQL refuses to run as root
                shutil.chown(path, "postgres", "postgres")
        data = self.folder / "data"
        make = [self.binaries / "initdb", "-D", data, "-U", "hanok", "-A", "scram-sha-256", "--pwfile", password, "-N"]
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder), "-F"]  # -F: we test no power loss
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        with open(self.folder / "log", "wb") as log:
            common = {"stdout": log, "stderr": subprocess.STDOUT, "cwd": self.folder, **as_user}
            subprocess.run([*make, "-E", "UTF8", "--locale=C"], check=True, **common)
            self.process = subprocess.Popen([self.binaries / "postgres", "-D", data, *options], **common)
        for _ in range(200):
            try:
                self.run("select 1")
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text())

    def run(self, statement: str) -> None:
        import psycopg

        try:
            with psycopg.connect(self.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute(statement)
        except psycopg.OperationalError as error:
            raise OSError(str(error)) from error

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://hanok:{self.password}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def find_binaries() -> Path | None:
    """The newest PostgreSQL: on the PATH, or where Debian puts it."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def why_not() -> str | None:
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed: pip install 'hanok[postgres]'"
    if find_binaries() is None:
        return "no PostgreSQL server here: apt-get install postgresql"
    if os.getuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        return "PostgreSQL does not run as root, and there is no user postgres"
    return None


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    reason = why_not()
    binaries = find_binaries()
    if reason or binaries is None:
        pytest.skip(reason or "")
    folder = Path(tempfile.mkdtemp(prefix="hanok-pg-"))
    running = Server(binaries, folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database nobody has opened yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hanok.db'}"
        return
    running: Server = request.getfixturevalue("server")
    name = f"t{uuid4().hex}"
    running.run(f"create database {name}")
    yield running.url(name)
    running.run(f"drop database {name} with (force)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "blobs"


@pytest.fixture
def store(url: str, folder: Path) -> Iterator[Store]:
    with Store.open(url, folder) as opened:
        yield opened


class Children:
    """Processes that run a command of ``child.py`` on the same store."""

    def __init__(self, url: str, folder: Path) -> None:
        self.where = [url, str(folder)]
        self.started: list[subprocess.Popen[str]] = []

    def start(self, command: str, *args: object) -> subprocess.Popen[str]:
        line = [sys.executable, "-W", "error", str(CHILD), command, *self.where, *map(str, args)]
        child = subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.started.append(child)
        return child

    def stop(self) -> None:
        for child in self.started:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe:
                    pipe.close()


@pytest.fixture
def children(url: str, folder: Path) -> Iterator[Children]:
    running = Children(url, folder)
    yield running
    running.stop()
