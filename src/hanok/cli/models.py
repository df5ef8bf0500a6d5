"""Versions of models and the names they go by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hanok.cli.options import Json, Name, Reference
from hanok.cli.output import emit, say, table
from hanok.cli.session import session

if TYPE_CHECKING:
    from hanok.lifecycle.workspace import Workspace

Alias = Annotated[str, typer.Argument(metavar="ALIAS", help="The alias.")]


def models(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only those of this system.")] = None,
    as_json: Json = False,
) -> None:
    """List the models there are, newest first."""
    from hanok.core import registry

    if name:
        registry.find(name)
    with session(ctx).workspace() as workspace:
        found = _list(workspace, name)
    if as_json:
        emit(found)
    elif not found:
        say(f"no models yet; hanok train {name or 'NAME'} makes one")
    else:
        _print(found)


def _list(workspace: Workspace, name: str | None) -> list[dict[str, Any]]:
    versions = workspace.store.versions
    held = {system: versions.aliases(system) for system in {v.system for v in versions.list(name)}}
    return [
        {
            "system": v.system,
            "version": v.version,
            "aliases": sorted(alias for alias, number in held[v.system].items() if number == v.version),
            "created": v.created,
            "metrics": v.metrics,
            "config": v.config,
            "size": v.size,
            "parent": v.parent,
            "learned_until": v.learned_until,
        }
        for v in versions.list(name)
    ]


def _print(found: list[dict[str, Any]]) -> None:
    from datetime import datetime

    from hanok.core.numbers import number, size

    rows = [
        [
            f"{model['system']}@{model['version']}",
            " ".join(model["aliases"]),
            datetime.fromtimestamp(model["created"]).strftime("%Y-%m-%d %H:%M"),
            "  ".join(f"{name} {number(value)}" for name, value in list(model["metrics"].items())[:3]),
            size(model["size"]),
        ]
        for model in found
    ]
    table(["model", "aliases", "made", "figures", "size"], rows, right=(4,))


def promote(ctx: typer.Context, reference: Reference, alias: Alias = "champion", as_json: Json = False) -> None:
    """Give a model an alias, such as champion.

    Running servers follow without a failed request.
    """
    with session(ctx).workspace() as workspace:
        about = workspace.promote(reference, alias)
        _named(workspace, about.system, alias, as_json)


def rollback(ctx: typer.Context, name: Name, alias: Alias = "champion", as_json: Json = False) -> None:
    """Give an alias back to the version before."""
    from hanok.core import registry

    registry.find(name)
    with session(ctx).workspace() as workspace:
        workspace.store.versions.rollback(name, alias)
        _named(workspace, name, alias, as_json)


def _named(workspace: Workspace, system: str, alias: str, as_json: bool) -> None:
    held = workspace.store.versions.aliases(system)
    if as_json:
        emit({"system": system, "aliases": dict(held)})
    elif alias in held:
        say(f"{system}@{alias} is now {system}@{held[alias]}")
    else:
        say(f"{system} has no {alias} now")
