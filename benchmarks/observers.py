"""Granular EMA beside the EMA of batch maxima: exported files of a small network on 16 × 16 CIFAR-10 (JPEG copy).

Both observers start from the same float network, with the same recipe, schedule and seeds; momentum is chosen for each
on validation, from the same few. First and last layer have 8 bits. Gains are points of accuracy of exported files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Benchmark, figure, over_seeds, show, shown
from benchmarks.jobs import Bools, Job, answers, describe, each, floats, gain_of, quantised, workplace
from hanok.parts.quantization import Recipe

OBSERVERS = ("ema", "granular_ema")
MOMENTA = (0.9, 0.99, 0.999)
BITS = {"w4a4": (4, 4), "w4a2": (4, 2)}
PTQ = "w8a3_ptq"
SIZES = (16, 32, 64, 128, 256)
SAMPLES = 1024


def job(bench: Benchmark, folder: Path, seed: int, bits: tuple[int, int], **more: Any) -> Job:
    """Weights and activations of so many bits."""
    named = {key: more.pop(key) for key in ("observer", "momentum") if key in more}
    return Job(folder, bench.quick, seed, Recipe(weights=bits[0], activations=bits[1], **named), **more)


def momenta(bench: Benchmark, folder: Path) -> dict[tuple[str, str], float]:
    """The one that is best on validation with the first seed, by setting and observer."""
    keys = [(name, observer, m) for name in BITS for observer in OBSERVERS for m in MOMENTA]
    jobs = [job(bench, folder, 0, BITS[name], observer=o, momentum=m, part="valid") for name, o, m in keys]
    found = dict(zip(keys, (100 * a.mean() for a in each(answers, jobs, "momenta")), strict=True))
    bench.keep("momentum.validation", {f"{n}.{o}.{m}": round(float(a), 2) for (n, o, m), a in found.items()})
    return {(n, o): max(MOMENTA, key=lambda m: found[n, o, m]) for n in BITS for o in OBSERVERS}


def judge(bench: Benchmark, folder: Path) -> dict[tuple[str, str], list[Bools]]:
    """Which test images each file gets right, by setting and observer, of each seed."""
    chosen = momenta(bench, folder)
    bench.keep("momentum", {f"{name}.{observer}": value for (name, observer), value in chosen.items()})
    keys = [(seed, name, observer) for seed in bench.seeds for name in (*BITS, PTQ) for observer in OBSERVERS]
    jobs = [
        job(bench, folder, seed, (8, 3), observer=observer, samples=SAMPLES, trained=False)
        if name == PTQ
        else job(bench, folder, seed, BITS[name], observer=observer, momentum=chosen[name, observer])
        for seed, name, observer in keys
    ]
    found: dict[tuple[str, str], list[Bools]] = {}
    for (_, name, observer), one in zip(keys, each(answers, jobs, "observers"), strict=True):
        found.setdefault((name, observer), []).append(one)
    return found


def ends(one: Job) -> float:
    """The mean of a network's upper ends of ranges."""
    return float(np.mean([float(quantizer.high[0]) for quantizer in quantised(one).quantizers()]))


def batch_sizes(bench: Benchmark, folder: Path) -> None:
    """Ranges and accuracy of W8A3 without training, from the same images in batches of different sizes."""
    rows: list[list[Any]] = []
    for observer in OBSERVERS:
        more = {"observer": observer, "samples": SAMPLES, "trained": False}
        jobs = [job(bench, folder, seed, (8, 3), size=size, **more) for seed in bench.seeds for size in SIZES]
        shape = len(bench.seeds), len(SIZES)
        ranges = np.reshape(each(ends, jobs, f"ranges, {observer}"), shape)
        right = 100 * np.reshape([a.mean() for a in each(answers, jobs, f"sizes of batches, {observer}")], shape)
        for what, values in (("range_ratio", ranges / ranges[:, :1]), ("accuracy", right)):
            found = {str(size): over_seeds(values[:, place]) for place, size in enumerate(SIZES)}
            bench.keep(f"batch_size.{what}.{observer}", found)
            rows.append([observer, what, *(f"{one['mean']:.3f}" for one in found.values())])
    show(f"{PTQ}: ranges, as a share of those of the smallest batches, and accuracy", ["", "", *SIZES], rows)


def main() -> None:
    """Run it."""
    bench = Benchmark("observers", str(__doc__).splitlines()[0])
    bench.seeds = bench.seeds if bench.quick else [0, 1, 2, 3, 4]
    describe(bench, "small")
    with workplace() as folder:
        plain = [Job(folder, bench.quick, seed, None) for seed in bench.seeds]
        floats(plain)
        bench.keep("float.accuracy", figure(100 * np.mean(each(answers, plain, "floats"), axis=0)))
        found = judge(bench, folder)
        batch_sizes(bench, folder)
    rows = []
    for name in (*BITS, PTQ):
        ema, granular = (found[name, observer] for observer in OBSERVERS)
        gain = bench.keep(f"{name}_gain", gain_of(ema, granular))
        means = [f"{100 * np.mean(one):.2f}" for one in (ema, granular)]
        for observer, mean in zip(OBSERVERS, means, strict=True):
            bench.keep(f"{name}.accuracy.{observer}", {"mean": float(mean)})
        rows.append([name, *means, shown(gain), *gain["seeds"]])
    show("accuracy on test, and the gain of granular EMA", ["", *OBSERVERS, "gain", *bench.seeds], rows)
    bench.finish()


if __name__ == "__main__":
    main()
