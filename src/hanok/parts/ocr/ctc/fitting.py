"""Training a network on lines that are rendered while it trains: no line is seen twice."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from hanok.core.run import Run
from hanok.parts.ocr.ctc.loss import ctc_loss
from hanok.parts.ocr.ctc.prepare import Ink
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.ctc.task import Sample, Task

CHUNK = 16
"""Batches rendered at once, so that lines of like width share a batch."""
AHEAD = 3
"""Such chunks that each process has rendered or has yet to."""

Batch = tuple[npt.NDArray[np.uint8], list[str]]
"""Ink (B, 32, W), 0 to 255, and texts."""


def fitted(task: Task, training: Training, run: Run) -> nn.Module:
    """A network, trained on the families for training.

    The weights of the best check are kept. Reports the loss and the exact share to `run`.
    """
    torch.set_num_threads(max(1, min(run.threads, 4)))
    torch.manual_seed(run.seed)
    network = task.network()
    network.to(run.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = max(1, training.lines // training.batch)
    optimizer = torch.optim.AdamW(network.parameters(), lr=training.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, training.rate, steps, pct_start=0.15)
    valid = task.rendered(training.valid, np.random.default_rng([run.seed, 1]))
    every, best, since, kept = max(1, steps // training.checks), -1.0, 0, network.state_dict()
    seen = 0.0
    for step, (ink, texts) in enumerate(batches(task, training, steps, run.seed), 1):
        loss = _loss(task, network.train(), torch.from_numpy(ink).to(run.device), texts)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        seen += (float(loss.detach()) - seen) / min(step, 100)
        if step % every and step < steps:
            continue
        share = exact(task, network, valid, training.batch)
        run.report(step, steps, loss=seen, exact=share)
        since += 1
        if share > best:
            best, since, kept = share, 0, {name: value.clone() for name, value in network.state_dict().items()}
        if since >= training.patience:
            break
    network.load_state_dict(kept)
    return network.cpu().eval()


def exact(task: Task, network: nn.Module, samples: Sequence[Sample], batch: int) -> float:
    """The share of lines that are read without any mistake, by the likeliest symbol of each column."""
    order = sorted(range(len(samples)), key=lambda k: samples[k][0].shape[1])
    right = 0
    device = next(network.eval().parameters()).device
    for start in range(0, len(order), batch):
        part = [samples[k] for k in order[start : start + batch]]
        with torch.no_grad():
            said = task.likeliest(network(padded([ink for ink, _ in part]).to(device)))
        right += sum(found == text for found, (_, text) in zip(said, part, strict=True))
    return right / len(samples)


def padded(inks: Sequence[Ink]) -> Tensor:
    """(B, 1, 32, W): as wide as the widest."""
    found = torch.zeros(len(inks), 1, inks[0].shape[0], max(ink.shape[1] for ink in inks))
    for row, ink in zip(found, inks, strict=True):
        row[0, :, : ink.shape[1]] = torch.from_numpy(ink)
    return found


def batches(task: Task, training: Training, steps: int, seed: int) -> Iterator[Batch]:
    """As many batches as there are steps, each of lines of like width."""
    made = partial(_chunk, task, training.batch, seed)
    counts = [min(CHUNK, steps - start) for start in range(0, steps, CHUNK)]
    if training.workers == 1:
        for place, count in enumerate(counts):
            yield from made(place, count)
        return
    # spawned: a process that is forked beside threads, as torch's, may wait for ever
    with ProcessPoolExecutor(training.workers, multiprocessing.get_context("spawn")) as others:
        waiting = deque[Future[list[Batch]]]()
        for place, count in enumerate(counts):
            waiting.append(others.submit(made, place, count))
            if len(waiting) >= AHEAD * training.workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _chunk(task: Task, batch: int, seed: int, place: int, count: int) -> list[Batch]:
    """So many batches in any order; which lines depends on the place of the chunk only."""
    rng = np.random.default_rng([seed, 0, place])
    lines = sorted(task.rendered(batch * count, rng), key=lambda sample: sample[0].shape[1])
    parts = [lines[start * batch : (start + 1) * batch] for start in rng.permutation(count)]
    return [(_whole(padded([ink for ink, _ in part])), [text for _, text in part]) for part in parts]


def _whole(ink: Tensor) -> npt.NDArray[np.uint8]:
    """Ink (B, 1, 32, W) in 256 levels, as it is, (B, 32, W): a quarter as many bytes for another process to read."""
    found: npt.NDArray[np.uint8] = (ink[:, 0] * 255).round().to(torch.uint8).numpy()
    return found


def _loss(task: Task, network: nn.Module, ink: Tensor, texts: Sequence[str]) -> Tensor:
    """CTC's, per line, of ink (B, 32, W)."""
    with torch.autocast(ink.device.type, torch.bfloat16):  # with channels last: two to three times as fast on a CPU
        given = (ink[:, None].float() / 255).contiguous(memory_format=torch.channels_last)
        found = network(given)
    scores, classes = task.targets(found.float(), texts)
    return ctc_loss(scores, classes)
