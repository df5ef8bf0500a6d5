"""What differs from one reader of lines to another while it is trained."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from torch import Tensor, nn

from hanok.parts.ocr.ctc.prepare import Ink

Sample = tuple[Ink, str]


class Targets(NamedTuple):
    """What CTC loss takes.

    Parameters
    ----------
    log_probabilities : tensor (T, B, n_classes)
        Class 0 is the blank.
    classes : list of B lists of int
        Of each text.
    """

    log_probabilities: Tensor
    classes: list[list[int]]


@dataclass(frozen=True)
class Task:
    """A network, and lines for it.

    Parameters
    ----------
    network : function () -> Module
        Ink (B, 1, 32, W) to scores (B, n_scores, 1, T).
    rendered : function (count, generator) -> list of (ink, text)
        Lines, each drawn anew.
    targets : function (scores, texts) -> Targets
        How likely a batch's texts are.
    likeliest : function (scores) -> list of B str
        By the likeliest symbol of each column.
    """

    network: Callable[[], nn.Module]
    rendered: Callable[[int, np.random.Generator], list[Sample]]
    targets: Callable[[Tensor, Sequence[str]], Targets]
    likeliest: Callable[[Tensor], list[str]]
