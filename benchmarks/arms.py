"""Arms of related videos: how long it takes to fold a million events, from the beginning and from a snapshot."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.harness import Benchmark, Figure, seconds, show
from hanok.core.lasting import AT_ONCE, EVERY
from hanok.store import NewAnswer, SqlLedger, Store
from hanok.systems.video import Arm, Click, Config, Entry, Request, Slate, Video
from hanok.systems.video.arms import lasting

SOURCES, CANDIDATES, K, RATE = 2000, 50, 10, 0.02
AT = 1_760_000_000.0
GROUP = 2000

Pair = tuple[NewAnswer, str | None]


@cache
def entry(video: int, position: int) -> str:
    """One entry of a slate as JSON."""
    return Entry(
        item=f"v{video:05}",
        title=f"A title of ordinary length, number {video}",
        category="reviews",
        position=position,
        score=round(1 / (1 + position), 4),
        why="mf 3, item2vec 12, text 41",
        arm=Arm(alpha=1.25, beta=50.75, views=12.0, clicks=1.0),
    ).model_dump_json()


def answers(n: int, seed: int) -> Iterator[Pair]:
    """Answers with slates of ten, sources by Zipf's law, and what was clicked: a click on every fiftieth slate."""
    rng = np.random.default_rng(seed)
    share = 1 / np.arange(1, SOURCES + 1)
    sources = rng.choice(SOURCES, n, p=share / share.sum())
    clicked, place = rng.random(n) < RATE, rng.integers(0, K, n)
    empty = Slate(entries=[], based_on="source").model_dump_json()
    for number, source in enumerate(sources.tolist()):
        slate = ((source * 7 + rng.permutation(CANDIDATES)[:K]) % SOURCES).tolist()
        shown = empty.replace("[]", f"[{','.join(entry(video, p) for p, video in enumerate(slate))}]", 1)
        item = Request(source=f"v{source:05}", seed=number)
        one = NewAnswer("video", 1, item.model_dump_json(), shown, created=AT + 5.0 * number)
        yield one, f"v{slate[place[number]]:05}" if clicked[number] else None


def fill(store: Store, n: int, seed: int) -> int:
    """Record answers and clicks; how many events that are."""
    group: list[Pair] = []
    clicks = 0
    for pair in answers(n, seed):
        group.append(pair)
        if len(group) == GROUP:
            clicks += _record(store, group)
            group = []
    return n + clicks + _record(store, group)


def _record(store: Store, group: list[Pair]) -> int:
    store.answers.record([answer for answer, _ in group])
    given = [(answer.id, item) for answer, item in group if item]
    for id, item in given:
        store.feedback.add(id, "video", Click(clicked=item).model_dump_json())
    return len(given)


def measure(n: int, seed: int) -> dict[str, Figure | float | int]:
    """One ledger: fold it whole, start again from what was kept, and go on in small steps."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Store.open(f"sqlite:///{folder}/hanok.db", Path(folder) / "blobs") as store,
    ):
        filled = time.perf_counter()
        events = fill(store, n, seed)
        print(f"  seed {seed}: {events} events written in {time.perf_counter() - filled:.0f} s", flush=True)
        ledger = SqlLedger(store, Video)
        first = lasting(Config())
        busy = time.process_time()
        whole = seconds(lambda: first.now(ledger))
        busy = time.process_time() - busy
        kept = store.states.get("video", first.key)
        assert kept is not None
        again = lasting(Config())
        snapshot = seconds(lambda: again.now(ledger))
        assert again.now(ledger).arms.events == first.now(ledger).arms.events
        refreshes, idle = [], []
        for answer, item in answers(200, seed + 1000):
            _record(store, [(answer, item)])
            refreshes.append(seconds(lambda: again.now(ledger)) * 1000)
            idle.append(seconds(lambda: again.now(ledger)) * 1000)
        slate = again.now(ledger)
        candidates = [f"v{video:05}" for video in range(CANDIDATES)]
        scores = np.linspace(1, 0, CANDIDATES)
        drawn = [
            seconds(slate.slate, Config(), Request(source="v00000", seed=seed), candidates, scores) * 1000
            for seed in range(300)
        ]
        return {
            "events": events,
            "from_scratch_s": round(whole, 2),
            "from_scratch_cpu_s": round(busy, 2),
            "events_per_cpu_second": round(events / busy),
            "from_snapshot_s": round(snapshot, 3),
            "snapshot_mb": round(len(kept.state) / 1e6, 2),
            "refresh_after_one_answer_p50_ms": round(float(np.median(refreshes)), 3),
            "refresh_after_one_answer_p99_ms": round(float(np.quantile(refreshes, 0.99)), 3),
            "refresh_after_nothing_p50_ms": round(float(np.median(idle)), 3),
            "slate_p50_ms": round(float(np.median(drawn)), 3),
        }


def main() -> None:
    """Run it."""
    bench = Benchmark("arms", __doc__ or "")
    n = 20_000 if bench.quick else 980_000
    rows = []
    for seed in bench.seeds:
        found = measure(n if seed == 0 else n // 10, seed)
        rows.append([seed, *found.values()])
        bench.keep(f"seed {seed}", dict(found))
        show(f"so far, folds read {AT_ONCE} events at a time and are kept every {EVERY}", ["seed", *found], rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    bench.keep("memory", {"peak_mib": round(peak)})
    print(f"peak memory {peak:.0f} MiB")
    bench.finish()


if __name__ == "__main__":
    main()
