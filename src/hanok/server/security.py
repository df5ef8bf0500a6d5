"""What keeps other web pages, and other machines' names, away from this server."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from hanok.core.problem import Forbidden
from hanok.server.errors import respond
from hanok.server.options import is_loopback

SAFE = ("GET", "HEAD", "OPTIONS")

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every response that does not bring its own."""


class Security:
    """Middleware: who is asked for, who asks, and what browsers may do with the answer.

    A page of another site may send requests to this machine's loopback address. It cannot forge ``Sec-Fetch-Site`` or
    ``Origin``, so what changes something is refused where they name another site. A page may also have its own name
    resolve to 127.0.0.1 (DNS rebinding) and then is the same site: on loopback only loopback names are answered.

    Parameters
    ----------
    app : ASGI app
        What is protected.
    loopback : bool
        Whether the server listens on a loopback address.
    """

    def __init__(self, app: ASGIApp, loopback: bool) -> None:
        self._app, self._loopback = app, loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request or socket."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        refusal = self._refusal(scope)

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if refusal is None:
            await self._app(scope, receive, with_headers)
        elif scope["type"] == "websocket":
            await WebSocket(scope, receive, send).send_denial_response(refusal)
        else:
            await refusal(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._loopback and not is_loopback(hostname(host)):
            return respond(
                Forbidden(
                    "bad_host",
                    f"this server does not go by the name {host[:100]!r}",
                    "Host",
                    "ask 127.0.0.1 or localhost",
                )
            )
        if scope.get("method", "POST") not in SAFE and _from_elsewhere(headers, host):
            return respond(Forbidden("cross_site", "a page of another site sent this", "Origin"))
        return None


def hostname(host: str) -> str:
    """The name in a ``Host`` header, without its port.

    Example
    -------
    >>> hostname("127.0.0.1:8000"), hostname("[::1]:8000"), hostname("")
    ('127.0.0.1', '::1', '')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _from_elsewhere(headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:  # also true behind a proxy, which changes Host
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit_netloc(origin) != host


def urlsplit_netloc(url: str) -> str:
    """Host and port of a URL; empty where it is none, as in ``Origin: null``."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
