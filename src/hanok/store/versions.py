"""Versions of models, and the names they go by: ``faq@2``, ``faq@champion``, ``faq``."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from hanok.core.problem import Conflict, NotFound, Problem
from hanok.store.engine import Database
from hanok.store.tables import aliases
from hanok.store.tables import versions as table
from hanok.store.text import clean, dumps, loads

CHAMPION = "champion"
"""The alias that a bare system name stands for."""

_ALIAS = re.compile(r"[a-z][a-z0-9_-]{0,49}")  # never digits alone: those are versions


@dataclass(frozen=True)
class Version:
    """One artifact.

    Parameters
    ----------
    system, version
        Its name; a number is given once.
    path : str
        Its folder, relative to the folder of all models, so that the whole can be moved.
    config, metrics
        JSON; `metrics` holds the headline figures.
    size : int
        Bytes of its files.
    learned_until : int
        The last feedback it has learnt; its ledger begins after it.
    parent : int, optional
        The version it was made from by learning or optimising.
    state : str
        ``"ready"``, or ``"retired"`` when its files may be gone.
    created : float
        UTC seconds.
    """

    system: str
    version: int
    path: str
    config: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0
    learned_until: int = 0
    parent: int | None = None
    state: Literal["ready", "retired"] = "ready"
    created: float = field(default_factory=time.time)


@dataclass(frozen=True)
class AliasChange:
    """An alias given to a version, or taken away (None); `restores` is the `seq` of the change a rollback restored."""

    seq: int
    system: str
    alias: str
    version: int | None
    restores: int | None
    changed: float


class Versions:
    """Versions and aliases. An alias is never overwritten: each change is a row, the newest one counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, version: Version, alias: str | None = None) -> None:
        """Enter a version, and with it the alias that stands for it from now on: `CHAMPION` while nothing else does.

        Raises
        ------
        Conflict
            The system has one of this number.
        """
        row = {**vars(version), "config": dumps(version.config), "metrics": dumps(version.metrics)}
        try:
            with self._database.append(aliases) as connection:
                connection.execute(table.insert().values(row))
                if alias is not None:
                    first = CHAMPION not in _aliases(connection, version.system)
                    self._give(connection, version.system, CHAMPION if first else alias, version.version)
        except IntegrityError as error:
            message = f"{version.system} has a version {version.version} already"
            raise Conflict("version_exists", message, "version") from error

    def get(self, system: str, version: int) -> Version:
        """One version; raises NotFound if there is none."""
        with self._database.read() as connection:
            return _get(connection, system, version)

    def list(self, system: str | None = None) -> Sequence[Version]:
        """All versions, of one system or of every one, newest number first."""
        query = sa.select(table).order_by(table.c.system, table.c.version.desc())
        with self._database.read() as connection:
            rows = connection.execute(query if system is None else query.where(table.c.system == system))
            return [_version(row) for row in rows]

    def latest(self, system: str) -> Version | None:
        """The version with the highest number that is ready."""
        query = sa.select(table).where(table.c.system == system, table.c.state == "ready")
        with self._database.read() as connection:
            row = connection.execute(query.order_by(table.c.version.desc()).limit(1)).one_or_none()
            return None if row is None else _version(row)

    def retire(self, system: str, version: int) -> None:
        """Say that a version's files may go; its number stays taken.

        Raises
        ------
        NotFound
            There is none.
        Conflict
            An alias stands for it.
        """
        with self._database.append(aliases) as connection:
            _get(connection, system, version)
            names = [alias for alias, held in _aliases(connection, system).items() if held == version]
            if names:
                message = f"{system}@{version} is {', '.join(names)}"
                raise Conflict("version_in_use", message, "version", "give the alias to another version first")
            row = (table.c.system == system) & (table.c.version == version)
            connection.execute(table.update().where(row).values(state="retired"))

    def resolve(self, reference: str) -> Version:
        """The version that ``faq@2``, ``faq@champion`` or ``faq`` (its champion) stands for.

        Raises
        ------
        NotFound
            There is no such version or alias; the hint says what to do.
        """
        system, _, name = reference.partition("@")
        name = name or CHAMPION
        with self._database.read() as connection:
            if name.isascii() and name.isdigit():
                return _get(connection, system, int(name))
            known = _aliases(connection, system)
            if name in known:
                return _get(connection, system, known[name])
        hint = f"hanok train {system}" if not known else f"there is: {', '.join(sorted(known))}"
        raise NotFound("unknown_version", f"{clean(system)} has no {clean(name)!r}", "version", hint)

    # -- aliases -----------------------------------------------------------------------------------------------------

    def aliases(self, system: str) -> Mapping[str, int]:
        """The system's aliases and their versions."""
        with self._database.read() as connection:
            return _aliases(connection, system)

    def set_alias(self, system: str, alias: str, version: int) -> None:
        """Let an alias stand for a version from now on.

        Raises
        ------
        Problem
            The alias is not a lower-case word.
        NotFound
            There is no such version.
        Conflict
            It is retired.
        """
        if not _ALIAS.fullmatch(alias):
            raise Problem("bad_alias", f"expected a lower-case word, found {clean(alias)[:50]!r}", "alias")
        with self._database.append(aliases) as connection:
            self._give(connection, system, alias, version)

    def drop_alias(self, system: str, alias: str) -> None:
        """Take an alias away; `rollback` gives it back. Raises NotFound if there is none."""
        with self._database.append(aliases) as connection:
            if alias not in _aliases(connection, system):
                raise NotFound("unknown_alias", f"{system} has no {clean(alias)!r}", "alias")
            self._give(connection, system, alias, None)

    def rollback(self, system: str, alias: str = CHAMPION) -> int | None:
        """Let an alias stand for what it stood for before; doing it again goes back further.

        Returns
        -------
        int or None
            The version it stands for now; None if there was no such alias before.

        Raises
        ------
        Conflict
            It never stood for anything else, or for something retired.
        """
        with self._database.append(aliases) as connection:
            changes = _history(connection, system, alias)
            if changes:
                current = changes[0].restores or changes[0].seq
                before = next((change for change in changes if change.seq < current), None)
                if before is not None:
                    restores = before.restores or before.seq  # a change made by a rollback stands for what it restored
                    self._give(connection, system, alias, before.version, restores)
                    return before.version
        raise Conflict("no_rollback", f"{system}@{clean(alias)} never stood for anything else", "alias")

    def alias_history(self, system: str, alias: str) -> Sequence[AliasChange]:
        """All changes of an alias, newest first."""
        with self._database.read() as connection:
            return _history(connection, system, alias)

    def _give(
        self, connection: sa.Connection, system: str, alias: str, version: int | None, restores: int | None = None
    ) -> None:
        if version is not None and _get(connection, system, version).state == "retired":
            raise Conflict("version_retired", f"{system}@{version} is retired", "version")
        if restores is None and version is not None and _aliases(connection, system).get(alias) == version:
            return  # no change, so none to roll back
        row = {"system": system, "alias": alias, "version": version, "restores": restores, "changed": time.time()}
        connection.execute(aliases.insert().values(row))


def _get(connection: sa.Connection, system: str, version: int) -> Version:
    # a number past any integer column is no version either, and the database would complain
    row = None
    if 0 <= version < 2**31:
        same = (table.c.system == clean(system)) & (table.c.version == version)
        row = connection.execute(sa.select(table).where(same)).one_or_none()
    if row is None:
        raise NotFound("unknown_version", f"{clean(system)} has no version {version}", "version")
    return _version(row)


def _version(row: sa.Row[*tuple[Any, ...]]) -> Version:
    return Version(**{**row._mapping, "config": loads(row.config), "metrics": loads(row.metrics)})


def _aliases(connection: sa.Connection, system: str) -> dict[str, int]:
    newest = sa.select(sa.func.max(aliases.c.seq)).where(aliases.c.system == clean(system)).group_by(aliases.c.alias)
    rows = connection.execute(sa.select(aliases.c.alias, aliases.c.version).where(aliases.c.seq.in_(newest)))
    return {alias: version for alias, version in rows if version is not None}


def _history(connection: sa.Connection, system: str, alias: str) -> list[AliasChange]:
    mine = (aliases.c.system == clean(system)) & (aliases.c.alias == clean(alias))
    rows = connection.execute(sa.select(aliases).where(mine).order_by(aliases.c.seq.desc()))
    return [AliasChange(**row._mapping) for row in rows]
