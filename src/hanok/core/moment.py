"""Times in a user's table: when something happened."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DAY = 86_400.0
"""Seconds."""


def past(value: datetime) -> datetime:
    """The same time, if something can have happened then; a validator for a row's field.

    A day of the future is let pass: a clock may mean its own time zone.

    Raises
    ------
    ValueError
        It is before 1970 or in the future.

    Example
    -------
    >>> past(datetime(2024, 5, 1)).year
    2024
    """
    at = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if at < 0:
        raise ValueError("expected a time after 1970-01-01")
    if at > time.time() + DAY:
        raise ValueError("expected a time that has passed")
    return value
