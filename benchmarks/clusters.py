"""Ranges by cluster of images, never confounded with the observer: (EMA | granular EMA) × (none | k-means | NNAC).

On CIFAR-10 (JPEG copy) at 16 × 16 as it is, and with a contrast and brightness of its own for every image. All start
from the same float network with the same schedule and seeds. Accuracy is that of exported files, one graph for all
clusters.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.harness import Benchmark, show, shown
from benchmarks.jobs import Bools, Job, answers, describe, each, floats, gain_of, workplace
from hanok.parts.quantization import NNAC, KMeans, Recipe

OBSERVERS = ("ema", "granular_ema")
K = 4
GROUPINGS = {"none": None, "kmeans": KMeans(K), "nnac": NNAC(K)}
SETTINGS = {"w8a3_ptq": (8, 3), "w8a2_ptq": (8, 2), "w4a2": (4, 2)}
PAIRS = {"kmeans_gain": ("none", "kmeans"), "nnac_gain": ("none", "nnac"), "nnac_vs_kmeans": ("kmeans", "nnac")}
SAMPLES = 2048
Key = tuple[str, str, str, str]
"""Data set, setting, observer, grouping."""


def judge(bench: Benchmark, folder: Path) -> dict[Key, list[Bools]]:
    """Which test images every contender gets right, of each seed."""
    keys = [
        (seed, data, setting, observer, grouping)
        for seed in bench.seeds
        for data in ("as_it_is", "mixed")
        for setting in SETTINGS
        for observer in OBSERVERS
        for grouping in GROUPINGS
    ]
    jobs = []
    for seed, data, setting, observer, grouping in keys:
        weights, activations = SETTINGS[setting]
        how = Recipe(weights=weights, activations=activations, observer=observer, clusters=GROUPINGS[grouping])
        given = {"mixed": data == "mixed", "samples": SAMPLES, "trained": not setting.endswith("ptq")}
        jobs.append(Job(folder, bench.quick, seed, how, **given))
    floats(jobs)
    found: dict[Key, list[Bools]] = {}
    for (_, *key), one in zip(keys, each(answers, jobs, "clusters"), strict=True):
        found.setdefault(tuple(key), []).append(one)
    return found


def report(bench: Benchmark, data: str, found: dict[Key, list[Bools]]) -> None:
    """Tables and figures of one data set."""
    rows = []
    for setting in SETTINGS:
        for observer in OBSERVERS:
            means = {g: 100 * float(np.mean(found[data, setting, observer, g])) for g in GROUPINGS}
            bench.keep(f"{data}.{setting}.{observer}.accuracy", {g: round(mean, 2) for g, mean in means.items()})
            gains = []
            for label, pair in PAIRS.items():
                gain = gain_of(*(found[data, setting, observer, grouping] for grouping in pair))
                gains.append(shown(bench.keep(f"{data}.{setting}.{observer}.{label}", gain)))
            rows.append([setting, observer, *(f"{mean:.2f}" for mean in means.values()), *gains])
        own = gain_of(*(found[data, setting, observer, "none"] for observer in OBSERVERS))
        bench.keep(f"{data}.{setting}.granular_ema_gain", own)
        rows.append([setting, "granular EMA's own gain", "", "", "", shown(own), "", ""])
    head = ["", "", *GROUPINGS, "k-means - none", "NNAC - none", "NNAC - k-means"]
    show(f"{data}: accuracy on test, and gains in points", head, rows)


def main() -> None:
    """Run it."""
    bench = Benchmark("clusters", str(__doc__).splitlines()[0])
    describe(bench, "small")
    with workplace() as folder:
        found = judge(bench, folder)
    for data in ("as_it_is", "mixed"):
        report(bench, data, found)
    bench.finish()


if __name__ == "__main__":
    main()
