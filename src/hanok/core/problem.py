"""What goes wrong, in words a person can act on, with the HTTP status it deserves.

::

    Exception
    ├── Problem            422  the item, file or setting given is not usable
    │   ├── Unauthorized   401  no key, or a key nobody issued
    │   ├── Forbidden      403  the key is good but not for this
    │   ├── NotFound       404  no such system, version, job or answer
    │   ├── Conflict       409  it contradicts what is already there
    │   ├── TooLarge       413  more bytes, pixels or rows than the limit
    │   ├── Busy           429  the queue is full; come back after `retry_after` seconds
    │   ├── Failed         500  unforeseen: a bug of ours or of a system
    │   ├── Unavailable    503  a setting, an extra or a model is missing
    │   └── TooLate        504  the deadline passed before the answer was there
    └── Stopped                 a run was cancelled or pruned; not an error
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar


class Problem(Exception):
    """Something a person can act on: raised when everything fails, returned by `predict` when one item does.

    Parameters
    ----------
    code : str
        Stable identifier for programs, such as ``"unknown_item"``.
    message : str
        What was found and what was expected, one sentence.
    where : str
        The field, file, row or column, such as ``"faq.csv:17 answer"``.
    hint : str
        What to do next.
    details : sequence of Problem
        The single problems when this one sums up several.

    Example
    -------
    >>> Problem("unknown_item", "no item 'x9'", "item", "train again to add items").envelope()
    {'error': {'code': 'unknown_item', 'message': "no item 'x9'", 'where': 'item', 'hint': 'train again to add items'}}
    """

    status: ClassVar[int] = 422

    def __init__(
        self, code: str, message: str, where: str = "", hint: str = "", *, details: Sequence[Problem] = ()
    ) -> None:
        super().__init__(code, message, where, hint)
        self.code, self.message, self.where, self.hint = code, message, where, hint
        self.details = tuple(details)

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message

    def envelope(self) -> dict[str, dict[str, Any]]:
        """The one shape errors have on every route: ``{"error": {"code", "message", "where", "hint"}}``."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "where": self.where, "hint": self.hint}
        if self.details:
            error["details"] = [d.envelope()["error"] for d in self.details]
        return {"error": error}


class Unauthorized(Problem):
    """No API key, or one nobody issued (401)."""

    status = 401


class Forbidden(Problem):
    """The key is good, but not for this (403)."""

    status = 403


class NotFound(Problem):
    """No such system, version, job or answer (404)."""

    status = 404


class Conflict(Problem):
    """It contradicts what is already there (409)."""

    status = 409


class TooLarge(Problem):
    """More bytes, pixels or rows than the limit (413)."""

    status = 413


class Busy(Problem):
    """The queue is full (429); `retry_after` is in seconds."""

    status = 429
    retry_after: int = 1


class Failed(Problem):
    """Unforeseen: a bug of ours or of a system (500)."""

    status = 500


class Unavailable(Problem):
    """A setting, an extra or a model is missing (503)."""

    status = 503


class TooLate(Problem):
    """The deadline passed before the answer was there (504)."""

    status = 504


class Stopped(Exception):
    """A run was cancelled or pruned: raised out of `Run.report`, to be let through by `fit`."""
