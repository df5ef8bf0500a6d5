from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Generator

import pytest

from hanok.server.pump import AHEAD, Pump


def test_it_is_made_run_and_closed_in_one_thread_which_is_not_the_callers() -> None:
    threads = []

    def parts() -> Generator[int, None, None]:
        try:
            for k in range(20):
                threads.append(threading.current_thread())
                yield k
        finally:
            threads.append(threading.current_thread())

    async def main() -> None:
        assert [part async for part in Pump(parts)] == list(range(20))
        assert len(set(threads)) == 1
        assert threads[0] is not threading.main_thread()

    asyncio.run(main())


def test_it_makes_only_a_few_parts_ahead() -> None:
    made = []

    def parts() -> Generator[int, None, None]:
        for k in range(100):
            made.append(k)
            yield k

    async def main() -> None:
        pump = Pump(parts)
        await anext(pump)
        await asyncio.sleep(0.1)
        assert len(made) <= AHEAD + 2
        pump.close()

    asyncio.run(main())


def test_closing_ends_a_generator_that_waits_for_its_client() -> None:
    closed = threading.Event()

    def parts() -> Generator[int, None, None]:
        try:
            yield from range(10**9)
        finally:
            closed.set()

    async def main() -> None:
        ended = threading.Event()
        pump = Pump(parts, ended.set)
        await anext(pump)
        await asyncio.sleep(0.05)
        pump.close()
        assert await asyncio.to_thread(closed.wait, 5)
        assert await asyncio.to_thread(ended.wait, 5)

    asyncio.run(main())


@pytest.mark.parametrize("at", [0, 3])
def test_what_it_raises_comes_after_its_parts(at: int) -> None:
    def parts() -> Generator[int, None, None]:
        yield from range(at)
        raise ValueError("no more")

    async def main() -> None:
        pump = Pump(parts)
        assert [await anext(pump) for _ in range(at)] == list(range(at))
        with pytest.raises(ValueError, match="no more"):
            await anext(pump)
        with pytest.raises(ValueError, match="no more"):  # the end stays the end
            await anext(pump)

    asyncio.run(main())


def test_many_slow_streams_do_not_hold_each_other_up() -> None:
    def parts() -> Generator[int, None, None]:
        for k in range(3):
            time.sleep(0.1)
            yield k

    async def read() -> list[int]:
        return [part async for part in Pump(parts)]

    async def main() -> None:
        results = await asyncio.wait_for(asyncio.gather(*(read() for _ in range(60))), 15)
        assert results == [[0, 1, 2]] * 60

    asyncio.run(main())
