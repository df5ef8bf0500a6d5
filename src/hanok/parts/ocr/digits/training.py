"""Training the network on lines that are rendered while it trains: no line is seen twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from hanok.core.run import Run
from hanok.parts.ocr.boards.degrade import LEVELS
from hanok.parts.ocr.boards.fonts import SEGMENT, fonts, suited
from hanok.parts.ocr.boards.lines import Face, line
from hanok.parts.ocr.boards.numbers import number
from hanok.parts.ocr.boards.segments import Display
from hanok.parts.ocr.digits.alphabet import codes, spelt, tight
from hanok.parts.ocr.digits.network import DigitNetwork, log_probabilities
from hanok.parts.ocr.digits.prepare import Ink, prepared
from hanok.parts.ocr.digits.settings import Training
from hanok.parts.ocr.engine import Line
from hanok.parts.ocr.vision import opencv

Sample = tuple[Ink, str]
LEVEL_SHARES = (0.2, 0.15, 0.35, 0.3)
"""Of clean, mild, photo and severe lines."""
HANDED_ON = 0.6
"""Share of lines that come as a cascade hands them on, scaled and stretched before; the others as they were cut out."""
READABLE = 40
"""Pixels that such lines are high, without their border."""
CHUNK = 16
"""Batches rendered at once, so that lines of like width share a batch."""


def fitted(training: Training, run: Run) -> DigitNetwork:
    """A network, trained on the families for training.

    The weights of the best check are kept. Reports the loss and the exact share to `run`.
    """
    torch.set_num_threads(max(1, min(run.threads, 4)))
    torch.manual_seed(run.seed)
    network = DigitNetwork()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = max(1, training.lines // training.batch)
    optimizer = torch.optim.AdamW(network.parameters(), lr=training.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, training.rate, steps, pct_start=0.15)
    valid = rendered(training.valid, np.random.default_rng([run.seed, 1]))
    every, best, since, kept = max(1, steps // training.checks), -1.0, 0, network.state_dict()
    seen = 0.0
    for step, (ink, texts) in enumerate(_batches(training, steps, np.random.default_rng([run.seed, 0])), 1):
        loss = _loss(network.train(), ink, texts)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        seen += (float(loss.detach()) - seen) / min(step, 100)
        if step % every and step < steps:
            continue
        share = exact(network, valid, training.batch)
        run.report(step, steps, loss=seen, exact=share)
        since += 1
        if share > best:
            best, since, kept = share, 0, {name: value.clone() for name, value in network.state_dict().items()}
        if since >= training.patience:
            break
    network.load_state_dict(kept)
    return network.eval()


def rendered(count: int, rng: np.random.Generator) -> list[Sample]:
    """Lines of numbers as boards show them, in fonts for training, of all levels."""
    printed, segment = suited("en", "print", "train"), fonts(SEGMENT, "train")
    levels = rng.choice(list(LEVELS), count, p=LEVEL_SHARES)
    found = []
    for level in levels:
        face = _face(printed, segment, rng)
        text = number(rng, segment=face.segment)
        crop = line(text, face, rng, str(level))
        found.append((prepared(_handed_on(crop) if rng.random() < HANDED_ON else crop), tight(text)))
    return found


def exact(network: DigitNetwork, samples: Sequence[Sample], batch: int) -> float:
    """The share of lines that are read without any mistake, by the likeliest symbol of each column."""
    order = sorted(range(len(samples)), key=lambda k: samples[k][0].shape[1])
    right = 0
    network.eval()
    for start in range(0, len(order), batch):
        part = [samples[k] for k in order[start : start + batch]]
        with torch.no_grad():
            likeliest = network(padded([ink for ink, _ in part])).squeeze(2).argmax(1)
        for row, (_, text) in zip(likeliest.tolist(), part, strict=True):
            right += spelt([k for k, before in zip(row, [0, *row], strict=False) if k != before]) == text
    return right / len(samples)


def _face(printed: Sequence[Face], segment: Sequence[Face], rng: np.random.Generator) -> Face:
    """Half print, half segments; of these half our own displays, all of them where no font has segments."""
    kind = rng.random()
    if kind < 0.55:
        return printed[int(rng.integers(len(printed)))]
    if kind < 0.78 and segment:
        return segment[int(rng.integers(len(segment)))]
    return Display.drawn(rng)


def _handed_on(crop: Line) -> Line:
    """A crop as it is prepared for engines that read words: ink dark on white, 40 pixels high, a white border."""
    border = np.median(np.concatenate([crop[0], crop[-1], crop[:, 0], crop[:, -1]]))
    away = crop.astype(np.float32) - np.float32(border)
    ink = np.maximum(away if away.sum() > 0 else -away, 0)
    ink = np.minimum(ink * np.float32(255 / max(1.0, float(np.quantile(ink, 0.99)))), 255)
    cv2, smaller = opencv(), len(ink) > READABLE
    size = (max(1, round(ink.shape[1] * READABLE / len(ink))), READABLE)
    grey = 255 - cv2.resize(ink, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
    low, high = np.percentile(grey, (1, 90))
    stretched = np.clip((grey - low) * (255 / max(high - low, 1.0)), 0, 255).astype(np.uint8)
    return np.pad(stretched, 10, constant_values=255)


def _batches(training: Training, steps: int, rng: np.random.Generator) -> Iterator[tuple[Tensor, list[str]]]:
    """As many batches as there are steps, each of lines of like width."""
    left = steps
    while left > 0:
        lines = rendered(training.batch * min(CHUNK, left), rng)
        lines.sort(key=lambda sample: sample[0].shape[1])
        for start in rng.permutation(len(lines) // training.batch):
            part = lines[start * training.batch : (start + 1) * training.batch]
            yield padded([ink for ink, _ in part]), [text for _, text in part]
            left -= 1


def padded(inks: Sequence[Ink]) -> Tensor:
    """(B, 1, 32, W): as wide as the widest."""
    found = torch.zeros(len(inks), 1, inks[0].shape[0], max(ink.shape[1] for ink in inks))
    for row, ink in zip(found, inks, strict=True):
        row[0, :, : ink.shape[1]] = torch.from_numpy(ink)
    return found


def _loss(network: DigitNetwork, ink: Tensor, texts: Sequence[str]) -> Tensor:
    """CTC's, per line."""
    with torch.autocast("cpu", torch.bfloat16):  # with channels last: two to three times as fast on a CPU
        found = network(ink.contiguous(memory_format=torch.channels_last))
    scores = log_probabilities(found.float())
    targets = [codes(text) for text in texts]
    lengths = torch.tensor([len(target) for target in targets])
    times = torch.full((len(texts),), len(scores))
    flat = torch.tensor([k for target in targets for k in target])
    return nn.functional.ctc_loss(scores, flat, times, lengths, zero_infinity=True)
