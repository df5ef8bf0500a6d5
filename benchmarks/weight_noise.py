"""Weight noise against plain quantisation-aware training: QuantNoise and FST, at p fixed and rising, W4, W3 and W2.

FST is our implementation of the published idea. All start from the same float network with the same schedule, seeds and
granular EMA at 4-bit activations; batch normalisation is found anew after training for all alike. The network is small
and so are its images (CIFAR-10, JPEG copy, 16 × 16). Accuracy is that of exported files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

from benchmarks.harness import Benchmark, figure, show, shown
from benchmarks.vision import BATCH, Bools, cifar, epochs_on, float_model, right, trained
from hanok.parts.quantization import FST, QuantNoise, Recipe, recalibrate

ACTIVATIONS = 4
RISING = 0.7
Answers = dict[tuple[str, str], list[Bools]]
"""Which test images are right, of each seed, by setting and method."""


def methods(bits: int, steps: int) -> Mapping[str, QuantNoise | None]:
    """Every method at so many bits and training batches."""
    ramp = round(RISING * steps)
    return {
        "qat": None,
        "quant_noise": QuantNoise(p=0.5),
        "fst_8": FST(p=0.5, high=8),
        "fst_plus_2": FST(p=0.5, high=bits + 2),
        "quant_noise_ramp": QuantNoise(p=0.5, ramp=ramp),
        "fst_8_ramp": FST(p=0.5, high=8, ramp=ramp),
        "fst_plus_2_ramp": FST(p=0.5, high=bits + 2, ramp=ramp),
    }


def judge(bench: Benchmark, folder: Path) -> Answers:
    """All methods on every seed, in an order that turns with the seed."""
    found: Answers = {}
    train, _, test = cifar(bench.quick)
    steps = epochs_on(bench.quick) * (len(train[0]) // BATCH)
    settings = [(bits, each) for bits in ((2,) if bench.quick else (4, 3, 2)) for each in (True, False)]
    for turn, seed in enumerate(bench.seeds):
        model = float_model(train, bench.quick, seed)
        for bits, per_channel in settings:
            contenders = list(methods(bits, steps).items())
            for name, noise in contenders[turn:] + contenders[:turn]:
                how = Recipe(weights=bits, activations=ACTIVATIONS, per_channel=per_channel, weight_noise=noise)
                q = trained(model, how, train, bench.quick, seed)
                recalibrate(q, train[0][: 16 * BATCH].split(BATCH))
                setting = f"w{bits}_{'channel' if per_channel else 'tensor'}"
                found.setdefault((setting, name), []).append(right(q, test, folder))
    return found


def main() -> None:
    """Run it."""
    bench = Benchmark("weight_noise", str(__doc__).splitlines()[0])
    bench.machine["libraries"] |= {name: version(name) for name in ("torch", "onnx", "onnxruntime")}
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        found = judge(bench, Path(folder))
    rows = []
    for setting, name in found:
        plain, other = found[setting, "qat"], found[setting, name]
        mean = 100 * float(np.mean([answers.mean() for answers in other]))
        apart = np.concatenate([100.0 * (b.astype(float) - a) for a, b in zip(plain, other, strict=True)])
        seeds = [round(100 * float(b.mean() - a.mean()), 2) for a, b in zip(plain, other, strict=True)]
        gain = bench.keep(f"{setting}.{name}_vs_qat", figure(apart, seeds=seeds, accuracy=round(mean, 2)))
        rows.append([setting, name, f"{mean:.2f}", shown(gain), *seeds])
    show(
        "accuracy on test, and points ahead of plain training",
        ["", "", "accuracy", "ahead", *bench.seeds],
        sorted(rows),
    )
    if bench.quick:
        print("reduced: one seed, little data, one epoch, 2 bits only")
    bench.finish()


if __name__ == "__main__":
    main()
