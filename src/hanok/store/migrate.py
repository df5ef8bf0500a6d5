"""Bring a database to the tables this release knows, whoever else opens it at the same moment."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from hanok.core.problem import Conflict
from hanok.store.engine import Database
from hanok.store.tables import HEAD

MIGRATIONS = Path(__file__).with_name("migrations")


def migrate(database: Database) -> None:
    """Create or upgrade all tables, in one transaction.

    Raises
    ------
    Conflict
        A newer release has written this database.
    """
    with database.read() as connection:
        if _revision(connection) == HEAD:
            return
    with database.write() as connection:  # on SQLite this transaction is the lock: it also covers DDL
        database.lock(connection, "migrate")
        if _revision(connection) != HEAD:
            _upgrade(connection)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("select version_num from alembic_version"))
    return revision


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # an ini value
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Conflict(
            "database_newer",
            f"the database is at revision {_revision(connection)}, this release knows {HEAD}",
            "database",
            "install the release of hanok that wrote it, or a newer one",
        ) from error
