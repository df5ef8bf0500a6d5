"""What holds for one call of the command, whichever command it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from hanok.lifecycle.workspace import Workspace


@dataclass
class Session:
    """One call.

    Parameters
    ----------
    home : Path, optional
        From ``--home``; without it ``HANOK_HOME``, else ``~/.hanok``.
    debug : bool
        Show tracebacks.
    json : bool
        Programs read along: errors are JSON, too.
    """

    home: Path | None = None
    debug: bool = False
    json: bool = False

    def workspace(self) -> Workspace:
        """The home with its database open."""
        from hanok.lifecycle.workspace import Workspace

        return Workspace.open(self.home)


def session(ctx: typer.Context) -> Session:
    """The session a command runs in."""
    found = ctx.obj
    assert isinstance(found, Session)
    return found
