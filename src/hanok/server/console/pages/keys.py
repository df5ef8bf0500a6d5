"""API keys: who may ask this server, and for what."""

from __future__ import annotations

from starlette.responses import Response

from hanok.server.console.visit import Visit
from hanok.store.keys import SCOPES


def keys(visit: Visit) -> Response:
    """The list, and the form for a new one."""
    found = visit.workspace.store.keys.list()
    return visit.page(
        "keys.html",
        here="keys",
        twin="/v1/keys",
        keys=[key for key in found if key.revoked is None],
        revoked=[key for key in found if key.revoked is not None],
        scopes=SCOPES,
        open=visit.house.options.open,
        mine=visit.key.id if visit.key else "",
    )
