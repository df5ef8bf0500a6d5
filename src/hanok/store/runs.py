"""Runs: what was trained, tuned or evaluated, with which settings, on which data, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

import sqlalchemy as sa

from hanok.core.problem import Conflict, NotFound
from hanok.store.engine import Database
from hanok.store.tables import runs as table
from hanok.store.text import clean, dumps, loads

Ending = Literal["done", "failed", "stopped", "lost"]
"""``"lost"``: its process died without a word."""


@dataclass(frozen=True)
class Run:
    """One run.

    Parameters
    ----------
    seq : int
        Grows with every run.
    kind : str
        Such as ``"train"``.
    version : int, optional
        The version it made or was about.
    config, metrics
        JSON.
    seed : int
        Where its random numbers came from.
    data : str, optional
        Fingerprint of the data it read.
    job : str, optional
        The job it ran for; without one it ran in the foreground.
    started, ended
        UTC seconds.
    """

    seq: int
    id: str
    system: str
    kind: str
    version: int | None
    config: Mapping[str, Any]
    metrics: Mapping[str, Any]
    state: Literal["running"] | Ending
    seed: int
    data: str | None
    job: str | None
    started: float
    ended: float | None


class Runs:
    """The runs table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(
        self,
        system: str,
        kind: str,
        config: Mapping[str, Any],
        *,
        seed: int = 0,
        data: str | None = None,
        version: int | None = None,
        job: str | None = None,
    ) -> Run:
        """Enter a run that begins now; an earlier one of the same job that never ended is lost."""
        now, id = time.time(), uuid4().hex
        row = {"system": system, "kind": kind, "config": dumps(config), "seed": seed, "data": data, "version": version}
        with self._database.append(table) as connection:
            if job is not None:
                orphans = table.update().where(table.c.job == job, table.c.state == "running")
                connection.execute(orphans.values(state="lost", ended=now))
            connection.execute(table.insert().values(**row, id=id, job=job, state="running", metrics="{}", started=now))
        return self.get(id)

    def end(self, id: str, state: Ending, metrics: Mapping[str, Any] | None = None, version: int | None = None) -> Run:
        """Say how a run ended.

        Raises
        ------
        NotFound
            There is none.
        Conflict
            It has ended already.
        """
        values: dict[str, Any] = {"state": state, "ended": time.time(), "metrics": dumps(metrics or {})}
        if version is not None:
            values["version"] = version
        with self._database.write() as connection:
            running = table.update().where(table.c.id == clean(id), table.c.state == "running")
            changed = connection.execute(running.values(values)).rowcount
        run = self.get(id)
        if not changed:
            raise Conflict("run_ended", f"run {run.id} is {run.state}", "run")
        return run

    def get(self, id: str) -> Run:
        """One run; raises NotFound if there is none."""
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == clean(id))).one_or_none()
        if row is None:
            raise NotFound("unknown_run", f"no run {clean(id)[:40]!r}", "run")
        return _run(row)

    def list(
        self, system: str | None = None, kind: str | None = None, limit: int = 50, before: int | None = None
    ) -> Sequence[Run]:
        """Newest first, those with ``seq < before``."""
        query = sa.select(table).order_by(table.c.seq.desc()).limit(limit)
        for column, wanted in ((table.c.system, system), (table.c.kind, kind)):
            if wanted is not None:
                query = query.where(column == wanted)
        if before is not None:
            query = query.where(table.c.seq < before)
        with self._database.read() as connection:
            return [_run(row) for row in connection.execute(query)]


def _run(row: sa.Row[*tuple[Any, ...]]) -> Run:
    return Run(**{**row._mapping, "config": loads(row.config), "metrics": loads(row.metrics)})
