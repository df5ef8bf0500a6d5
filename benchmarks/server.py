"""Answers over HTTP from a FAQ of 10 000 entries: latency, throughput, processor time; beside peers; hot swap."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.contenders import BARE, CONTENDERS, HANOK, Contender, running, same_answers
from benchmarks.harness import Benchmark, Figure, seconds, show
from benchmarks.load import Load, drive, post, run
from benchmarks.process import cores
from benchmarks.swap import swapped
from benchmarks.synthetic import Entry, entries, questions, write
from hanok.lifecycle.model import Model, dump
from hanok.lifecycle.workspace import Workspace

BAR = 5.0
"""Milliseconds: the median of one answer, asked alone."""

MANY = 32
"""Clients at the same time."""

CLIENT = "asyncio on raw sockets with uvloop and httptools"
ALONE = "the model alone"


class Scale(NamedTuple):
    """How much is measured."""

    entries: int
    rounds: int
    alone: int
    many: int
    seconds: float
    swaps: int
    pause: float


FULL = Scale(entries=10_000, rounds=5, alone=1000, many=4000, seconds=12, swaps=20, pause=1.5)
QUICK = Scale(entries=600, rounds=1, alone=100, many=300, seconds=3, swaps=4, pause=0.5)

Measured = dict[str, float]
"""What one server did in one round."""

COMPARED = ("p50_ms", "many_per_s", "many_cpu_ms")

SHOWN = {
    f"One question at a time, median of {{rounds}} rounds (lowest-highest); bar: hanok's p50 ≤ {BAR:g} ms": (
        "p50_ms", "p90_ms", "p99_ms", "cpu_ms",
    ),
    f"{MANY} at a time": ("many_per_s", "many_p50_ms", "many_p99_ms", "many_cpu_ms"),
    "Beside a bare FastAPI async def in the same round, and the server itself": (
        "p50_ms_ratio", "many_per_s_ratio", "many_cpu_ms_ratio", "memory_mb", "start_s", "client_busy",
    ),
}  # fmt: skip


def main() -> None:
    """Measure and show."""
    bench = Benchmark("server", __doc__ or "")
    bench.seeds = [0]  # of the order; what is repeated here are rounds
    scale = QUICK if bench.quick else FULL
    with tempfile.TemporaryDirectory(prefix="hanok-home-") as folder:
        home = Path(folder) / "home"
        known = entries(scale.entries)
        for version in (known, entries(scale.entries, seed=5)):
            train(version, home, Path(folder) / "faq.csv")
        bodies = [json.dumps({"text": text}, ensure_ascii=False).encode() for text in questions(known, 2000)]
        server_cpus, client_cpus = cores()
        if client_cpus:
            os.sched_setaffinity(0, client_cpus)
        where = "each server on one core, the client on another" if client_cpus else "servers and client on one core"
        print(f"{where}; client: {CLIENT}; order: random, seed 0")
        rounds = measure(home, bodies, scale, server_cpus)
        report(bench, rounds)
        report_swaps(bench.keep("hot swap", swapped(home, bodies, server_cpus, swaps=scale.swaps, pause=scale.pause)))
    bench.keep("load at the end", {"value": round(os.getloadavg()[0], 2)})
    bench.finish()


def train(known: list[Entry], home: Path, file: Path) -> None:
    """Publish a version as a user would."""
    write(known, file)
    hanok = Path(sys.executable).parent / "hanok"
    subprocess.run([hanok, "--home", home, "train", "faq", file], check=True, capture_output=True)


# -- measuring ---------------------------------------------------------------------------------------------------------


def measure(home: Path, bodies: Sequence[bytes], scale: Scale, cpus: set[int] | None) -> dict[str, list[Measured]]:
    """Every contender once in each round, in a random order."""
    with Workspace.open(home) as workspace:
        model = workspace.load("faq@1")
        expected = [dump(output) for output in model.predict([model.parse(json.loads(body)) for body in bodies[:30]])]
        here = [contender for contender in CONTENDERS if contender.installed]
        for contender in CONTENDERS:
            if contender not in here:
                print(f"{contender.name}: not installed")
        found: dict[str, list[Measured]] = {ALONE: [], **{contender.name: [] for contender in here}}
        rng = np.random.default_rng(0)
        for _ in range(scale.rounds):
            found[ALONE].append(alone(model, bodies[: scale.alone]))
            for turn in rng.permutation(len(here)).tolist():
                found[here[turn].name].append(serve(here[turn], home, bodies, expected, scale, cpus))
    return found


def alone(model: Model, bodies: Sequence[bytes]) -> Measured:
    """One call after the other, without any server."""
    items = [model.parse(json.loads(body)) for body in bodies]
    model.predict(items[:20])
    computed = time.process_time()
    taken = [seconds(lambda item=item: model.predict([item])) * 1000 for item in items]
    computed = time.process_time() - computed
    p50, p90, p99 = np.percentile(taken, [50, 90, 99]).tolist()
    return {"p50_ms": p50, "p90_ms": p90, "p99_ms": p99, "cpu_ms": computed * 1000 / len(items)}


def serve(
    contender: Contender,
    home: Path,
    bodies: Sequence[bytes],
    expected: Sequence[Any],
    scale: Scale,
    cpus: set[int] | None,
) -> Measured:
    """Start a server, ask it one at a time and many at a time, end it."""
    with running(contender, home, cpus, bodies[0]) as server:
        if not same_answers(server, contender, bodies[: len(expected)], expected):
            raise RuntimeError(f"{contender.name} does not say what the model says")
        requests = [post(contender.path, body) for body in bodies]
        loads: list[tuple[Load, float]] = []
        warm_up = (8, scale.alone // 4)
        for clients, most in (warm_up, (1, scale.alone), (MANY, scale.many)):
            computed = server.process.computed()
            load = run(drive(server.port, requests, clients=clients, most=most, seconds=scale.seconds))
            if load.failed:
                raise RuntimeError(f"{contender.name}: {len(load.failed)} requests failed, such as: {load.failed[0]}")
            loads.append((load, (server.process.computed() - computed) * 1000 / len(load)))
        (one, one_cpu), (many, many_cpu) = loads[1:]
        p50, p90, p99 = one.milliseconds(50, 90, 99)
        many_p50, many_p90, many_p99 = many.milliseconds(50, 90, 99)
        return {
            "p50_ms": p50, "p90_ms": p90, "p99_ms": p99, "cpu_ms": one_cpu, "n": len(one),
            "many_per_s": len(many) / many.wall, "many_p50_ms": many_p50, "many_p90_ms": many_p90,
            "many_p99_ms": many_p99, "many_cpu_ms": many_cpu, "many_n": len(many), "client_busy": many.busy,
            "memory_mb": server.process.memory() / 1e6, "start_s": server.ready,
        }  # fmt: skip


# -- showing -----------------------------------------------------------------------------------------------------------


def report(bench: Benchmark, found: dict[str, list[Measured]]) -> None:
    """Tables; every figure is kept for each round."""
    for rounds in found.values():
        for bare, own in zip(found[BARE.name], rounds, strict=True):
            own |= {f"{key}_ratio": own[key] / bare[key] for key in COMPARED if key in own}
    for name, rounds in found.items():
        bench.keep(name, {key: [round(r[key], 4) for r in rounds] for key in rounds[0]})
    for title, keys in SHOWN.items():
        rows = [
            [name, *(shown([r[key] for r in rounds if key in r]) for key in keys)] for name, rounds in found.items()
        ]
        show(title.format(rounds=len(found[BARE.name])), ["", *keys], rows)
    p50 = float(np.median([r["p50_ms"] for r in found[HANOK.name]]))
    bench.keep("bar", {"p50_ms": round(p50, 3), "bar": BAR, "met": p50 <= BAR})
    print(f"\n{HANOK.name}: p50 {p50:.2f} ms {'meets' if p50 <= BAR else 'MISSES'} the bar of {BAR:g} ms")


def shown(values: Sequence[float]) -> str:
    """The median, and how far the rounds lie apart."""
    if not values:
        return ""
    low, median, high = (
        f"{value:.3g}" if value < 1000 else f"{value:.0f}" for value in np.percentile(values, [0, 50, 100])
    )
    return f"{median} ({low}-{high})" if len(values) > 1 else median


def report_swaps(found: Figure) -> None:
    """What swaps did to clients, and to memory."""
    times = ("calm", "during_a_swap", "between_swaps")
    keys = ("p50_ms", "p99_ms", "max_ms")
    show(
        f"{found['swaps']} hot swaps under load",
        ["", *keys],
        [[name, *(found[name][k] for k in keys)] for name in times],
    )
    memory = found["memory_mb"]
    print(f"  {found['answered']} answered, {found['failed']} failed, {found['stale']} by a version already replaced")
    print(f"  a swap took {found['swap_s']} s; MB before {memory['before']}, after {memory['after']}")


if __name__ == "__main__":
    main()
