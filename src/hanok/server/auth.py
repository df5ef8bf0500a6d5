"""Who asks, and what that key may be used for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection

from hanok.core.problem import Forbidden, Unauthorized
from hanok.store import Key, Scope
from hanok.store.keys import Keys

if TYPE_CHECKING:
    from hanok.server.house import House

COOKIE = "hanok_key"
"""Holds the key of a person who has signed in to the console; HttpOnly, SameSite=Strict."""

FRESH = 2.0
"""Seconds a key that was looked up is believed without looking again: so soon a revoked one is refused everywhere."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


class Auth:
    """Checks keys; remembers for a moment those it has seen.

    Parameters
    ----------
    keys : Keys
        Those that were issued.
    open : bool
        Whether requests from this machine need none.
    """

    def __init__(self, keys: Keys, *, open: bool) -> None:
        self._keys, self._open = keys, open
        self._seen: dict[str, tuple[float, Key]] = {}

    def needs_key(self, headers: Headers) -> bool:
        """Whether a request needs a key; one that a proxy passed on comes from who knows where."""
        return not self._open or any(name in headers for name in FORWARDED)

    async def identify(self, connection: HTTPConnection) -> Key | None:
        """The key a request carries, as bearer token or in the console's cookie; None where it needs none.

        Raises
        ------
        Unauthorized
            It needs one and carries none, or one that is not valid.
        """
        if not self.needs_key(connection.headers):
            return None
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        secret = token.strip() if scheme.lower() == "bearer" else connection.cookies.get(COOKIE, "")
        if not secret:
            hint = "send Authorization: Bearer hanok_…; make one with: hanok keys add"
            raise Unauthorized("no_key", "this server needs an API key", "Authorization", hint)
        return await self._verified(secret)

    async def check(self, connection: HTTPConnection, *scopes: Scope) -> Key | None:
        """The same, if the key may be used for one of `scopes`; raises Forbidden if it may not."""
        key = await self.identify(connection)
        if key is not None and not any(map(key.allows, scopes)):
            named = " or ".join(scopes)
            raise Forbidden("wrong_scope", f"this key may not {named}", "Authorization", f"it needs the scope {named}")
        return key

    async def _verified(self, secret: str) -> Key:
        now = time.monotonic()
        at, key = self._seen.get(secret, (0.0, None))
        if key is None or now - at > FRESH:
            self._seen.pop(secret, None)
            key = await run_in_threadpool(self._keys.verify, secret)
            self._seen = {s: e for s, e in self._seen.items() if now - e[0] <= FRESH} | {secret: (now, key)}
        return key

    def forget(self) -> None:
        """Look every key up again: one was revoked."""
        self._seen = {}


class Needs:
    """A route's dependency: the request's key, which allows one of `scopes`; None where no key is needed.

    Parameters
    ----------
    *scopes : str
        ``read``, ``predict`` or ``admin``.
    """

    def __init__(self, *scopes: Scope) -> None:
        self._scopes = scopes

    async def __call__(self, connection: HTTPConnection) -> Key | None:
        """Check one request or socket."""
        house: House = connection.app.state.house
        return await house.auth.check(connection, *self._scopes)
