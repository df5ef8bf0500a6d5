"""One database, SQLite or PostgreSQL: how it is opened, read, written and appended to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from hanok.core.problem import Problem, Unavailable

PATIENCE = 30.0
"""Seconds a writer waits for the writers before it."""


class Database:
    """Transactions on one database.

    Parameters
    ----------
    url : str
        ``sqlite:///hanok.db`` or ``postgresql+psycopg://user:password@host/name``.

    Raises
    ------
    Problem
        The URL is none of the two.
    Unavailable
        psycopg is missing; the hint says what to install.
    """

    def __init__(self, url: str) -> None:
        self.url = _address(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.sqlite else _postgres(self.url)
        self._writer = self.engine.execution_options(writes=True)
        # SQLite has one writer: threads of this process queue here, in place of polling the file
        self._turn: AbstractContextManager[Any] = Lock() if self.sqlite else nullcontext()

    def read(self) -> AbstractContextManager[sa.Connection]:
        """A connection that sees what is committed; on SQLite it neither waits for the writer nor holds it up."""
        return self.engine.connect()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction: committed when the block ends, rolled back when it raises.

        Raises
        ------
        Unavailable
            The disk is full or read-only, others are writing for longer than `PATIENCE`, or the server is gone.
        """
        try:
            with self._turn, self._writer.begin() as connection:
                yield connection
        except OperationalError as error:
            raise _unavailable("write to", self, error) from error

    @contextmanager
    def append(self, *tables: sa.Table) -> Iterator[sa.Connection]:
        """A transaction that is alone in adding to `tables`, so that sequence numbers appear in the order of commit.

        PostgreSQL draws a number when a row is inserted and shows the row when its transaction commits: without the
        lock a reader could see 8, remember it, and never learn of 7. SQLite has one writer and needs nothing.
        """
        with self.write() as connection:
            for table in sorted(tables, key=lambda t: t.name):  # one order for everybody: no deadlock
                self.lock(connection, table.name)
            yield connection

    def lock(self, connection: sa.Connection, name: str) -> None:
        """Be alone with `name` until the transaction of `connection` ends."""
        if not self.sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(crc32(f"hanok.{name}".encode()))))

    def clock(self, connection: sa.Connection) -> float:
        """UTC seconds by the one clock that all processes on this database share: leases are judged by it."""
        if self.sqlite:
            return time.time()
        now = connection.scalar(sa.text("select extract(epoch from clock_timestamp())"))
        return float(now or 0)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _address(url: str) -> sa.URL:
    try:
        address = sa.make_url(url)
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        backend = ""
    if backend == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database not in (None, "", ":memory:"):
        return address
    raise Problem(
        "bad_database_url",
        "expected sqlite:///<file> or postgresql+psycopg://<user>:<password>@<host>/<name>",
        "database",
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    # isolation_level None: the driver begins no transactions of its own, `begin` below says which kind
    engine = sa.create_engine(url, connect_args={"timeout": PATIENCE, "isolation_level": None})

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        connection.execute("pragma synchronous=full")  # a commit is on the disk before it returns
        connection.execute("pragma foreign_keys=on")
        _write_ahead(connection)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # a reader that turns writer cannot wait for another writer, it fails at once: writers say so from the start
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def _write_ahead(connection: Any) -> None:
    """Readers and the writer side by side. The switch itself does not wait for others who are switching: try again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
            return
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _postgres(url: sa.URL) -> sa.Engine:
    try:
        # pre-ping: the first request after a restart of the database finds out by a ping, not by failing
        return sa.create_engine(url, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise Unavailable(
            "extra_missing", f"PostgreSQL needs {error.name}", "database", "pip install 'hanok[postgres]'"
        ) from error


@contextmanager
def reachable(database: Database) -> Iterator[None]:
    """Say in one line why a database cannot be opened; the password stays out of it."""
    try:
        yield
    except DBAPIError as error:
        raise _unavailable("open", database, error) from error


def _unavailable(what: str, database: Database, error: DBAPIError) -> Unavailable:
    reason = str(error.orig).strip().splitlines()[0]
    return Unavailable("database_unavailable", f"cannot {what} {database.url.render_as_string()}: {reason}", "database")
