"""CTC's loss of a batch."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn


def ctc_loss(scores: Tensor, classes: Sequence[Sequence[int]]) -> Tensor:
    """The mean per line, of logarithms of probabilities (T, B, n_symbols), whose first is the blank's."""
    lengths = torch.tensor([len(target) for target in classes])
    times = torch.full((len(classes),), len(scores))
    flat = torch.tensor([k for target in classes for k in target], device=scores.device)
    return nn.functional.ctc_loss(scores, flat, times, lengths, zero_infinity=True)
