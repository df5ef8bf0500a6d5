"""Which hanok this is."""

from __future__ import annotations

import platform
from importlib.metadata import version as installed

from hanok.cli.options import Json
from hanok.cli.output import emit


def version(as_json: Json = False) -> None:
    """Print the version."""
    from hanok.core.contract import CONTRACT

    found = {"hanok": installed("hanok"), "contract": CONTRACT, "python": platform.python_version()}
    if as_json:
        emit(found)
    else:
        import typer

        typer.echo("  ".join(f"{name} {number}" for name, number in found.items()))
