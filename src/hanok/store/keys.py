"""API keys: shown once when they are made, kept as hashes.

The hash is one round of SHA-256, with no salt. A password needs a slow, salted hash because people choose guessable
ones; a key here is 256 random bits, which nobody guesses however fast the hash, and every request has to check one.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, NamedTuple, get_args
from uuid import uuid4

import sqlalchemy as sa

from hanok.core.problem import NotFound, Problem, Unauthorized
from hanok.store.engine import Database
from hanok.store.tables import keys as table
from hanok.store.text import clean, name

Scope = Literal["read", "predict", "admin"]
"""``read`` looks, ``predict`` asks and gives feedback, ``admin`` may do everything."""

SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "hanok"  # so that scanners find keys that were committed by mistake
FRESH = 60.0  # seconds: `last_used` is no finer, so that not every request writes


@dataclass(frozen=True)
class Key:
    """What is known of an API key; times are UTC seconds."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created: float
    last_used: float | None = None
    revoked: float | None = None

    def allows(self, scope: Scope) -> bool:
        """Whether the key may be used for this."""
        return scope in self.scopes or "admin" in self.scopes


class NewKey(NamedTuple):
    """A key just made; `secret` is what the client sends, and is shown this once."""

    key: Key
    secret: str


class Keys:
    """The keys table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, called: str, scopes: Collection[Scope]) -> NewKey:
        """Make a key.

        Parameters
        ----------
        called : str
            Whose it is, for a person's eye.
        scopes : collection of str
            At least one of ``read``, ``predict``, ``admin``.

        Raises
        ------
        Problem
            Another scope was named, or none; or the name is empty or too long.
        """
        if not scopes or set(scopes) - set(SCOPES):
            raise Problem("bad_scopes", f"expected some of {', '.join(SCOPES)}, found {sorted(scopes)}", "scopes")
        key = Key(uuid4().hex, name(called, "name"), frozenset(scopes), time.time())
        random = secrets.token_urlsafe(32)
        row = {"id": key.id, "name": key.name, "scopes": " ".join(sorted(scopes)), "created": key.created}
        with self._database.write() as connection:
            connection.execute(table.insert().values(**row, hash=_hash(random)))
        return NewKey(key, f"{PREFIX}_{key.id}_{random}")

    def verify(self, secret: str) -> Key:
        """The key that a client has sent.

        Raises
        ------
        Unauthorized
            Nobody issued it, or it was revoked; the message does not say which.
        """
        prefix, _, rest = secret.partition("_")
        id, _, random = rest.partition("_")
        with self._database.read() as connection:
            row = connection.execute(sa.select(table).where(table.c.id == clean(id))).one_or_none()
        # compared whole, in constant time: how long it takes says nothing about how much of it was right
        same = hmac.compare_digest(_hash(random), row.hash if row else "")
        if row is None or not same or prefix != PREFIX or row.revoked is not None:
            raise Unauthorized("bad_key", "this API key is not valid", "key", "ask whoever runs this server for one")
        now = time.time()
        if row.last_used is None or row.last_used < now - FRESH:
            with self._database.write() as connection:
                connection.execute(table.update().where(table.c.id == row.id).values(last_used=now))
        return _key(row)

    def list(self) -> Sequence[Key]:
        """All keys, also revoked ones, oldest first."""
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(sa.select(table).order_by(table.c.created, table.c.id))]

    def revoke(self, id: str) -> None:
        """Refuse a key from now on; raises NotFound if there is none."""
        mine = table.c.id == clean(id)
        with self._database.write() as connection:
            if not connection.scalar(sa.select(sa.func.count()).select_from(table).where(mine)):
                raise NotFound("unknown_key", f"no key {clean(id)[:40]!r}", "key")
            connection.execute(table.update().where(mine, table.c.revoked.is_(None)).values(revoked=time.time()))


def _hash(random: str) -> str:
    return sha256(random.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: sa.Row[*tuple[object, ...]]) -> Key:
    return Key(row.id, row.name, frozenset(row.scopes.split()), row.created, row.last_used, row.revoked)
