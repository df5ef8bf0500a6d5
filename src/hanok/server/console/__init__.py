"""The console: pages for people, on the same server and the same store as the API."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from hanok.core.problem import NotFound
from hanok.server.console.pages import (
    calls,
    courtyard,
    jobs,
    keys,
    report,
    reviews,
    room,
    search,
    signin,
    system,
    train,
    versions,
)
from hanok.server.console.visit import Visit, route

STATIC = Path(__file__).parent / "static"

PAGES = {
    "/": route(courtyard.courtyard),
    "/rooms/{name}": route(room.try_it),
    "/rooms/{name}/report": route(report.report),
    "/rooms/{name}/report/{number:int}/{index:int}.{kind}": route(report.chart_file),
    "/rooms/{name}/versions": route(versions.versions),
    "/rooms/{name}/reviews": route(reviews.reviews),
    "/rooms/{name}/data": route(train.train),
    "/rooms/{name}/api": route(calls.api),
    "/jobs": route(jobs.jobs),
    "/jobs/{id}": route(jobs.job),
    "/keys": route(keys.keys, "admin"),
    "/system": route(system.system),
    "/console/search.json": route(search.search),
}
"""Every page by its address."""


class Static(StaticFiles):
    """Our styles and scripts; a browser asks each time whether they changed, so that an upgrade is seen at once."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """A file."""
        response: Response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


def missing(visit: Visit, **path: str) -> Response:
    """The page of an address that has none."""
    where = visit.request.url.path
    raise NotFound("no_page", "there is no page at this address", where, "the search on top finds what there is")


async def lost(request: Request, error: Exception) -> Response:
    """What a browser is shown where there is nothing; programs get the envelope."""
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/"):
        found: Response = await route(missing)(request)
        return found
    envelope: Response = await request.app.exception_handlers[HTTPException](request, error)
    return envelope


def mount(app: FastAPI) -> None:
    """Add the pages and their files to an app whose ``state.house`` is, or will be, set.

    Parameters
    ----------
    app : FastAPI
        The server.
    """
    for address, endpoint in PAGES.items():
        app.add_route(address, endpoint, include_in_schema=False)
    app.add_route("/signin", signin.signin, methods=["GET", "POST"], include_in_schema=False)
    app.add_route("/signout", signin.signout, methods=["POST"], include_in_schema=False)
    app.add_exception_handler(404, lost)
    app.mount("/console/static", Static(directory=STATIC), name="static")
