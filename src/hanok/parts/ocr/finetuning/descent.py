"""A recogniser learning from labelled lines, batch by batch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from hanok.core.run import Run
from hanok.parts.ocr.ctc.loss import ctc_loss
from hanok.parts.ocr.finetuning.recogniser import Recogniser
from hanok.parts.ocr.finetuning.sample import Sample
from hanok.parts.ocr.finetuning.settings import Tuning
from hanok.parts.ocr.rapid import grey

BATCH = 16
CHUNK = 64
"""Batches of lines that are sorted by width together."""
MULTIPLE = 8
"""Widths of batches are multiples of it: what is quick for one width is found out once."""

RISING = 0.1
"""Share of a training in which the rate rises."""

Grey = npt.NDArray[np.uint8]


def states(recogniser: Recogniser, samples: Sequence[Sample], tuning: Tuning, run: Run) -> Iterator[int]:
    """Train; after each part of the training, how many lines that is.

    The rate falls by the lines or by the time, whichever are sooner at their end, so that a training for which time is
    short ends as a shorter one does.
    """
    start, steps = time.monotonic(), -(-tuning.iterations // BATCH)
    torch.set_num_threads(max(1, min(run.threads, 4)))
    lines = [grey(sample.line) for sample in samples]
    texts = [recogniser.classes(sample.text) for sample in samples]
    optimizer = torch.optim.AdamW(recogniser.graph.parameters(), weight_decay=0.01)
    seen, part = 0.0, 1
    for step, batch in enumerate(_batches([line.shape[1] for line in lines], steps, run.seed), 1):
        done = max(step / steps, (time.monotonic() - start) / tuning.seconds)
        for group in optimizer.param_groups:
            group["lr"] = tuning.rate * _share(done)
        loss = ctc_loss(recogniser.scores(_padded([lines[k] for k in batch])), [texts[k] for k in batch])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(recogniser.graph.parameters(), 1.0)
        optimizer.step()
        seen += (float(loss.detach()) - seen) / min(step, 100)
        learnt = min(step * BATCH, tuning.iterations)
        run.report(learnt, tuning.iterations, loss=seen)
        if done >= part / tuning.checks:
            yield learnt
        while done >= part / tuning.checks:
            part += 1
        if done >= 1:
            return


def _share(done: float) -> float:
    """Of the highest rate, when so much of a training is done: half a cosine, after a tenth in which it rises."""
    if done < RISING:
        return done / RISING
    return (1 + math.cos(math.pi * min((done - RISING) / (1 - RISING), 1))) / 2


def _batches(widths: Sequence[int], steps: int, seed: int) -> Iterator[list[int]]:
    """Places of lines: all in another order each time, those of like width together."""
    rng, waiting = np.random.default_rng(seed), list[int]()
    while steps:
        count = min(CHUNK, steps)
        while len(waiting) < count * BATCH:
            waiting += rng.permutation(len(widths)).tolist()
        now, waiting = waiting[: count * BATCH], waiting[count * BATCH :]
        now.sort(key=lambda place: widths[place])
        yield from (now[at * BATCH : (at + 1) * BATCH] for at in rng.permutation(count))
        steps -= count


def _padded(lines: Sequence[Grey]) -> Tensor:
    """(B, 1, 48, W), from -1 to 1, white to the right of what is narrower."""
    widest = max(line.shape[1] for line in lines)
    found = torch.ones(len(lines), 1, lines[0].shape[0], -(-widest // MULTIPLE) * MULTIPLE)
    for row, line in zip(found, lines, strict=True):
        row[0, :, : line.shape[1]] = torch.from_numpy(line) / 127.5 - 1
    return found
