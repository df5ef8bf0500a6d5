"""Weight noise against plain quantisation-aware training: QuantNoise and FST, at p fixed and rising, W4, W3 and W2.

FST is our implementation of the published idea. All start from the same float network with the same schedule, seeds and
granular EMA at 4-bit activations; batch normalisation is measured anew after training for all alike. The networks are a
small CNN and a small transformer (which has none), on CIFAR-10 (JPEG copy) at 16 × 16. Accuracy is that of exported
files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.harness import Benchmark, figure, show, shown
from benchmarks.jobs import Bools, Job, answers, describe, each, floats, gain_of, length, workplace
from benchmarks.vision import BATCH, cifar
from hanok.parts.quantization import FST, QuantNoise, Recipe

ACTIVATIONS = 4
RISING = 0.7
NETWORKS = ("small", "patches")
Key = tuple[str, int, bool, str]
"""Network, bits of weights, whether per channel, method."""


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


def judge(bench: Benchmark, folder: Path) -> dict[Key, list[Bools]]:
    """All methods on every seed."""
    keys, jobs = [], []
    batches = len(cifar(bench.quick).train[0]) // BATCH
    for seed in bench.seeds:
        for network in NETWORKS:
            steps = length(network, bench.quick).quantised * batches
            for bits in (2,) if bench.quick else (4, 3, 2):
                for per_channel in (True,) if bench.quick else (True, False):
                    for name, noise in methods(bits, steps).items():
                        how = Recipe(bits, ACTIVATIONS, per_channel=per_channel, weight_noise=noise)
                        keys.append((network, bits, per_channel, name))
                        jobs.append(Job(folder, bench.quick, seed, how, network, anew=network == "small"))
    floats(jobs)
    found: dict[Key, list[Bools]] = {}
    for key, one in zip(keys, each(answers, jobs, "weight noise"), strict=True):
        found.setdefault(key, []).append(one)
    return found


def main() -> None:
    """Run it."""
    bench = Benchmark("weight_noise", str(__doc__).splitlines()[0])
    describe(bench, *NETWORKS)
    with workplace() as folder:
        found = judge(bench, folder)
        for network in NETWORKS:
            plain = [Job(folder, bench.quick, seed, None, network) for seed in bench.seeds]
            bench.keep(f"{network}.float", figure(100 * np.mean(each(answers, plain, "floats"), axis=0)))
    rows = []
    for (network, bits, per_channel, method), right in found.items():
        setting = f"{network}.w{bits}_{'channel' if per_channel else 'tensor'}"
        mean = round(100 * float(np.mean(right)), 2)
        gain = gain_of(found[network, bits, per_channel, "qat"], right, accuracy=mean)
        bench.keep(f"{setting}.{method}_vs_qat", gain)
        rows.append([setting, method, f"{mean:.2f}", shown(gain), *gain["seeds"]])
        if method.startswith("fst"):
            rival = "quant_noise_ramp" if method.endswith("ramp") else "quant_noise"
            ahead = gain_of(found[network, bits, per_channel, rival], right)
            bench.keep(f"{setting}.{method}_vs_{rival}", ahead)
    head = ["", "", "accuracy", "ahead", *bench.seeds]
    show("accuracy on test, and points ahead of plain training", head, sorted(rows))
    bench.finish()


if __name__ == "__main__":
    main()
