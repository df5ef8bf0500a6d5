"""How much one client may ask for, and the check on what it sends."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hanok.core.problem import TooLarge
from hanok.server.errors import respond

MiB = 1024 * 1024
UPLOADS = "/v1/uploads"


@dataclass(frozen=True)
class Limits:
    """What one client, and one model, is given at most.

    Parameters
    ----------
    body : int
        Bytes of a request's body, also of one WebSocket message.
    upload : int
        Bytes of one uploaded file with its form.
    items : int
        Items in one request.
    queue : int
        Items waiting for one model; at least `items`, so that an idle server takes any list.
    batch : int
        Items a model is given at once.
    streams : int
        Answers streamed at the same time.
    deadline : float
        Seconds a client waits that does not say how long.
    longest : float
        Seconds a client may ask to wait.
    extra : int
        Versions loaded because somebody asked for them by number, beside those that are served.
    """

    body: int = 32 * MiB
    upload: int = 1024 * MiB
    items: int = 1000
    queue: int = 2000
    batch: int = 64
    streams: int = 64
    deadline: float = 30.0
    longest: float = 600.0
    extra: int = 2

    def __post_init__(self) -> None:
        if self.items > self.queue:
            raise ValueError(f"a queue of {self.queue} never has room for a list of {self.items}")

    def of(self, path: str) -> int:
        """Bytes the body of a request to `path` may have."""
        return self.upload if path == UPLOADS else self.body


class BodyLimit:
    """Middleware that ends a request whose body is larger than its limit, by its header or while it comes in."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self._app, self._limits = app, limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        limit = self._limits.of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
            return await respond(too_large(limit))(scope, receive, send)
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise too_large(limit)
            return message

        await self._app(scope, counted, send)


def too_large(limit: int) -> TooLarge:
    """The body is larger than `limit` bytes."""
    return TooLarge("too_large", f"the body is larger than {limit:,} bytes", "body", "send fewer items at once")
