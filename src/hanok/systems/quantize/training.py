"""Training float and quantised networks, and making whole numbers of them. Needs torch."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from hanok.core.run import Run
from hanok.parts.quantization import (
    FST,
    NNAC,
    ExportReport,
    IntegerModel,
    KMeans,
    QuantNoise,
    Recipe,
    calibrate,
    convert,
    pack,
    prepare,
    recalibrate,
)
from hanok.parts.quantization.model import Quantized
from hanok.parts.quantization.writing import QDQ, write
from hanok.systems.quantize import mixed
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Ints
from hanok.systems.quantize.frame import Floats32

SAMPLES = 512
"""Images that ranges are found with."""

SLOWER = 1 / 3
"""Share of the learning rate once weights are quantised."""

RAMP = 0.7
"""Share of the training after which all weights are quantised."""


class Parts(NamedTuple):
    """What is learnt from and what is chosen by: images (n, channels, h, w) and labels (n,)."""

    train: Floats32
    train_labels: Ints
    valid: Floats32
    valid_labels: Ints


class Made(NamedTuple):
    """A network in whole numbers: as torch computes it, as a program, as a file, and its packed weights' bytes."""

    q: Quantized
    integer: IntegerModel
    onnx: bytes
    packed: int

    def plain(self) -> bytes:
        """The float network it was made of, as a file; trained on while quantised, with the weights as they are now."""
        return bytes(write(self.integer.plain, QDQ).SerializeToString())

    def report(self, images: Floats32) -> ExportReport:
        """What the file does with a batch, beside its references."""
        with tempfile.TemporaryDirectory() as folder:  # without the operations that unpack weights
            return self.integer.report(self.integer.export(Path(folder) / "model.onnx"), images)


@contextmanager
def seeded(run: Run) -> Iterator[None]:
    """Random numbers of torch come from the run's seed, and its threads are the run's; both are given back."""
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(run.seed)
        torch.set_num_threads(run.threads)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


def fit(model: nn.Module, parts: Parts, config: Config, run: Run, *, epochs: int, rate: float) -> None:
    """Adam with a cosine schedule; the model is trained where it is and left ready to answer."""
    x, y = torch.from_numpy(parts.train), torch.from_numpy(parts.train_labels)
    model.to(run.device).train()
    optimiser = torch.optim.Adam(model.parameters(), rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, max(1, epochs * _steps(len(x), config)))
    for epoch in range(1, epochs + 1):
        total = 0.0
        for rows in torch.split(torch.randperm(len(x)), config.batch_size)[: _steps(len(x), config)]:
            loss = nn.functional.cross_entropy(model(x[rows].to(run.device)), y[rows].to(run.device))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            total += float(loss.detach())
        run.report(epoch, epochs, loss=total / _steps(len(x), config))
    model.cpu().eval()


def _steps(n: int, config: Config) -> int:
    """Batches of an epoch; one image alone is none, batch normalisation could not be trained on it."""
    return n // config.batch_size + (n % config.batch_size > 1)


def recipe(config: Config, steps: int) -> Recipe:
    """What the part is told."""
    noise: QuantNoise | None = None
    if config.method in ("quantnoise", "fst"):
        ramp = max(1, round(RAMP * steps))
        noise = FST(config.share, ramp) if config.method == "fst" else QuantNoise(config.share, ramp)
    clusters: KMeans | None = None
    if config.clusters:
        clusters = NNAC(config.clusters) if config.grouping == "nnac" else KMeans(config.clusters)
    return Recipe(
        weights=8 if config.mixed else config.weights,
        activations=config.activations,
        first_last=8 if config.mixed else config.first_last,
        observer=config.observer,
        weight_noise=noise,
        clusters=clusters,
    )


def make(model: nn.Module, parts: Parts, config: Config, run: Run) -> Made:
    """Quantise a float network as the config says.

    Raises
    ------
    Problem
        Of the part: it cannot be traced or exported, has too few images for its clusters, gives NaN.
    """
    steps = config.epochs * _steps(len(parts.train), config)
    q = prepare(model, recipe(config, steps))
    rows = np.random.default_rng(run.seed).permutation(len(parts.train))[:SAMPLES]
    batches = torch.split(torch.from_numpy(parts.train[rows]), config.batch_size)
    calibrate(q, batches)
    if config.mixed and config.most_kb is not None:
        mixed.assign(q, parts.train[rows], parts.train_labels[rows], _packed(q, run), config.most_kb * 1000)
    if config.method != "ptq":
        fit(q, parts, config, run, epochs=config.epochs, rate=config.learning_rate * SLOWER)
        recalibrate(q, batches)
    integer = convert(q.eval())
    return Made(q, integer, integer.model().SerializeToString(), _packed(q, run))


def _packed(q: Quantized, run: Run) -> int:
    """Bytes of the packed weights."""
    with tempfile.TemporaryDirectory(dir=run.scratch) as folder:
        return pack(q).save(Path(folder) / "weights.safetensors").stat().st_size
