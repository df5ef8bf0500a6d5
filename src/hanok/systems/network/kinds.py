"""Of which type a node is, where a table says only its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hanok.core.problem import Problem

NODE = "node"


class Kinds:
    """Types by name, as tables say them."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {}

    def add(self, names: Iterable[str], types: Iterable[str]) -> None:
        """Take in what a table says; an empty type says nothing."""
        for name, kind in zip(names, types, strict=True):
            if kind:
                self.seen.setdefault(name, set()).add(kind)

    def of(self, name: str, where: str) -> str:
        """The one type of a name, "" where none is known.

        Raises
        ------
        Problem
            ``ambiguous_node``: nodes of several types have this name.
        """
        found = self.seen.get(name, ())
        if len(found) > 1:
            types = ", ".join(repr(kind) for kind in sorted(found))
            hint = "say in the table which one is meant"
            raise Problem("ambiguous_node", f"found {name!r}, which may be of type {types}; expected one", where, hint)
        return next(iter(found), "")

    def side(self, names: Sequence[str], types: Sequence[str], side: str, file: str) -> str:
        """The one type that all nodes of a side of the responses have; also takes in that they have it.

        Raises
        ------
        Problem
            ``ambiguous_node``; ``mixed_types``: they are of several types; rows are named.
        """
        found: dict[str, int] = {}
        told: dict[tuple[str, str], str] = {}
        for row, (name, kind) in enumerate(zip(names, types, strict=True), 1):
            if (name, kind) in told:
                continue
            told[name, kind] = kind or self.of(name, f"{file} row {row} {side}")
            if told[name, kind]:
                found.setdefault(told[name, kind], row)
        if len(found) > 1:
            (first, _), (second, row) = list(found.items())[:2]
            message = f"found {names[row - 1]!r} of type {second!r} beside nodes of type {first!r}"
            hint = f"{side}_type says of which type a node is where several have its name"
            raise Problem("mixed_types", f"{message}; expected one type", f"{file} row {row} {side}", hint)
        kind = next(iter(found), side)
        for name in names:
            self.seen.setdefault(name, set()).add(kind)
        return kind
