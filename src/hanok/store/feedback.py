"""Feedback received: each about one answer, on the disk before anybody is told so, the same one only once."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import sqlalchemy as sa

from hanok.core.problem import NotFound
from hanok.store.blobs import Blobs
from hanok.store.engine import Database
from hanok.store.tables import answers
from hanok.store.tables import feedback as table
from hanok.store.text import clean


class Added(NamedTuple):
    """The number a feedback has, and whether it is new."""

    seq: int
    new: bool


class Given(NamedTuple):
    """One feedback, with the answer it is about; `item`, `output` and `body` are JSON, times are UTC seconds."""

    seq: int
    answer: str
    version: int
    item: str
    output: str
    body: str
    created: float
    answered: float


class Feedback:
    """The feedback table."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    def add(self, answer: str, system: str, body: str) -> Added:
        """Commit one feedback; when this returns, no crash takes it back.

        Parameters
        ----------
        answer : str
            The answer's id.
        system : str
            The system that gave it.
        body : str
            JSON, as the system's Feedback model dumps it.

        Returns
        -------
        Added
            ``new=False`` when the same was said of the same answer before: a click sent twice is one click.

        Raises
        ------
        NotFound
            The system gave no such answer.
        """
        key = sha256(f"{answer}\n{body}".encode()).hexdigest()
        known = sa.exists().where(answers.c.id == clean(answer), answers.c.system == system)
        with self._blobs.stage() as stage:
            row = {"answer": answer, "system": system, "body": stage.text(body), "key": key, "created": time.time()}
            with self._database.append(table) as connection:  # alone, so what is looked up stays true
                if not connection.scalar(sa.select(known)):
                    raise NotFound("unknown_answer", f"{system} gave no answer {clean(answer)[:40]!r}", "answer")
                seq = connection.scalar(sa.select(table.c.seq).where(table.c.key == key))
                if seq is not None:
                    return Added(seq, new=False)
                stage.publish(connection)
                seq = connection.scalar(table.insert().values(row).returning(table.c.seq))
        assert seq is not None
        return Added(seq, new=True)

    def since(self, system: str, after: int = 0, most: int | None = None) -> Sequence[Given]:
        """The next `most` with ``seq > after``, or all of them, oldest first."""
        return self._read(self._of(system).where(table.c.seq > after).order_by(table.c.seq).limit(most))

    def recent(self, system: str, limit: int = 50, before: int | None = None) -> Sequence[Given]:
        """Newest first, those with ``seq < before``."""
        query = self._of(system).order_by(table.c.seq.desc()).limit(limit)
        return self._read(query if before is None else query.where(table.c.seq < before))

    def of(self, answers: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """What was said of each of these answers: its bodies, oldest first; one nobody spoke of is left out."""
        said: dict[str, list[str]] = {}
        query = sa.select(table.c.answer, table.c.body).where(table.c.answer.in_(answers)).order_by(table.c.seq)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        for answer, body in rows:
            said.setdefault(answer, []).append(self._blobs.text(body))
        return said

    def count(self, system: str, after: int = 0) -> int:
        """How many have ``seq > after``: what a version with this ``learned_until`` has not learnt yet."""
        query = sa.select(sa.func.count()).where(table.c.system == system, table.c.seq > after)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def _of(self, system: str) -> sa.Select[*tuple[object, ...]]:
        columns = (table.c.seq, table.c.answer, answers.c.version, answers.c.item, answers.c.output, table.c.body)
        joined = table.join(answers, table.c.answer == answers.c.id)
        times = (table.c.created, answers.c.created.label("answered"))
        return sa.select(*columns, *times).select_from(joined).where(table.c.system == system)

    def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[Given]:
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        text = self._blobs.text
        return [
            Given(r.seq, r.answer, r.version, text(r.item), text(r.output), text(r.body), r.created, r.answered)
            for r in rows
        ]
