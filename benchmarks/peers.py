"""ResNet-20 at 8 and 4 bits beside onnxruntime, torchao and brevitas: same network, images, epochs, and effort.

CIFAR-10 (JPEG copy, 20,000 training images of 50,000) at 32 × 32. Everyone trains on from the same float network, with
ranges of ours, PT2E for x86, or brevitas' learnt scales; the rate of that training is chosen on validation with the
first seed, from the same few for everyone. Of our ranges the first that `OURS` names is compared with the peers. The
first and last layer have 8 bits. Ours and onnxruntime's are judged as exported files, torchao's as converted program,
brevitas' as the model that it trains.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.export import theirs
from benchmarks.harness import Benchmark, figure, show, shown
from benchmarks.jobs import (
    KINDS,
    Bools,
    Job,
    answers,
    describe,
    device,
    each,
    floats,
    gain_of,
    length,
    named,
    workplace,
)
from benchmarks.peer_quantizers import PEERS
from benchmarks.vision import BATCH, fit
from hanok.parts.quantization import Recipe, Runner, calibrate, convert, prepare, slimmed
from hanok.parts.quantization.writing import write

KIND = "resnet20"
BITS = (8, 4)
RATES = (0.1, 0.02)
OURS = {8: ("ema", "granular_ema", "lsq"), 4: ("granular_ema", "lsq")}
"""Observers by bits, first the one that is compared. On validation images 8 bits were better without clipping."""
CALIBRATED = 1024


@dataclass(frozen=True)
class Contender:
    """Who, at how many bits, with which rate of training on; None: without training."""

    job: Job
    who: str
    bits: int
    rate: float | None


def judged(one: Contender) -> tuple[Bools, Bools]:
    """Which images of validation and test a contender names right."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    model = MAKERS.get(one.who, ours)(one)
    return named(model, one.job.images().valid), named(model, one.job.images().test)


def running(path: Path) -> Any:
    """An exported file, called with tensors."""
    runner = Runner(path)
    return lambda x: torch.from_numpy(runner(x.numpy()))


def ours(one: Contender) -> Any:
    """The exported file of a quantised network."""
    q = prepare(one.job.network(), Recipe(one.bits, one.bits, observer=one.who))
    calibrate(q, one.job.images().train[0][:CALIBRATED].to(device()).split(BATCH))
    if one.rate:
        trained(one, q)
    with tempfile.TemporaryDirectory() as folder:
        return running(convert(q).export(Path(folder) / "model.onnx"))


def static(one: Contender) -> Any:
    """Onnxruntime's own static quantisation of the file of floats."""
    images = one.job.images().train[0][:CALIBRATED]
    q = prepare(one.job.network().cpu())
    calibrate(q, images.split(BATCH))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        plain.write_bytes(slimmed(write(convert(q).plain, "qdq")).model.SerializeToString())
        name = next(iter(convert(q).plain.inputs))
        return running(
            theirs(plain, Path(folder) / "theirs.onnx", name, [part.numpy() for part in images.split(BATCH)])
        )


def peer(one: Contender) -> Any:
    """Torchao's or brevitas' network, trained on."""
    example = one.job.images().train[0][:BATCH].to(device(), memory_format=torch.channels_last)
    model, finished = PEERS[one.who](one.job.network(), one.bits, example)
    trained(one, model)
    still = finished()
    return lambda x: still(x.to(device())).cpu()


def trained(one: Contender, model: Any) -> None:
    """Train on, the same for everyone."""
    assert one.rate
    epochs = length(KIND, one.job.quick).quantised
    fit(model, one.job.images().train, epochs=epochs, rate=one.rate * KINDS[KIND].rate, seed=one.job.seed)


MAKERS: dict[str, Any] = {"onnxruntime": static, "torchao": peer, "brevitas": peer}


def contenders(bench: Benchmark, folder: Path, seed: int) -> list[Contender]:
    """Everyone, with every rate."""
    job = Job(folder, bench.quick, seed, None, KIND)
    found = [Contender(job, who, 8, None) for who in ("granular_ema", "minmax", "onnxruntime")]
    rates = RATES[:1] if bench.quick else RATES
    return found + [Contender(job, w, bits, rate) for bits in BITS for w in (*OURS[bits], *PEERS) for rate in rates]


def judge(bench: Benchmark, folder: Path) -> dict[tuple[str, int, bool], list[Bools]]:
    """Which test images everyone gets right, of each seed: by name, bits, and whether it was trained."""
    first = contenders(bench, folder, 0)
    results = dict(zip(first, each(judged, first, "first seed"), strict=True))
    best: dict[tuple[str, int, bool], Contender] = {}
    for one, (valid, _) in results.items():
        bench.keep(f"validation.{one.who}.{one.bits}.{one.rate}", {"accuracy": round(100 * float(valid.mean()), 2)})
        key = one.who, one.bits, one.rate is not None
        if key not in best or valid.mean() > results[best[key]][0].mean():
            best[key] = one
    chosen = {(one.who, one.bits, one.rate) for one in best.values()}
    rest = [o for seed in bench.seeds[1:] for o in contenders(bench, folder, seed) if (o.who, o.bits, o.rate) in chosen]
    if rest:
        results |= zip(rest, each(judged, rest, "other seeds"), strict=True)
    found: dict[tuple[str, int, bool], list[Bools]] = {}
    for one in [*best.values(), *rest]:
        found.setdefault((one.who, one.bits, one.rate is not None), []).append(results[one][1])
    bench.keep("rates", {f"{one.who}.{one.bits}": one.rate for one in best.values() if one.rate})
    return found


def main() -> None:
    """Run it."""
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    bench = Benchmark("peers", str(__doc__).splitlines()[0])
    describe(bench, KIND)
    bench.machine["libraries"] |= {name: version(name) for name in PEERS}
    with workplace() as folder:
        plain = [Job(folder, bench.quick, seed, None, KIND) for seed in bench.seeds]
        floats(plain)
        float32 = each(answers, plain, "floats")
        found = judge(bench, folder)
    bench.keep(
        "float32", figure(100 * np.mean(float32, axis=0), seeds=[round(100 * float(a.mean()), 2) for a in float32])
    )
    rows = []
    for (who, bits, learnt), right in found.items():
        label = f"w{bits}a{bits}_{'qat' if learnt else 'ptq'}.{who}"
        price = bench.keep(label, gain_of(float32, right, accuracy=round(100 * float(np.mean(right)), 2)))
        rows.append([*label.split("."), price["accuracy"], shown(price), *price["seeds"]])
        if who == OURS[bits][0] and learnt:
            for other in (*OURS[bits][1:], *PEERS):
                bench.keep(f"{label}_vs_{other}", gain_of(found[other, bits, True], right))
    bench.keep(
        "w8a8_ptq.granular_ema_vs_onnxruntime", gain_of(found["onnxruntime", 8, False], found["granular_ema", 8, False])
    )
    show("accuracy on test, and points ahead of float32", ["", "", "accuracy", "ahead", *bench.seeds], sorted(rows))
    bench.finish()


if __name__ == "__main__":
    main()
