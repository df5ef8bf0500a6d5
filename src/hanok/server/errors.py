"""One error envelope on every route, whoever raised: a system, a route, the framework, or nobody expected it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hanok.core.problem import Busy, Failed, Problem
from hanok.lifecycle.model import unforeseen

log = logging.getLogger("hanok.server")


class Unsupported(Problem):
    """The body is of a kind this route does not read (415)."""

    status = 415


class NotAcceptable(Problem):
    """The answer does not come in what ``Accept`` asks for (406)."""

    status = 406


class Error(BaseModel):
    """What went wrong."""

    code: str
    message: str
    where: str
    hint: str
    details: list[Error] = []


class Envelope(BaseModel):
    """The body of every error."""

    error: Error


MEANING = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
}

ABOUT = {
    401: "No API key, or one nobody issued",
    403: "The key is not for this, or the request came from another site",
    404: "There is no such thing",
    405: "The route does not take this method",
    406: "The answer does not come in what Accept asks for",
    409: "It contradicts what is already there",
    413: "More than the limit",
    415: "The body is of a kind this route does not read",
    422: "The request does not fit",
    429: "The queue is full; come back after Retry-After seconds",
    500: "The system failed on this item",
    503: "A setting, an extra or a model is missing",
    504: "The deadline passed",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these errors, besides those any route may answer with."""
    responses: dict[int | str, dict[str, Any]] = {}
    for status in sorted({*statuses, 401, 403, 422, 503}):
        responses[status] = {"model": Envelope, "description": ABOUT[status]}
    return responses


def envelope(problem: Problem) -> dict[str, Any]:
    """A problem as clients see it; what nobody foresaw is logged."""
    if isinstance(problem, Failed):
        log.error("%s: %s", problem.code, problem.message, exc_info=problem.__cause__)
    return shown(problem).envelope()


def shown(problem: Problem) -> Problem:
    """What clients may know: of what nobody foresaw, that it happened."""
    if isinstance(problem, Failed):
        return Failed(problem.code, "this failed unexpectedly", problem.where, "the server's log says why")
    return problem


def dumps(data: object) -> bytes:
    """JSON that can always be sent, also where a message quotes half a surrogate pair."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def respond(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem as an HTTP response."""
    extra = dict(headers or {})
    if isinstance(problem, Busy):
        extra["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    return Response(dumps(envelope(problem)), problem.status, extra, "application/json")


def install(app: FastAPI) -> None:
    """Let the app answer every exception with the envelope."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_middleware(Guard)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return respond(error)


async def _invalid(request: Request, error: Exception) -> Response:
    """A query or path parameter that does not fit; bodies are read by `negotiate`."""
    assert isinstance(error, RequestValidationError)
    found = [Problem("invalid", e["msg"], ".".join(map(str, e["loc"][1:]))) for e in error.errors()]
    return respond(Problem("invalid", found[0].message, found[0].where, details=found[1:]))


async def _http(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such route, no such method."""
    assert isinstance(error, HTTPException)
    code = MEANING.get(error.status_code, "http_error")
    hint = "GET /docs lists the routes" if error.status_code in (404, 405) else ""
    body = Problem(code, error.detail, request.url.path, hint).envelope()
    return Response(dumps(body), error.status_code, error.headers, "application/json")


class Guard:
    """Middleware that answers what nobody foresaw; the log has the traceback."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if started:
                raise  # the client sees that the answer breaks off
            await respond(unforeseen(error))(scope, receive, send)
