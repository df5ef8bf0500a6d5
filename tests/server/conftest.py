"""A room that misbehaves on request, a home with two versions of it, and servers before that home."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from hanok.core import registry
from hanok.core.artifact import Manifest
from hanok.core.run import Run
from hanok.core.summary import Figure, Summary
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.options import Options

ROOMS = Path(__file__).parent / "rooms"
SERVER = Path(__file__).parent / "serve_home.py"
BASE = "http://127.0.0.1:8000"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@contextmanager
def echo_installed() -> Iterator[None]:
    """By its entry point, as any package is found; also in processes that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOMS)
        patch.setenv("PYTHONPATH", str(ROOMS))
        registry._entries.cache_clear()
        registry.find.cache_clear()
        yield
    registry._entries.cache_clear()
    registry.find.cache_clear()


@pytest.fixture(scope="module")
def _echo() -> Iterator[None]:
    with echo_installed():
        yield


def publish_echo(workspace: Workspace, ending: str, longest: float = 5.0) -> int:
    """A version of the echo whose answers end so; its number."""
    echo = registry.find("echo")
    system = echo(echo.Config(ending=ending, longest=longest)).fit(["hello"], ["hello"], Run())
    figure = Figure(name="length", value=5, low=4, high=6, n=1)
    summary = Summary(system="echo", fold="all", figures=[figure], examples=[{"text": "hello"}])
    about = Manifest(system="echo", config=system.config.model_dump(), metrics={"length": 5.0})
    return workspace.publish(system, about, summary).version


@pytest.fixture
def publish(_echo: None) -> Callable[..., int]:
    """Publishes a version of the echo whose answers end as given; its number."""
    return publish_echo


@pytest.fixture(scope="session")
def _home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("echo") / "home"
    with echo_installed(), Workspace.open(folder) as workspace:
        publish_echo(workspace, "!")
        publish_echo(workspace, "?")
    return folder


@pytest.fixture
def echoes(_echo: None, _home: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A home in which echo@1 (ends in "!") is champion and echo@2 (ends in "?") challenger."""
    shutil.copytree(_home, tmp_path / "echoes")
    with Workspace.open(tmp_path / "echoes") as workspace:
        yield workspace


@asynccontextmanager
async def running(app: FastAPI, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an app that has been started, and is ended."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers, timeout=60) as client,
    ):
        yield client


Start = Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def start(echoes: Workspace) -> Start:
    """Starts an app before the home of `echoes`: ``async with start(Options(…)) as client``."""

    def started(options: Options | None = None, **headers: str) -> AbstractAsyncContextManager[httpx.AsyncClient]:
        return running(create_app(echoes, ["echo"], options), **headers)

    return started


@pytest.fixture
def live(echoes: Workspace) -> Iterator[str]:
    """The address of a server in a thread of this process."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(echoes, ["echo"], Options(port=port))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@dataclass
class Process:
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """kill -9: no last word."""
        self.process.kill()
        self.process.wait()

    def end(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


@contextmanager
def serving(home: Path, *references: str, port: int | None = None) -> Iterator[Process]:
    """A server before a home, started as a person would start it; killed when the block ends."""
    port = port or free_port()
    command = [sys.executable, str(SERVER), str(home), str(port), *references]
    log = (home / f"server-{port}.log").open("ab")
    process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONPATH": str(ROOMS)})
    found = Process(f"http://127.0.0.1:{port}", process)
    try:
        _wait(found, Path(log.name))
        yield found
    finally:
        process.kill()
        process.wait()
        log.close()


def _wait(found: Process, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found.process.poll() is not None:
            raise AssertionError(f"the server ended: {log.read_text()}")
        try:
            if httpx.get(f"{found.url}/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the server is not ready: {log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def serve(echoes: Workspace) -> Callable[..., AbstractContextManager[Process]]:
    """Starts server processes before the home of `echoes`."""
    return lambda *references, port=None: serving(echoes.home.path, *(references or ["echo"]), port=port)
