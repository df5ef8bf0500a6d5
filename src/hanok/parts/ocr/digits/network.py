"""The network: convolutions only, so that it reads lines of any width."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from hanok.parts.ocr.ctc.layers import block
from hanok.parts.ocr.digits.alphabet import CLASSES


class DigitNetwork(nn.Module):
    """Ink (B, 1, 32, W) → scores of symbols (B, 19, 1, W / 2), one column for every other column of pixels.

    Source
    ------
    Shi, Bai and Yao 2015, "An end-to-end trainable neural network for image-based sequence recognition" (CRNN), without
    its recurrent layers: digits do not depend on their neighbours, and convolutions become whole numbers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            *block(1, 16, (3, 3), (2, 1)),  # (B, 16, 16, W)
            *block(16, 32, (3, 3), (2, 2)),  # (B, 32, 8, W / 2)
            *block(32, 48, (3, 3), (1, 1)),
            *block(48, 56, (3, 3), (2, 1)),  # (B, 56, 4, W / 2)
            *block(56, 72, (3, 3), (1, 1)),
            *block(72, 112, (4, 1), (1, 1)),  # (B, 112, 1, W / 2)
            *block(112, 112, (1, 5), (1, 1)),
        )
        self.head = nn.Conv2d(112, CLASSES, 1)

    def forward(self, ink: Tensor) -> Tensor:
        """Logits (B, 19, 1, W / 2)."""
        scores: Tensor = self.head(self.body(ink))
        return scores


def log_probabilities(scores: Tensor) -> Tensor:
    """As CTC loss takes them: (T, B, 19)."""
    return torch.log_softmax(scores.squeeze(2), 1).permute(2, 0, 1)
