"""The server itself: is it well, what does it hold, how much room is left."""

from __future__ import annotations

import shutil
from pathlib import Path

from starlette.responses import Response

from hanok.core.artifact import libraries
from hanok.server.console.visit import Visit

FOLDERS = ("models", "snapshots", "studies", "blobs", "reports", "scratch")


def system(visit: Visit) -> Response:
    """Health, disk, models in memory, libraries."""
    house = visit.house
    home = house.workspace.home
    disk = shutil.disk_usage(home.path)
    return visit.page(
        "system.html",
        here="system",
        twin="/health/ready",
        ready=house.servings.ready.is_set(),
        failures=house.servings.failures,
        served=sorted(house.servings.served, key=lambda served: (served.name, served.version)),
        home=home.path if visit.may("admin") else None,
        database=_database(visit),
        disk=disk,
        used=[(name, _size(home.path / name)) for name in FOLDERS],
        options=house.options,
        libraries=libraries(),
    )


def _database(visit: Visit) -> str:
    return visit.workspace.store.database.engine.dialect.name


def _size(folder: Path) -> int:
    """Bytes of a folder's files, each counted once however many links it has."""
    seen: dict[int, int] = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            about = path.stat()
            seen[about.st_ino] = about.st_size
    return sum(seen.values())
