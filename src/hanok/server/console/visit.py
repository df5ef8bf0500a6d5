"""One visit to a page: who comes, in which language, and the frame every page stands in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hanok.core import numbers
from hanok.core.problem import Failed, Problem, Unauthorized
from hanok.lifecycle.workspace import Workspace
from hanok.server.console import language, plan
from hanok.server.console.rooms import Room, mark, rooms
from hanok.server.errors import envelope
from hanok.server.house import House
from hanok.store import Key, Scope

if TYPE_CHECKING:
    from jinja2 import Environment

YEAR = 365 * 24 * 3600
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Visit:
    """One visit; `key` is None where the server needs none: then everything is allowed."""

    request: Request
    key: Key | None

    @cached_property
    def house(self) -> House:
        """What the app holds."""
        house: House = self.request.app.state.house
        return house

    @property
    def workspace(self) -> Workspace:
        """Where models and the store are."""
        return self.house.workspace

    @cached_property
    def t(self) -> language.Messages:
        """The messages in the visitor's language."""
        asked = self.request.query_params.get("language")
        cookie = asked if asked in language.LANGUAGES else self.request.cookies.get(language.COOKIE)
        return language.messages(language.choose(cookie, self.request.headers.get("accept-language", "")))

    @cached_property
    def rooms(self) -> list[Room]:
        """Every room of the house."""
        return rooms(self.house, self.t)

    def may(self, scope: Scope) -> bool:
        """Whether the visitor may do this; a page hides what it may not."""
        return self.key is None or self.key.allows(scope)

    def page(self, template: str, *, status: int = 200, here: str = "", twin: str = "", **context: Any) -> Response:
        """A page in its frame.

        Parameters
        ----------
        template : str
            Name of the file.
        status : int
            Of HTTP.
        here : str
            The room, or the place in the navigation, that is lit.
        twin : str
            Address of the same thing as JSON.
        context
            What the template names.
        """
        frame = {
            "visit": self,
            "t": self.t,
            "here": here,
            "twin": twin,
            "rooms": self.rooms,
            "plan": plan.drawing([mark(room, self.t, here) for room in self.rooms]),
            "languages": language.LANGUAGES,
            "theme": self._theme(),
            "path": self.request.url.path,
            "words": self.t.of("js."),
        }
        response = HTMLResponse(environment().get_template(template).render(frame | context), status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Accept-Language, Cookie"
        if self.request.query_params.get("language") in language.LANGUAGES:
            response.set_cookie(language.COOKIE, self.t.language, max_age=YEAR, samesite="lax", path="/")
        return response

    def problem(self, problem: Problem) -> Response:
        """What went wrong, as a page in its frame."""
        return self.page("error.html", status=problem.status, error=envelope(problem)["error"], code=problem.status)

    def _theme(self) -> str:
        found = self.request.cookies.get("hanok_theme", "")
        return found if found in THEMES else ""


View = Callable[..., Response]
"""Makes a page: ``view(visit, **path parameters)``; it may read files and the database, so it runs in a thread."""


def route(view: View, scope: Scope = "read") -> Callable[[Request], Any]:
    """A view as an endpoint: visitors without a key are asked to sign in, problems become pages.

    Parameters
    ----------
    view : callable
        See `View`.
    scope : str
        What the visitor's key has to allow.
    """

    async def endpoint(request: Request) -> Response:
        house: House = request.app.state.house
        try:
            key = await house.auth.identify(request)
        except Unauthorized:
            return RedirectResponse(f"/signin?next={quote(_address(request), safe='')}", 303)
        visit = Visit(request, key)
        try:
            await house.auth.check(request, scope)
            return await run_in_threadpool(view, visit, **request.path_params)
        except Problem as problem:
            return await run_in_threadpool(visit.problem, problem)
        except Exception as error:
            failed = Failed("failed", f"{type(error).__name__}: {error}")
            failed.__cause__ = error
            return await run_in_threadpool(visit.problem, failed)

    return endpoint


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def environment() -> Environment:
    """Jinja with our filters; everything is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader("hanok.server.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = {name: getattr(numbers, name) for name in ("number", "signed", "span", "size", "duration")}
    found.filters |= {**shown, "when": when, "data": data, "pretty": pretty, "clip": clip, "plain": plain}
    return found


def when(seconds: float | str | None) -> Markup:
    """A moment; the page's script puts it into the visitor's own time.

    Example
    -------
    >>> when(0)
    Markup('<time datetime="1970-01-01T00:00:00+00:00">1970-01-01 00:00 UTC</time>')
    """
    if seconds is None:
        return Markup(numbers.NONE)
    moment = datetime.fromisoformat(seconds) if isinstance(seconds, str) else datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        moment.isoformat(timespec="seconds"), moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    )


def data(value: Any, id: str = "page-data") -> Markup:
    """JSON for the page's script, in a block that no browser runs."""
    text = json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
    return Markup('<script type="application/json" id="{}">{}</script>').format(escape(id), Markup(text))


def pretty(value: Mapping[str, Any]) -> str:
    """JSON for a person."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def clip(value: Any, most: int = 200) -> str:
    """A value as one short line."""
    from hanok.core.words import cut

    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), most)


def plain(x: float, unit: str = "") -> str:
    """A bound, without zeros that say nothing.

    Example
    -------
    >>> plain(0.01), plain(20), plain(5, "USD")
    ('.01', '20', '5\\xa0USD')
    """
    return numbers.ticks([x])[0] + (f"\u00a0{unit}" if unit else "")
