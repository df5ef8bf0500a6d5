from __future__ import annotations

from benchmarks.load import Load
from benchmarks.swap import Swap, stale, under_way, version_of


def swap(version: int, asked: float, done: float) -> Swap:
    return Swap(version, asked, done)


MADE = [swap(2, 10.0, 11.0), swap(1, 20.0, 21.0)]


def load(*requests: tuple[float, float, int]) -> Load:
    """Requests as when they were sent, when answered, and by which version."""
    return Load(
        seconds=[end - start for start, end, _ in requests],
        at=[end for _, end, _ in requests],
        notes=[version for *_, version in requests],
    )


def test_the_version_is_read_off_an_answer() -> None:
    assert version_of(b'{"id":"8f","version":12,"output":{"version":3}}') == 12


def test_an_answer_by_the_old_version_is_stale_only_after_the_swap_was_done() -> None:
    fine = load((9.0, 10.5, 1), (10.5, 10.9, 1), (10.5, 12.0, 1), (12.0, 13.0, 2), (19.9, 20.5, 1), (22.0, 23.0, 1))
    assert stale(fine, MADE) == 0
    assert stale(load((12.0, 13.0, 1), (22.0, 23.0, 2)), MADE) == 2


def test_requests_count_to_a_swap_if_they_overlap_it() -> None:
    found = load((9.0, 9.9, 1), (9.0, 10.1, 1), (10.2, 10.8, 1), (10.9, 12.0, 2), (11.1, 12.0, 2))
    assert under_way(found, MADE).tolist() == [False, True, True, True, False]
