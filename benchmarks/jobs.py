"""Trainings of the benchmarks of quantization, side by side: on a GPU where there is one, else a core for each."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from joblib import Memory
from safetensors.torch import load_file, save_file
from torch import nn

from benchmarks.harness import Benchmark, Figure, figure
from benchmarks.networks import ResNet20
from benchmarks.vision import BATCH, Images, Parts, Patches, Small, cifar, fit, mixed
from hanok.parts.quantization import Recipe, Runner, calibrate, convert, prepare, recalibrate

Bools = npt.NDArray[np.bool_]
T, Found = TypeVar("T"), TypeVar("Found")
SHARED = 16
"""Processes that share one GPU: steps of small networks are shorter than it takes to ask for them."""

RESUME = os.environ.get("BENCH_RESUME")
"""A folder of one commit: what was trained and judged is kept there, and a run that was broken off goes on."""


class Length(NamedTuple):
    """Epochs of a training, and of going on with it quantised."""

    plain: int
    quantised: int


class Kind(NamedTuple):
    """A network, and how it is trained."""

    make: Callable[[], nn.Module]
    side: int
    rate: float
    adam: bool
    whole: Length
    reduced: Length


KINDS = {
    "small": Kind(Small, 16, 0.1, False, Length(40, 8), Length(12, 1)),
    "patches": Kind(Patches, 16, 2e-3, True, Length(40, 5), Length(12, 1)),
    "resnet20": Kind(ResNet20, 32, 0.1, False, Length(60, 15), Length(6, 1)),
}
"""Whole lengths are for a GPU, reduced ones for processors."""


def device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def length(kind: str, quick: bool) -> Length:
    """How long a network is trained here."""
    if quick:
        return Length(2, 1)
    return KINDS[kind].whole if torch.cuda.is_available() else KINDS[kind].reduced


@dataclass(frozen=True)
class Job:
    """One contender: a network, made small one way, and the images it is judged on.

    Parameters
    ----------
    folder : Path
        Where the networks of `floats` lie.
    recipe : Recipe or None
        None: the network as it is.
    samples : int
        Training images that ranges are found with first.
    size : int
        Of batches meanwhile.
    trained : bool
        Whether it trains on, quantised.
    anew : bool
        Whether batch normalisation is measured anew then.
    rate : float
        Of the training on, in shares of the first rate.
    part : str
        "valid" or "test".
    """

    folder: Path
    quick: bool
    seed: int
    recipe: Recipe | None
    kind: str = "small"
    mixed: bool = False
    samples: int = 8 * BATCH
    size: int = BATCH
    trained: bool = True
    anew: bool = False
    rate: float = 0.1
    part: str = "test"

    def images(self) -> Parts:
        """What it learns from and is judged on."""
        parts = cifar(self.quick, KINDS[self.kind].side)
        return mixed(parts) if self.mixed else parts

    def path(self) -> Path:
        """Of the network before."""
        return self.folder / f"{self.kind}-{'mixed' if self.mixed else 'plain'}-{self.seed}.safetensors"

    def network(self) -> nn.Module:
        """The trained network of floats."""
        model = KINDS[self.kind].make()
        model.load_state_dict(load_file(self.path()))
        return model.to(device(), memory_format=torch.channels_last).eval()


def float_network(job: Job) -> None:
    """Train the network that a job begins with, unless it is there."""
    if job.path().exists():
        return
    kind = KINDS[job.kind]
    torch.manual_seed(job.seed)
    model = kind.make().to(device(), memory_format=torch.channels_last)
    epochs = length(job.kind, job.quick).plain
    fit(model, job.images().train, epochs=epochs, rate=kind.rate, seed=job.seed, fast=True, adam=kind.adam)
    unfinished = job.path().with_suffix(".part")
    save_file({name: part.contiguous() for name, part in model.cpu().state_dict().items()}, unfinished)
    unfinished.rename(job.path())


def quantised(job: Job) -> nn.Module:
    """The network of a job, calibrated and, where it says so, trained on."""
    assert job.recipe
    kind, train = KINDS[job.kind], job.images().train
    first = train[0][: max(job.samples, 16 * BATCH)].to(device())
    q = prepare(job.network(), job.recipe)
    calibrate(q, first[: job.samples].split(job.size))
    if job.trained:
        epochs = length(job.kind, job.quick).quantised
        fit(q, train, epochs=epochs, rate=job.rate * kind.rate, seed=job.seed, adam=kind.adam)
    if job.anew:
        recalibrate(q, first[: 16 * BATCH].split(BATCH))
    return q


def answers(job: Job) -> Bools:
    """Of which images the job's network names the class; once quantised, that is the exported file."""
    images: Images = getattr(job.images(), job.part)
    if job.recipe is None:
        return named(job.network().cpu(), images)
    with tempfile.TemporaryDirectory() as folder:
        runner = Runner(convert(quantised(job)).export(Path(folder) / "model.onnx"))
    return named(lambda x: torch.from_numpy(runner(x.numpy())), images)


@torch.no_grad()
def named(model: Callable[[torch.Tensor], torch.Tensor], images: Images) -> Bools:
    """Of which images a model names the class."""
    parts = zip(images[0].split(500), images[1].split(500), strict=True)
    return np.concatenate([(model(x).argmax(1) == y).numpy() for x, y in parts])


def gain_of(one: Sequence[Bools], other: Sequence[Bools], **more: Any) -> Figure:
    """Points of accuracy by which `other` is ahead: an interval over images, each a mean over seeds, and every seed."""
    apart = 100.0 * (np.asarray(other, float) - np.asarray(one, float))  # (seeds, images)
    return figure(apart.mean(axis=0), seeds=apart.mean(axis=1).round(2).tolist(), **more)


def each(work: Callable[[T], Found], jobs: Sequence[T], say: str) -> list[Found]:
    """What `work` gives for every job, processes sharing the GPU or the cores; `work` is a function of a module."""
    workers = SHARED if torch.cuda.is_available() else len(os.sched_getaffinity(0))
    start, found, work = time.monotonic(), [], Memory(RESUME, verbose=0).cache(work)
    with ProcessPoolExecutor(
        min(workers, len(jobs)), multiprocessing.get_context("spawn"), torch.set_num_threads, (1,)
    ) as pool:
        for done, one in enumerate(pool.map(work, jobs), 1):
            found.append(one)
            if done % 10 == 0 or done == len(jobs):
                print(f"{say}: {done} of {len(jobs)}, {time.monotonic() - start:.0f} s", flush=True)
    return found


@contextmanager
def workplace() -> Iterator[Path]:
    """Where networks of floats lie: a folder that is gone afterwards, unless `RESUME` names one."""
    if RESUME:
        folder = Path(RESUME) / "networks"
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def floats(jobs: Iterable[Job]) -> None:
    """Train the networks that these jobs begin with, each once."""
    several = list({job.path(): replace(job, recipe=None) for job in jobs}.values())
    each(float_network, several, "networks of floats")


def describe(bench: Benchmark, *kinds: str) -> None:
    """Note where and how long networks are trained, and say so where that is less than it should be."""
    bench.machine["libraries"] |= {name: version(name) for name in ("torch", "onnx", "onnxruntime")}
    where = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    lengths: dict[str, Any] = {kind: length(kind, bench.quick)._asdict() for kind in kinds}
    reduced = bench.quick or where == "cpu"
    bench.keep("training", {"on": where, "reduced": reduced, "epochs": lengths})
    if reduced:
        wanted = ", ".join(f"{kind} {KINDS[kind].whole.plain} + {KINDS[kind].whole.quantised}" for kind in kinds)
        print(f"reduced: epochs {lengths}; on a GPU: {wanted}")
