"""The app: every route, its middleware, and the house behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from hanok.lifecycle.workspace import Workspace
from hanok.server import console, errors
from hanok.server.house import House
from hanok.server.limits import BodyLimit
from hanok.server.metrics import Measured
from hanok.server.options import Options
from hanok.server.routes import routers
from hanok.server.security import Security


def create_app(workspace: Workspace, serve: Sequence[str] | None = None, options: Options | None = None) -> FastAPI:
    """The server as an ASGI app, for uvicorn and for tests.

    Parameters
    ----------
    workspace : Workspace
        Whose models are served; the caller closes it.
    serve : sequence of str, optional
        References such as ``"faq"`` or ``"faq@2"``; None: the champion of every system that has one.
    options : Options, optional
        Where it listens and what it allows.

    Returns
    -------
    FastAPI
        Its lifespan loads the models and ends all threads; ``app.state.house`` is what the routes use.
    """
    options = options or Options()
    house = House(workspace, serve, options)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(house.start)
        yield
        await run_in_threadpool(house.stop)

    app = FastAPI(
        title="hanok", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    app.state.house = house
    errors.install(app)
    app.add_middleware(BodyLimit, limits=options.limits)
    app.add_middleware(Security, loopback=options.loopback)
    app.add_middleware(Measured, metrics=house.metrics)  # the last one added is the outermost
    for router in routers:
        app.include_router(router)
    console.mount(app)
    return app
