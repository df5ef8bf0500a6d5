"""Lines of numbers, and how the network is judged on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from hanok.parts.ocr.boards.fonts import SEGMENT, fonts, suited
from hanok.parts.ocr.boards.lines import Face
from hanok.parts.ocr.boards.numbers import number
from hanok.parts.ocr.boards.segments import Display
from hanok.parts.ocr.ctc.rendering import ink, levels
from hanok.parts.ocr.ctc.task import Sample, Targets, Task
from hanok.parts.ocr.digits.alphabet import codes, spelt, tight
from hanok.parts.ocr.digits.network import DigitNetwork, log_probabilities


def rendered(count: int, rng: np.random.Generator) -> list[Sample]:
    """Lines of numbers as boards show them, in fonts for training, of all levels."""
    printed, segment = suited("en", "print", "train"), fonts(SEGMENT, "train")
    found = []
    for level in levels(count, rng):
        face = _face(printed, segment, rng)
        text = number(rng, segment=face.segment)
        found.append((ink(text, face, rng, level), tight(text)))
    return found


def targets(scores: Tensor, texts: Sequence[str]) -> Targets:
    """Classes are those of the alphabet."""
    return Targets(log_probabilities(scores), [codes(text) for text in texts])


def likeliest(scores: Tensor) -> list[str]:
    """The likeliest symbol of each column, each run of one symbol once."""
    rows = scores.squeeze(2).argmax(1).tolist()
    return [spelt([k for k, before in zip(row, [0, *row], strict=False) if k != before]) for row in rows]


def _face(printed: Sequence[Face], segment: Sequence[Face], rng: np.random.Generator) -> Face:
    """Half print, half segments; of these half our own displays, all of them where no font has segments."""
    kind = rng.random()
    if kind < 0.55:
        return printed[int(rng.integers(len(printed)))]
    if kind < 0.78 and segment:
        return segment[int(rng.integers(len(segment)))]
    return Display.drawn(rng)


TASK = Task(DigitNetwork, rendered, targets, likeliest)
