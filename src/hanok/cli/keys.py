"""API keys: who may ask a server that other machines can reach."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.options import Json
from hanok.cli.output import emit, say, table
from hanok.cli.session import session

if TYPE_CHECKING:
    from hanok.store import Key

app = typer.Typer(help="Make, list and revoke API keys.", rich_markup_mode=None)


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.", show_default=False)],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help="read, predict or admin. Repeatable. Default: predict."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key; its secret is shown this once."""
    from typing import cast

    from hanok.store import Scope

    with session(ctx).workspace() as workspace:
        made = workspace.store.keys.create(name, cast(list[Scope], scope or ["predict"]))
    if as_json:
        emit({**_as_dict(made.key), "secret": made.secret})
    else:
        typer.echo(made.secret)
        typer.echo("this secret is shown once; clients send it as: Authorization: Bearer SECRET", err=True)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List all keys, also revoked ones."""
    with session(ctx).workspace() as workspace:
        found = workspace.store.keys.list()
    if as_json:
        emit([_as_dict(key) for key in found])
    elif not found:
        say("no keys; hanok keys add NAME makes one")
    else:
        rows = [
            [k.id, k.name, " ".join(sorted(k.scopes)), _day(k.created), _day(k.last_used), _day(k.revoked)]
            for k in found
        ]
        table(["id", "name", "scopes", "made", "last used", "revoked"], rows)


@app.command()
def revoke(
    ctx: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="The key's id, from: hanok keys list.", show_default=False)],
) -> None:
    """Refuse a key from now on."""
    with session(ctx).workspace() as workspace:
        workspace.store.keys.revoke(id)
    say(f"{id} is revoked")


def _as_dict(key: Key) -> dict[str, Any]:
    return {**vars(key), "scopes": sorted(key.scopes)}


def _day(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")
