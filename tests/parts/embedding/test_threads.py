"""Threads that share work."""

import threading

import pytest

from hanok.parts.embedding.threads import AHEAD, in_order


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_work(workers):
    assert list(in_order(lambda n: n * n, range(50), workers)) == [n * n for n in range(50)]
    assert list(in_order(abs, [], workers)) == []


@pytest.mark.parametrize("workers", [1, 3])
def test_work_is_read_no_further_ahead_than_threads_need(workers):
    read = []

    def items():
        for n in range(1000):
            read.append(n)
            yield n

    results = in_order(abs, items(), workers)
    assert read == []
    next(results)
    assert len(read) <= AHEAD * workers


@pytest.mark.parametrize("workers", [1, 3])
def test_what_work_raises_comes_out_and_no_thread_stays(workers):
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda n: 1 / n, [2, 1, 0, 3], workers))
    assert threading.active_count() == before


def test_an_iterator_that_is_closed_ends_its_threads():
    before = threading.active_count()
    results = in_order(abs, iter(range(1000)), 3)
    next(results)
    results.close()
    assert threading.active_count() == before
