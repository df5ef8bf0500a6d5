"""States folded from the ledger, as they were at some point: what a process that starts begins with."""

from __future__ import annotations

import time

import sqlalchemy as sa

from hanok.core.ledger import Cursor, Kept
from hanok.store.engine import Database
from hanok.store.tables import states as table


class States:
    """The states table: of each system and key the latest state only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, system: str, key: str) -> Kept | None:
        """The state kept under a key, if there is one."""
        query = sa.select(table.c.body, table.c.answers, table.c.feedback).where(*_of(system, key))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Kept(row.body, Cursor(row.answers, row.feedback))

    def put(self, system: str, key: str, kept: Kept) -> None:
        """Keep a state, unless another process has kept one that reaches further."""
        values = {"body": kept.state, "answers": kept.upto.answers, "feedback": kept.upto.feedback}
        with self._database.append(table) as connection:  # alone, so what is looked up stays true
            found = connection.execute(sa.select(table.c.answers, table.c.feedback).where(*_of(system, key))).first()
            if found is None:
                row = {"system": system, "key": key, **values, "changed": time.time()}
                connection.execute(table.insert().values(row))
            elif tuple(found) < kept.upto:
                connection.execute(table.update().where(*_of(system, key)).values(**values, changed=time.time()))


def _of(system: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.system == system, table.c.key == key
