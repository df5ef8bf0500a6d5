from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from hanok.core.problem import Busy, Problem, Unavailable
from hanok.server.recorder import Recorder
from hanok.store import NewAnswer


def answer(item: str = "{}") -> NewAnswer:
    return NewAnswer("echo", 1, item, "{}")


def test_what_came_during_a_commit_is_committed_together() -> None:
    groups: list[int] = []
    go, entered = threading.Event(), threading.Event()

    def record(answers: Sequence[NewAnswer]) -> None:
        groups.append(len(answers))
        entered.set()
        go.wait(10)

    async def main() -> None:
        recorder = Recorder(record, most=100)
        first = asyncio.create_task(recorder.commit([answer()]))
        await asyncio.to_thread(entered.wait, 10)
        rest = [asyncio.create_task(recorder.commit([answer()])) for _ in range(5)]
        await asyncio.sleep(0.05)
        assert not first.done()  # nobody is told before it is on the disk
        go.set()
        await asyncio.gather(first, *rest)
        assert groups == [1, 5]
        await asyncio.to_thread(recorder.close)

    asyncio.run(main())


def test_an_answer_that_cannot_be_recorded_does_not_fail_its_group() -> None:
    kept: list[str] = []

    def record(answers: Sequence[NewAnswer]) -> None:
        if any(a.item == "refused" for a in answers):
            raise Problem("bad", "no")
        if any(a.item == "broken" for a in answers):
            raise RuntimeError("disk")
        kept.extend(a.id for a in answers)

    async def main() -> None:
        recorder = Recorder(record, most=100)
        good = [answer() for _ in range(4)]
        done = await asyncio.gather(
            recorder.commit([good[0]]),
            recorder.commit([answer("refused")]),
            recorder.commit([good[1]]),
            recorder.commit([answer("broken")]),
            recorder.commit(good[2:]),
            return_exceptions=True,
        )
        assert [type(d) for d in done] == [type(None), Problem, type(None), Unavailable, type(None)]
        assert sorted(kept) == sorted(a.id for a in good)
        await asyncio.to_thread(recorder.close)

    asyncio.run(main())


def test_while_the_database_does_not_keep_up_nothing_more_is_computed() -> None:
    go, entered = threading.Event(), threading.Event()

    def record(answers: Sequence[NewAnswer]) -> None:
        entered.set()
        go.wait(10)

    async def main() -> None:
        recorder = Recorder(record, most=2)
        recorder.admit()
        tasks = [asyncio.create_task(recorder.commit([answer()]))]
        await asyncio.to_thread(entered.wait, 10)
        tasks += [asyncio.create_task(recorder.commit([answer()])) for _ in range(3)]
        await asyncio.sleep(0.05)
        with pytest.raises(Busy):
            recorder.admit()
        go.set()
        await asyncio.gather(*tasks)
        recorder.admit()
        await asyncio.to_thread(recorder.close)

    asyncio.run(main())


def test_closing_commits_what_waits() -> None:
    kept: list[str] = []

    async def main() -> None:
        recorder = Recorder(lambda answers: kept.extend(a.id for a in answers), most=100)
        answers = [answer() for _ in range(10)]
        tasks = [asyncio.create_task(recorder.commit([a])) for a in answers]
        await asyncio.sleep(0)
        await asyncio.to_thread(recorder.close)
        await asyncio.gather(*tasks)
        assert kept == [a.id for a in answers]

    asyncio.run(main())
