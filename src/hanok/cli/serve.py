"""Starting the server."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from hanok.cli.session import Session, session

Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Where it listens. Any but a loopback address needs API keys.")
]
Port = Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0: any free one.")]
RequireKey = Annotated[bool, typer.Option("--require-key", help="Ask for an API key on a loopback address, too.")]
Workers = Annotated[int, typer.Option(metavar="N", min=1, help="How many jobs run side by side.")]


def up(ctx: typer.Context, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Start the server and its console.

    Where no model of them exists, the bundled examples are trained in the background.
    """
    from hanok.cli import examples

    with session(ctx).workspace() as workspace:
        for job in examples.train_untrained(workspace):
            typer.echo(f"training the example of {job.system}", err=True)
    _serve(session(ctx), None, host, port, require_key=False, workers=1)


def serve(
    ctx: typer.Context,
    references: Annotated[
        list[str] | None,
        typer.Argument(metavar="REF", help="What is served. Default: every champion.", show_default=False),
    ] = None,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    require_key: RequireKey = False,
    workers: Workers = 1,
) -> None:
    """Serve models over HTTP."""
    _serve(session(ctx), references or None, host, port, require_key, workers)


def _serve(
    session: Session, references: list[str] | None, host: str, port: int, require_key: bool, workers: int
) -> None:
    from hanok.server.options import Options
    from hanok.server.run import serve

    level = logging.DEBUG if session.debug else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    options = Options(host=host, port=port, require_key=require_key, workers=workers)
    with session.workspace() as workspace:
        serve(workspace, references, options, ready=_say_where)


def _say_where(address: str) -> None:
    typer.echo(f"hanok answers on {address} (Ctrl-C ends it)")
