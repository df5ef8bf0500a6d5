"""Ranges by cluster of images, never confounded with the observer: (EMA | granular EMA) × (none | k-means | NNAC).

On CIFAR-10 (JPEG copy) at 16 × 16 as it is, and with a contrast and brightness of its own for every image. All start
from the same float network with the same schedule and seeds. Accuracy is that of exported files, one graph for all
clusters.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from torch import nn

from benchmarks.harness import Benchmark, Figure, figure, show, shown
from benchmarks.vision import BATCH, Bools, Parts, cifar, float_model, mixed, right, trained
from hanok.parts.quantization import NNAC, KMeans, Recipe, calibrate, prepare

OBSERVERS = ("ema", "granular_ema")
K = 4
GROUPINGS = {"none": None, "kmeans": KMeans(K), "nnac": NNAC(K)}
SETTINGS = {"w8a3_ptq": (8, 3), "w8a2_ptq": (8, 2), "w4a2": (4, 2)}
SAMPLES = 2048
Answers = dict[tuple[str, str, str], list[Bools]]
"""Which test images are right, of each seed, by setting, observer and grouping."""


def quantised(model: nn.Module, setting: str, how: Recipe, parts: Parts, quick: bool, seed: int) -> nn.Module:
    """With training or, where the setting says so, without."""
    if setting.endswith("ptq"):
        q = prepare(model, how)
        calibrate(q, parts.train[0][:SAMPLES].split(BATCH))
        return q
    return trained(model, how, parts.train, quick, seed)


def judge(bench: Benchmark, parts: Parts, folder: Path) -> Answers:
    """All contenders on every seed, in an order that turns with the seed."""
    found: Answers = {}
    for turn, seed in enumerate(bench.seeds):
        model = float_model(parts.train, bench.quick, seed)
        every = [(s, o, g) for s in SETTINGS for o in OBSERVERS for g in GROUPINGS]
        for setting, observer, name in every[turn:] + every[:turn]:
            weights, activations = SETTINGS[setting]
            how = Recipe(weights=weights, activations=activations, observer=observer, clusters=GROUPINGS[name])
            q = quantised(model, setting, how, parts, bench.quick, seed)
            found.setdefault((setting, observer, name), []).append(right(q, parts.test, folder))
    return found


def gain(found: Answers, setting: str, one: tuple[str, str], other: tuple[str, str]) -> Figure:
    """Points of accuracy by which `other` is ahead, paired by image and seed."""
    pairs = list(zip(found[setting, *one], found[setting, *other], strict=True))
    apart = np.concatenate([100.0 * (b.astype(float) - a) for a, b in pairs])
    return figure(apart, seeds=[round(100 * float(b.mean() - a.mean()), 2) for a, b in pairs])


def report(bench: Benchmark, name: str, found: Answers) -> None:
    """Tables and figures of one data set."""
    rows = []
    for setting in SETTINGS:
        for observer in OBSERVERS:
            means = {g: 100 * float(np.mean([a.mean() for a in found[setting, observer, g]])) for g in GROUPINGS}
            bench.keep(f"{name}.{setting}.{observer}.accuracy", {g: round(mean, 2) for g, mean in means.items()})
            pairs = {
                "kmeans_gain": ("none", "kmeans"),
                "nnac_gain": ("none", "nnac"),
                "nnac_vs_kmeans": ("kmeans", "nnac"),
            }
            gains = []
            for label, (one, other) in pairs.items():
                value = gain(found, setting, (observer, one), (observer, other))
                gains.append(shown(bench.keep(f"{name}.{setting}.{observer}.{label}", value)))
            rows.append([setting, observer, *(f"{mean:.2f}" for mean in means.values()), *gains])
        value = gain(found, setting, ("ema", "none"), ("granular_ema", "none"))
        bench.keep(f"{name}.{setting}.granular_ema_gain", value)
        rows.append([setting, "granular EMA's own gain", "", "", "", shown(value), "", ""])
    head = ["", "", *GROUPINGS, "k-means - none", "NNAC - none", "NNAC - k-means"]
    show(f"{name}: accuracy on test, and gains in points", head, rows)


def main() -> None:
    """Run it."""
    bench = Benchmark("clusters", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("torch", "onnx", "onnxruntime")}
    torch.set_num_threads(1)
    plain = cifar(bench.quick)
    with tempfile.TemporaryDirectory() as folder:
        for name, parts in (("as_it_is", plain), ("mixed", mixed(plain))):
            report(bench, name, judge(bench, parts, Path(folder)))
    if bench.quick:
        print("reduced: one seed, little data, one epoch")
    bench.finish()


if __name__ == "__main__":
    main()
