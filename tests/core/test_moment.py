from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hanok.core.moment import past


@pytest.mark.parametrize("hours", [-1, 12])
def test_what_has_happened_passes_also_by_a_clock_of_its_own(hours: int) -> None:
    when = datetime.now(UTC) + timedelta(hours=hours)
    assert past(when) is when
    assert past(when.replace(tzinfo=None)).tzinfo is None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (datetime(1969, 12, 31), "after 1970"),
        (datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=9))), "after 1970"),
        (datetime.max.replace(year=9998), "has passed"),
    ],
)
def test_other_times_are_refused(when: datetime, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        past(when)
