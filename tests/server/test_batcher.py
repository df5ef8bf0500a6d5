from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Busy, Failed, TooLate
from hanok.server.batcher import Batcher, Retired


class Gate:
    """Work that waits until it is let through, and remembers its batches."""

    def __init__(self) -> None:
        self.open, self.entered = threading.Event(), threading.Event()
        self.batches: list[list[int]] = []

    def __call__(self, items: Sequence[int]) -> list[int]:
        self.batches.append(list(items))
        self.entered.set()
        self.open.wait(10)
        return [-item for item in items]


async def entered(gate: Gate) -> None:
    await asyncio.to_thread(gate.entered.wait, 10)


def test_the_next_batch_is_what_queued_while_the_last_one_ran() -> None:
    async def main() -> None:
        gate = Gate()
        batcher = Batcher(gate, max_batch=4, max_queue=100)
        first = asyncio.create_task(batcher.submit([0], 10))
        await entered(gate)
        later = [asyncio.create_task(batcher.submit([k], 10)) for k in range(1, 7)]
        await asyncio.sleep(0.05)
        assert batcher.depth == 6
        gate.open.set()
        assert await asyncio.gather(first, *later) == [[-k] for k in range(7)]
        assert gate.batches == [[0], [1, 2, 3, 4], [5, 6]]
        batcher.close()

    asyncio.run(main())


def test_a_full_queue_refuses_at_admission_and_says_when_to_come_back() -> None:
    async def main() -> None:
        gate = Gate()
        batcher = Batcher(gate, max_batch=1, max_queue=2)
        running = asyncio.create_task(batcher.submit([0], 10))
        await entered(gate)
        waiting = asyncio.create_task(batcher.submit([1, 2], 10))
        await asyncio.sleep(0.05)
        with pytest.raises(Busy) as busy:
            await batcher.submit([3], 10)
        assert 1 <= busy.value.retry_after <= 60
        gate.open.set()
        assert await running == [0]
        assert await waiting == [-1, -2]  # what was accepted is answered
        batcher.close()

    asyncio.run(main())


def test_what_is_not_answered_in_time_is_too_late_and_what_is_answered_stands() -> None:
    async def main() -> None:
        gate = Gate()
        batcher = Batcher(gate, max_batch=1, max_queue=10)
        running = asyncio.create_task(batcher.submit([0], 10))
        await entered(gate)
        late = await batcher.submit([1, 2], 0.05)
        assert [type(result) for result in late] == [TooLate, TooLate]
        gate.open.set()
        assert await running == [0]
        assert await batcher.submit([3], 10) == [-3]
        assert [1] not in gate.batches  # nobody waited for it any more
        batcher.close()

    asyncio.run(main())


def test_a_list_comes_back_in_part_when_only_a_part_was_in_time() -> None:
    def slow(items: Sequence[int]) -> list[int]:
        time.sleep(0.3 if 2 in items else 0)
        return list(items)

    async def main() -> None:
        batcher = Batcher(slow, max_batch=1, max_queue=10)
        results = await batcher.submit([1, 2, 3], 0.1)
        assert results[0] == 1
        assert [type(result) for result in results[1:]] == [TooLate, TooLate]
        batcher.close()

    asyncio.run(main())


def test_quick_work_runs_in_the_event_loop_when_nothing_waits() -> None:
    async def main() -> None:
        threads = []
        batcher = Batcher(
            lambda items: [threads.append(threading.current_thread()) for _ in items], max_batch=8, max_queue=10
        )
        for _ in range(20):
            await batcher.submit([1], 10)
        assert threads[0] is not threading.main_thread()  # how long it takes was not known
        assert threads[-1] is threading.main_thread()
        batcher.average = 1.0
        await batcher.submit([1], 10)
        assert threads[-1] is not threading.main_thread()
        batcher.close()

    asyncio.run(main())


def test_work_that_raises_fails_its_batch_and_no_other() -> None:
    def work(items: Sequence[int]) -> list[int]:
        if 13 in items:
            raise RuntimeError("thirteen")
        return list(items)

    async def main() -> None:
        batcher = Batcher(work, max_batch=1, max_queue=10)
        with pytest.raises(Failed) as failed:
            await batcher.submit([13], 10)
        assert isinstance(failed.value.__cause__, RuntimeError)
        assert await batcher.submit([1, 2], 10) == [1, 2]
        batcher.close()

    asyncio.run(main())


def test_closing_answers_what_was_admitted_and_admits_nothing_more() -> None:
    async def main() -> None:
        gate = Gate()
        batcher = Batcher(gate, max_batch=1, max_queue=10)
        tasks = [asyncio.create_task(batcher.submit([k], 10)) for k in range(5)]
        await entered(gate)
        await asyncio.sleep(0.05)
        closing = asyncio.create_task(asyncio.to_thread(batcher.close))
        await asyncio.sleep(0.05)
        with pytest.raises(Retired):
            await batcher.submit([9], 10)
        gate.open.set()
        assert await asyncio.gather(*tasks) == [[-k] for k in range(5)]
        await closing

    asyncio.run(main())


@settings(max_examples=40, deadline=None)
@given(
    requests=st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=7), min_size=1, max_size=40),
    bad=st.sets(st.integers(0, 99), max_size=30),
    max_batch=st.integers(1, 9),
)
def test_every_item_gets_its_own_answer_whatever_fails(
    requests: list[list[int]], bad: set[int], max_batch: int
) -> None:
    def work(items: Sequence[int]) -> list[int | ValueError]:
        assert len(items) <= max_batch
        return [ValueError(str(item)) if item in bad else item * 2 for item in items]

    async def main() -> None:
        batcher = Batcher(work, max_batch=max_batch, max_queue=1000)
        answers = await asyncio.gather(*(batcher.submit(items, 20) for items in requests))
        for items, results in zip(requests, answers, strict=True):
            assert len(results) == len(items)
            for item, result in zip(items, results, strict=True):
                assert str(result) == str(item) if item in bad else result == item * 2
        batcher.close()

    asyncio.run(main())


@settings(max_examples=25, deadline=None)
@given(failing=st.lists(st.booleans(), min_size=1, max_size=30), max_batch=st.integers(1, 5))
def test_nothing_is_lost_when_work_raises_at_random(failing: list[bool], max_batch: int) -> None:
    calls = iter(failing * 100)

    def work(items: Sequence[int]) -> list[int]:
        if next(calls):
            raise RuntimeError("at random")
        return list(items)

    async def main() -> None:
        batcher = Batcher(work, max_batch=max_batch, max_queue=1000)
        tasks = [batcher.submit([k], 20) for k in range(40)]
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert len(answers) == 40
        assert all(answer == [k] or isinstance(answer, Failed) for k, answer in enumerate(answers))
        batcher.close()

    asyncio.run(main())
