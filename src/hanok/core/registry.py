"""Systems by name, found through the entry-point group ``hanok.systems``: the house's own and anybody else's."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points

from hanok.core.contract import AnySystem, check_doors
from hanok.core.problem import NotFound, Unavailable

GROUP = "hanok.systems"


@cache
def _entries() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name)}


def names() -> list[str]:
    """Names of all installed systems, sorted; nothing is imported."""
    return list(_entries())


@cache
def find(name: str) -> type[AnySystem]:
    """The system called `name`, imported now.

    Raises
    ------
    NotFound
        No such system is installed; the hint lists those that are.
    Unavailable
        It needs an extra that is not installed; the hint says which.

    Example
    -------
    >>> find("faq").title
    'FAQ chatbot'
    """
    entry = _entries().get(name)
    if entry is None:
        raise NotFound("unknown_system", f"no system {name!r}", "system", f"installed: {', '.join(names())}")
    try:
        system: type[AnySystem] = entry.load()
    except ModuleNotFoundError as error:
        wanted = f"{entry.dist.name}[{', '.join(entry.extras)}]" if entry.dist and entry.extras else str(error.name)
        raise Unavailable("extra_missing", f"{name} needs {error.name}", hint=f"pip install '{wanted}'") from error
    check_doors(system)
    return system
