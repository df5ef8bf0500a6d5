"""One server process."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType

import uvicorn

from hanok.core.problem import Conflict, Forbidden, Problem
from hanok.lifecycle.workspace import Workspace
from hanok.server.app import create_app
from hanok.server.house import House
from hanok.server.options import Options

log = logging.getLogger("hanok.server")


class Server(uvicorn.Server):
    """Uvicorn that says when it answers, and lets endless streams know that it is leaving."""

    def __init__(self, config: uvicorn.Config, house: House, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._house, self._ready = house, ready
        self.interrupted = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End as soon as what was accepted is finished."""
        self._house.leaving.set()
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)


def serve(
    workspace: Workspace,
    references: Sequence[str] | None = None,
    options: Options | None = None,
    ready: Callable[[str], None] = lambda url: None,
) -> None:
    """Serve models until the process is asked to end (Ctrl-C, SIGTERM); what was accepted is finished first.

    Parameters
    ----------
    workspace : Workspace
        Whose models.
    references : sequence of str, optional
        Such as ``"faq"`` or ``"faq@2"``; None: the champion of every system that has one.
    options : Options, optional
        Where it listens and what it allows.
    ready : callable
        Called with the server's address once it answers.

    Raises
    ------
    Forbidden
        It would listen beyond this machine and there is no API key.
    Conflict
        Somebody else listens there already, or the address is none of this machine.
    Problem
        A model that was asked for cannot be loaded.
    """
    options = options or Options()
    _refuse_open_doors(workspace, options)
    with _listen(options) as listening:
        app = create_app(workspace, references, options)
        house: House = app.state.house
        try:
            house.start()
        except Problem:
            house.stop()
            raise
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # a header does not say where a request comes from
            ws_max_size=options.limits.body,
            timeout_graceful_shutdown=int(options.limits.deadline) + 5,
        )
        host, port = listening.getsockname()[:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        server = Server(config, house, lambda: ready(address))
        server.run(sockets=[listening])
        if server.interrupted:  # uvicorn raises the signal again, and now and then asyncio takes it for itself
            raise KeyboardInterrupt


def _refuse_open_doors(workspace: Workspace, options: Options) -> None:
    if options.open or any(key.revoked is None for key in workspace.store.keys.list()):
        return
    where = options.host if not options.loopback else "--require-key"
    raise Forbidden(
        "no_keys",
        f"{where} needs API keys and there is none: nobody could ask, or everybody",
        "host",
        "make one first: hanok keys add NAME --scope admin",
    )


def _listen(options: Options) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    try:
        return socket.create_server((options.host, options.port), family=family, backlog=2048)
    except OSError as error:
        where, reason = f"{options.host}:{options.port}", str(error.strerror).partition(" (while")[0]
        hint = "another --port, or an address of this machine as --host"
        raise Conflict("cannot_listen", f"cannot listen there: {reason}", where, hint) from error
