"""A dictionary that is copied in no time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

V = TypeVar("V")

FEW = 1_024


class Layered(Generic[V]):
    """What changed lately lies above what did not: a fork shares the lower layer and copies the small upper one.

    Values are never changed in place, only replaced.

    Example
    -------
    >>> first = Layered({"a": 1})
    >>> second = first.fork()
    >>> second.put("a", 2)
    >>> first.get("a"), second.get("a")
    (1, 2)
    """

    def __init__(self, below: dict[str, V] | None = None, above: dict[str, V] | None = None) -> None:
        self._below = {} if below is None else below
        self._above = {} if above is None else above

    def get(self, key: str) -> V | None:
        """The value, or None."""
        found = self._above.get(key)
        return self._below.get(key) if found is None else found

    def put(self, key: str, value: V) -> None:
        """Set a value; forks made before keep theirs."""
        self._above[key] = value

    def fork(self) -> Layered[V]:
        """A copy; the layers are merged when the upper one has grown, so a fork costs little on average."""
        if len(self._above) > max(FEW, len(self._below) // 8):
            return Layered({**self._below, **self._above})
        return Layered(self._below, dict(self._above))

    def items(self) -> Iterator[tuple[str, V]]:
        """All keys and values."""
        for key, value in self._below.items():
            if key not in self._above:
                yield key, value
        yield from self._above.items()

    def __len__(self) -> int:
        return len(self._below) + sum(key not in self._below for key in self._above)
