"""Answers given: recorded in groups, read by session, by review, by time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import sqlalchemy as sa

from hanok.core.problem import NotFound
from hanok.store.blobs import REFERENCE, Blobs
from hanok.store.engine import Database
from hanok.store.tables import answers as table
from hanok.store.tables import feedback
from hanok.store.text import clean, name

CHUNK = 1000  # rows removed per transaction, so that writers wait for milliseconds


@dataclass(frozen=True)
class NewAnswer:
    """One answer to be recorded.

    Parameters
    ----------
    system, version
        Who gave it.
    item, output : str
        JSON, as the system's models dump it.
    session : str, optional
        At most 200 characters.
    review : str, optional
        Why a person should look at it.
    subject : str, optional
        What it is about, where several answers may be about one thing: of these only the newest waits for a person.
    id : str
        32 hex digits.
    created : float
        UTC seconds.

    Raises
    ------
    Problem
        `session` cannot be a name.
    """

    system: str
    version: int
    item: str
    output: str
    session: str | None = None
    review: str | None = None
    subject: str | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    created: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        if self.session is not None:
            name(self.session, "session")


@dataclass(frozen=True)
class Answer:
    """One answer as recorded; `seq` grows in the order of commit."""

    seq: int
    id: str
    system: str
    version: int
    session: str | None
    item: str
    output: str
    review: str | None
    created: float
    subject: str | None = None


class Answers:
    """The answers table; an item or output of more than 64 Ki characters lies in a file, here nobody sees that."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database, self._blobs = database, blobs

    def record(self, many: Sequence[NewAnswer]) -> None:
        """Commit all of them at once, or none: one sync of the disk for the whole group."""
        if not many:
            return
        with self._blobs.stage() as stage:
            rows = [
                {
                    "id": answer.id,
                    "system": answer.system,
                    "version": answer.version,
                    "session": answer.session,
                    "item": stage.text(answer.item),
                    "output": stage.text(answer.output),
                    "review": None if answer.review is None else clean(answer.review),
                    "created": answer.created,
                    "subject": None if answer.subject is None else clean(answer.subject),
                }
                for answer in many
            ]
            with self._database.append(table) as connection:
                stage.publish(connection)
                connection.execute(table.insert(), rows)

    def get(self, id: str) -> Answer:
        """One answer.

        Raises
        ------
        NotFound
            Nobody gave it, or it was pruned.
        """
        found = self._read(sa.select(table).where(table.c.id == clean(id)))
        if not found:
            raise NotFound("unknown_answer", f"no answer {clean(id)[:40]!r}", "answer")
        return found[0]

    def history(self, system: str, session: str, last: int) -> Sequence[Answer]:
        """The session's `last` answers, oldest first."""
        mine = (table.c.system == system) & (table.c.session == clean(session))
        return self._read(sa.select(table).where(mine).order_by(table.c.seq.desc()).limit(last))[::-1]

    def recent(self, system: str, limit: int = 50, before: int | None = None) -> Sequence[Answer]:
        """Newest first, those with ``seq < before``."""
        query = sa.select(table).where(table.c.system == system).order_by(table.c.seq.desc()).limit(limit)
        return self._read(query if before is None else query.where(table.c.seq < before))

    def since(self, system: str, after: int, most: int) -> Sequence[Answer]:
        """The next `most` answers with ``seq > after``, oldest first."""
        query = sa.select(table).where(table.c.system == system, table.c.seq > after)
        return self._read(query.order_by(table.c.seq).limit(most))

    def reviews(self, system: str, limit: int = 50, after: int = 0) -> Sequence[Answer]:
        """Answers a person should look at and has not, oldest first, those with ``seq > after``."""
        query = sa.select(table).where(_open_review(), table.c.system == system, table.c.seq > after)
        return self._read(query.order_by(table.c.seq).limit(limit))

    def waiting(self, system: str, limit: int) -> Sequence[tuple[str, str]]:
        """Id and output of answers a person should look at and has not, oldest first; items are left where they are."""
        columns = sa.select(table.c.id, table.c.output).where(_open_review(), table.c.system == system)
        with self._database.read() as connection:
            rows = connection.execute(columns.order_by(table.c.seq).limit(limit)).all()
        return [(row.id, self._blobs.text(row.output)) for row in rows]

    def review_counts(self) -> dict[str, int]:
        """How many answers of each system wait for a person; a system with none is left out."""
        query = sa.select(table.c.system, sa.func.count()).where(_open_review()).group_by(table.c.system)
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def prune(self, before: float) -> int:
        """Remove answers given before a time (UTC seconds), and the files only they had; how many.

        Answers with feedback stay: models learn from them, also after a rollback to an older version.
        """
        removed = 0
        while count := self._prune_some(before):
            removed += count
        self._blobs.sweep()
        return removed

    def _prune_some(self, before: float) -> int:
        useless = sa.select(table.c.seq, table.c.item, table.c.output).where(table.c.created < before, ~_has_feedback())
        with self._database.append(table, feedback) as connection:
            rows = connection.execute(useless.limit(CHUNK)).all()
            connection.execute(table.delete().where(table.c.seq.in_([row.seq for row in rows])))
            texts = {text for row in rows for text in (row.item, row.output) if text.startswith(REFERENCE)}
            if texts:
                columns = (table.c.item, table.c.output, feedback.c.body)
                kept = sa.union(*(sa.select(column).where(column.in_(texts)) for column in columns))
                self._blobs.forget(connection, texts - set(connection.scalars(kept)))
        return len(rows)

    def _read(self, query: sa.Select[*tuple[object, ...]]) -> list[Answer]:
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        text = self._blobs.text
        return [
            Answer(
                r.seq,
                r.id,
                r.system,
                r.version,
                r.session,
                text(r.item),
                text(r.output),
                r.review,
                r.created,
                r.subject,
            )
            for r in rows
        ]


def _has_feedback() -> sa.Exists:
    return sa.exists().where(feedback.c.answer == table.c.id)


def _open_review() -> sa.ColumnElement[bool]:
    return table.c.review.is_not(None) & ~_has_feedback() & ~_has_newer()


def _has_newer() -> sa.Exists:
    """Whether a later answer is about the same: that one waits, if any has to."""
    newer = table.alias()
    return sa.exists().where(
        newer.c.system == table.c.system, newer.c.subject == table.c.subject, newer.c.seq > table.c.seq
    )
