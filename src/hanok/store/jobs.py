"""Jobs: a queue that survives its workers.

A worker claims a job for some seconds (its lease) and says again and again that it lives (its heartbeat). One that dies
says nothing, its lease runs out, and the job is taken up again, or fails with its last words once it has been taken up
`ATTEMPTS` times. Whoever lost the lease can change nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from hanok.core.problem import Conflict, NotFound, Problem
from hanok.core.run import Progress
from hanok.store.engine import Database
from hanok.store.job import Job, State, point, thin
from hanok.store.tables import jobs as table
from hanok.store.text import clean, dumps, loads

ATTEMPTS = 2
"""How often a job is taken up before a dead worker is believed to be its fault."""

LOG = 16 * 1024  # characters of log that are kept
LAST_WORDS = 500  # characters of log that an error quotes


class Jobs:
    """The jobs table. A worker's name must be its own: two claims under one name could not be told apart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- asking ------------------------------------------------------------------------------------------------------

    def enqueue(self, system: str, kind: str, args: Mapping[str, Any], asked_by: str | None = None) -> Job:
        """Put a job at the end of the queue."""
        id = uuid4().hex
        fresh = {"state": "queued", "curve": "[]", "log": "", "cancel_requested": False, "attempts": 0}
        with self._database.append(table) as connection:
            asked = {"system": system, "kind": kind, "args": dumps(args), "asked_by": asked_by}
            created = self._database.clock(connection)
            connection.execute(table.insert().values(id=id, created=created, **asked, **fresh))
        return self.get(id)

    def get(self, id: str) -> Job:
        """One job.

        Raises
        ------
        NotFound
            Nobody asked for it.
        """
        with self._database.read() as connection:
            return _job(_row(connection, id))

    def list(
        self,
        system: str | None = None,
        kind: str | None = None,
        states: Sequence[State] = (),
        limit: int = 50,
        before: int | None = None,
    ) -> Sequence[Job]:
        """Newest first, those with ``seq < before``; without `states` those in any."""
        query = sa.select(table).order_by(table.c.seq.desc()).limit(limit)
        for column, wanted in ((table.c.system, system), (table.c.kind, kind)):
            if wanted is not None:
                query = query.where(column == wanted)
        if states:
            query = query.where(table.c.state.in_(states))
        if before is not None:
            query = query.where(table.c.seq < before)
        with self._database.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def request_cancel(self, id: str) -> Job:
        """Cancel a queued job at once, ask the worker of a running one to stop, leave an ended one alone.

        Raises
        ------
        NotFound
            Nobody asked for it.
        """
        with self._database.write() as connection:
            row = _row(connection, id, lock=True)
            if row.state == "queued":
                self._end(connection, row.id, "cancelled")
            elif row.state == "running":
                _set(connection, row.id, cancel_requested=True)
        return self.get(id)

    # -- working -----------------------------------------------------------------------------------------------------

    def claim(self, worker: str, lease: float) -> Job | None:
        """Take the oldest job that waits, or whose worker has fallen silent; None if there is none.

        Parameters
        ----------
        worker : str
            Who takes it.
        lease : float
            Seconds until the job counts as lost, unless a heartbeat comes.
        """
        while True:
            with self._database.write() as connection:
                now = self._database.clock(connection)
                silent = (table.c.state == "running") & (table.c.lease_until < now)
                free = sa.select(table).where((table.c.state == "queued") | silent).order_by(table.c.seq).limit(1)
                row = connection.execute(free.with_for_update(skip_locked=True)).one_or_none()
                if row is None:
                    return None
                if row.state == "queued" or self._lost(connection, row, "fell silent") == "queued":
                    mine = {"state": "running", "worker": worker, "lease_until": now + lease}
                    _set(connection, row.id, **mine, attempts=row.attempts + 1, started=row.started or now)
                    return _job(_row(connection, row.id))

    def heartbeat(self, id: str, worker: str, lease: float, progress: Sequence[Progress] = (), log: str = "") -> bool:
        """Say that the worker lives, and what it did since the last heartbeat.

        Parameters
        ----------
        id, worker
            Which job, and who works on it.
        lease : float
            Seconds from now until the job counts as lost.
        progress : sequence of Progress
            In order; all of them go into the curve.
        log : str
            Added to the end of the job's log.

        Returns
        -------
        bool
            Whether the job shall be cancelled: stop, then say so with `cancel`.

        Raises
        ------
        Conflict
            The lease was lost to somebody else, or the job has ended: stop, and say nothing more.
        """
        with self._database.write() as connection:
            row = self._mine(connection, id, worker)
            now = self._database.clock(connection)
            values: dict[str, Any] = {"lease_until": now + lease}
            if progress:
                curve = loads(row.curve)
                first = curve[-1]["n"] + 1 if curve else 0
                curve += [point(p, first + i, now) for i, p in enumerate(progress)]
                values |= {"progress": dumps(curve[-1]), "curve": dumps(thin(curve))}
            if log:
                values["log"] = (row.log + clean(log))[-LOG:]
            _set(connection, id, **values)
            return bool(row.cancel_requested)

    def finish(self, id: str, worker: str, result: object) -> None:
        """The job is done; raises Conflict if the lease was lost."""
        with self._database.write() as connection:
            self._mine(connection, id, worker)
            self._end(connection, id, "done", result=dumps(result))

    def fail(self, id: str, worker: str, problem: Problem) -> None:
        """The job cannot be done, trying again would not help; raises Conflict if the lease was lost."""
        with self._database.write() as connection:
            self._mine(connection, id, worker)
            self._end(connection, id, "failed", error=dumps(problem.envelope()["error"]))

    def cancel(self, id: str, worker: str) -> None:
        """The worker has stopped as it was asked to; raises Conflict if the lease was lost."""
        with self._database.write() as connection:
            self._mine(connection, id, worker)
            self._end(connection, id, "cancelled")

    def requeue(self, id: str, worker: str, last_words: str) -> State:
        """The worker's process died: queue the job again, or fail it when this was its last attempt.

        Raises
        ------
        Conflict
            The lease was lost: somebody has seen it already.
        """
        with self._database.write() as connection:
            return self._lost(connection, self._mine(connection, id, worker), clean(last_words))

    def release(self, id: str, worker: str) -> None:
        """Put the job back because the worker shuts down in order: this was no attempt. Raises Conflict as `finish`."""
        with self._database.write() as connection:
            row = self._mine(connection, id, worker)
            _set(connection, id, state="queued", worker=None, lease_until=None, attempts=row.attempts - 1)

    # -- inside a transaction ----------------------------------------------------------------------------------------

    def _mine(self, connection: sa.Connection, id: str, worker: str) -> sa.Row[*tuple[Any, ...]]:
        row = _row(connection, id, lock=True)
        if row.state != "running" or row.worker != worker:
            raise Conflict("lease_lost", f"{worker} does not hold job {row.id}: it is {row.state}", "job")
        return row

    def _lost(self, connection: sa.Connection, row: sa.Row[*tuple[Any, ...]], how: str) -> State:
        """What becomes of a running job whose worker is gone."""
        if row.cancel_requested:
            return self._end(connection, row.id, "cancelled")
        if row.attempts < ATTEMPTS:
            _set(connection, row.id, state="queued", worker=None, lease_until=None)
            return "queued"
        words = f"{how}; {row.log.strip()[-LAST_WORDS:]}".strip("; ")
        died = Problem("worker_died", f"its worker died {row.attempts} times, last words: {words}", "job")
        return self._end(connection, row.id, "failed", error=dumps(died.envelope()["error"]))

    def _end(self, connection: sa.Connection, id: str, state: State, **values: Any) -> State:
        _set(connection, id, state=state, ended=self._database.clock(connection), lease_until=None, **values)
        return state


def _row(connection: sa.Connection, id: str, *, lock: bool = False) -> sa.Row[*tuple[Any, ...]]:
    query = sa.select(table).where(table.c.id == clean(id))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("unknown_job", f"no job {clean(id)[:40]!r}", "job")
    return row


def _set(connection: sa.Connection, id: str, **values: Any) -> None:
    connection.execute(table.update().where(table.c.id == id).values(values))


def _job(row: sa.Row[*tuple[Any, ...]]) -> Job:
    values = dict(row._mapping)
    for column in ("args", "curve", "progress", "result", "error"):
        values[column] = None if values[column] is None else loads(values[column])
    return Job(**values)
