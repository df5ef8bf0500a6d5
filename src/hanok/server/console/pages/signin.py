"""Signing in: the visitor's API key, kept in a cookie that no script can read."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hanok.core.problem import Problem
from hanok.server.auth import COOKIE
from hanok.server.console import language
from hanok.server.console.visit import environment
from hanok.server.house import House


async def signin(request: Request) -> Response:
    """The form; it also takes what was typed."""
    error, after = None, request.query_params.get("next", "/")
    if request.method == "POST":
        async with request.form(max_files=0, max_fields=10) as form:
            secret, after = str(form.get("key", "")).strip(), str(form.get("next", ""))
        try:
            return await _welcome(request, secret, after)
        except Problem as problem:
            error = problem
    return await run_in_threadpool(_form, request, error, after)


async def signout(request: Request) -> Response:
    """Forget the key."""
    response = RedirectResponse("/signin", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


async def _welcome(request: Request, secret: str, after: str) -> Response:
    house: House = request.app.state.house
    await run_in_threadpool(house.workspace.store.keys.verify, secret)
    response = RedirectResponse(local(after), 303)
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def _form(request: Request, error: Problem | None, after: str) -> Response:
    asked = request.query_params.get("language")
    cookie = asked if asked in language.LANGUAGES else request.cookies.get(language.COOKIE)
    t = language.messages(language.choose(cookie, request.headers.get("accept-language", "")))
    theme = request.cookies.get("hanok_theme", "")
    page = (
        environment()
        .get_template("signin.html")
        .render(
            t=t,
            error=error,
            next=local(after),
            languages=language.LANGUAGES,
            theme=theme if theme in ("light", "dark") else "",
            path=request.url.path,
            words=t.of("js."),
        )
    )
    response = HTMLResponse(page, 401 if error else 200, {"Cache-Control": "no-store"})
    if asked in language.LANGUAGES:
        response.set_cookie(language.COOKIE, t.language, samesite="lax", path="/")
    return response


def local(address: str) -> str:
    """An address of this server, or its first page: nobody is sent elsewhere after signing in.

    Example
    -------
    >>> local("/rooms/faq?version=2"), local("//evil.example"), local("/\\\\evil.example"), local("x")
    ('/rooms/faq?version=2', '/', '/', '/')
    """
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if plain else "/"
