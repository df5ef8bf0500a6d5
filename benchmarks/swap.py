"""Changing the version in service under load: failed requests, the latency bump, memory."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.contenders import HANOK, Running, running
from benchmarks.harness import Figure
from benchmarks.load import Load, drive, post, run
from benchmarks.process import ask

CLIENTS = 8
SETTLE = 2.0
"""Seconds after the last swap, in which the old version goes."""

ENDLESS = 10**9
ALIAS = "/v1/models/faq/aliases/champion"


class Swap(NamedTuple):
    """One change of version: when it was asked for, and when the server said that it was done."""

    version: int
    asked: float
    done: float


def swap(version: int, port: int) -> Swap:
    """Let the alias stand for `version`."""
    asked = time.perf_counter()
    status, body = ask(port, ALIAS, json.dumps({"version": version}).encode(), "PUT")
    if status != 200:
        raise RuntimeError(f"PUT {ALIAS} gave {status}: {body!r}")
    return Swap(version, asked, time.perf_counter())


def swapped(home: Path, bodies: Sequence[bytes], cpus: set[int] | None, *, swaps: int, pause: float) -> Figure:
    """Promote versions 1 and 2 in turn under load.

    Parameters
    ----------
    home : Path
        With two versions of the FAQ.
    bodies : sequence of bytes
        Questions.
    cpus : set of int, optional
        Cores of the server.
    swaps : int
        How many changes of version.
    pause : float
        Seconds between them.

    Returns
    -------
    dict
        Failed and stale requests, latency with and without swaps, memory.
    """
    requests = [post(HANOK.path, body) for body in bodies]
    with running(HANOK, home, cpus, bodies[0]) as server:
        calm = run(drive(server.port, requests, clients=CLIENTS, most=ENDLESS, seconds=swaps * pause / 2))
        before = server.process.memory()
        load, made, memory = run(_under_load(server, requests, swaps, pause))
        time.sleep(SETTLE)
        after = server.process.memory()
    during = under_way(load, made)
    return {
        "swaps": swaps,
        "answered": len(load),
        "failed": len(load.failed) + len(calm.failed),
        "stale": stale(load, made),
        "swap_s": round(float(np.median([swap.done - swap.asked for swap in made])), 3),
        "calm": latency(np.array(calm.seconds)),
        "during_a_swap": latency(np.array(load.seconds)[during]),
        "between_swaps": latency(np.array(load.seconds)[~during]),
        "memory_mb": {"before": _mb(before), "after_each": [_mb(m) for m in memory], "after": _mb(after)},
    }


async def _under_load(
    server: Running, requests: Sequence[bytes], swaps: int, pause: float
) -> tuple[Load, list[Swap], list[int]]:
    end, made, memory = asyncio.Event(), [], []
    seconds = swaps * (pause + 30)  # never reached unless swaps are very slow
    load = asyncio.create_task(
        drive(server.port, requests, clients=CLIENTS, most=ENDLESS, seconds=seconds, note=version_of, end=end)
    )
    for turn in range(swaps):
        await asyncio.sleep(pause)
        made.append(await asyncio.to_thread(swap, 2 - turn % 2, server.port))
        memory.append(await asyncio.to_thread(server.process.memory))
    await asyncio.sleep(pause)
    end.set()
    return await load, made, memory


def version_of(body: bytes) -> int:
    """Which version gave an answer.

    Example
    -------
    >>> version_of(b'{"id":"8f","version":12,"output":{}}')
    12
    """
    return int(body.partition(b'"version":')[2].partition(b",")[0])


def latency(seconds: npt.NDArray[np.float64]) -> Figure:
    """Milliseconds: the middle, the slow ones, the slowest."""
    p50, p99, most = (np.percentile(seconds, [50, 99, 100]) * 1000).round(2).tolist()
    return {"p50_ms": p50, "p99_ms": p99, "max_ms": most}


def under_way(load: Load, made: Sequence[Swap]) -> npt.NDArray[np.bool_]:
    """Which requests were under way while a swap was, (n_requests,)."""
    ends = np.array(load.at)
    starts = ends - load.seconds
    return np.any([(starts <= swap.done) & (ends >= swap.asked) for swap in made], axis=0)


def stale(load: Load, made: Sequence[Swap]) -> int:
    """Requests sent after the server had said that a swap was done, and answered by the version before it."""
    count = 0
    for end, taken, version in zip(load.at, load.seconds, load.notes, strict=True):
        for swap, following in pairwise([*made, None]):
            if swap and end - taken > swap.done and (following is None or end < following.asked):
                count += version != swap.version
    return count


def _mb(size: int) -> int:
    return round(size / 1e6)
