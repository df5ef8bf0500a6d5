"""Granular EMA beside the EMA of batch maxima: exported files of a small network on 16 × 16 CIFAR-10 (JPEG copy).

Both observers start from the same float network, with the same recipe, schedule and seeds; momentum is chosen for each
on validation, from the same few. First and last layer have 8 bits. Gains are points of accuracy of exported files.
"""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from benchmarks.harness import Benchmark, figure, show, shown
from benchmarks.vision import BATCH, Bools, cifar, float_model, right, trained
from hanok.parts.quantization import Recipe, calibrate, prepare

OBSERVERS = ("ema", "granular_ema")
MOMENTA = (0.9, 0.99)
BITS = {"w4a4": (4, 4), "w4a2": (4, 2)}
PTQ = "w8a3_ptq"
SIZES = (16, 32, 64, 128, 256)
SAMPLES = 1024


def recipe(bits: tuple[int, int], observer: str, **more: Any) -> Recipe:
    """Weights and activations of so many bits."""
    return Recipe(weights=bits[0], activations=bits[1], observer=observer, **more)


def calibrated(model: nn.Module, observer: str, size: int, quick: bool) -> nn.Module:
    """Quantised without training, W8A3, ranges from batches of a size."""
    q = prepare(model, recipe((8, 3), observer))
    calibrate(q, cifar(quick).train[0][:SAMPLES].split(size))
    return q


def momentum(model: nn.Module, bits: tuple[int, int], observer: str, quick: bool, folder: Path) -> float:
    """The one that is best on validation, with the first seed."""
    if quick:
        return MOMENTA[1]
    found = [
        right(trained(model, how, cifar(quick).train, quick, 0), cifar(quick).valid, folder).mean()
        for how in (recipe(bits, observer, momentum=m) for m in MOMENTA)
    ]
    return MOMENTA[int(np.argmax(found))]


def judge(bench: Benchmark, folder: Path) -> dict[tuple[str, str], list[Bools]]:
    """Which test images each file gets right, by setting and observer, of each seed."""
    found: dict[tuple[str, str], list[Bools]] = {}
    chosen: dict[tuple[str, str], float] = {}
    plain = []
    for seed in bench.seeds:
        train, _, test = cifar(bench.quick)
        model = float_model(train, bench.quick, seed)
        with torch.no_grad():
            plain.append((model(test[0]).argmax(1) == test[1]).numpy())
        for observer in OBSERVERS if seed % 2 else OBSERVERS[::-1]:
            for name, bits in BITS.items():
                if (name, observer) not in chosen:
                    chosen[name, observer] = momentum(model, bits, observer, bench.quick, folder)
                how = recipe(bits, observer, momentum=chosen[name, observer])
                answers = right(trained(model, how, train, bench.quick, seed), test, folder)
                found.setdefault((name, observer), []).append(answers)
            answers = right(calibrated(model, observer, BATCH, bench.quick), test, folder)
            found.setdefault((PTQ, observer), []).append(answers)
        if seed == bench.seeds[0]:
            batch_sizes(bench, model, folder)
    bench.keep("momentum", {f"{name}.{observer}": value for (name, observer), value in chosen.items()})
    bench.keep("float.accuracy", figure(100 * np.concatenate(plain)))
    return found


def batch_sizes(bench: Benchmark, model: nn.Module, folder: Path) -> None:
    """Ranges and accuracy of W8A3 without training, from the same images in batches of different sizes."""
    rows, test = [], cifar(bench.quick).test
    for observer in OBSERVERS:
        models = {size: calibrated(model, observer, size, bench.quick) for size in SIZES}
        ranges = {size: np.mean([float(r.high[0]) for r in q.quantizers()]) for size, q in models.items()}
        accuracy = {size: 100 * right(q, test, folder).mean() for size, q in models.items()}
        ratio = [round(float(ranges[size] / ranges[SIZES[0]]), 4) for size in SIZES]
        bench.keep(f"batch_size.range_ratio.{observer}", {"sizes": list(SIZES), "to_first": ratio})
        bench.keep(f"batch_size.accuracy.{observer}", {str(size): round(float(a), 2) for size, a in accuracy.items()})
        rows += [[observer, "range", *ratio], [observer, "accuracy", *(f"{a:.2f}" for a in accuracy.values())]]
    show(f"{PTQ}: ranges, as a share of those of the smallest batches, and accuracy", ["", "", *SIZES], rows)


def main() -> None:
    """Run it."""
    bench = Benchmark("observers", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("torch", "onnx", "onnxruntime")}
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = judge(bench, Path(folder))
    rows = []
    for name in (*BITS, PTQ):
        ema, granular = (found[name, observer] for observer in OBSERVERS)
        seeds = [round(100 * float(b.mean() - a.mean()), 2) for a, b in zip(ema, granular, strict=True)]
        apart = [100.0 * (b.astype(float) - a) for a, b in zip(ema, granular, strict=True)]
        gain = bench.keep(f"{name}_gain", figure(np.concatenate(apart), seeds=seeds))
        means = [f"{100 * np.mean([answers.mean() for answers in one]):.2f}" for one in (ema, granular)]
        for observer, mean in zip(OBSERVERS, means, strict=True):
            bench.keep(f"{name}.accuracy.{observer}", {"mean": float(mean)})
        rows.append([name, *means, shown(gain), *seeds])
    show("accuracy on test, and the gain of granular EMA", ["", *OBSERVERS, "gain", *bench.seeds], rows)
    if bench.quick:
        print("reduced: one seed, little data, one epoch")
    bench.finish()


if __name__ == "__main__":
    main()
