"""The network: convolutions only, and for Korean three small heads instead of one of 11,172 syllables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn

from hanok.parts.ocr.ctc.layers import block
from hanok.parts.ocr.texts.alphabet import Alphabet
from hanok.parts.ocr.texts.hangul import letters

LEAST = 1e-6
"""Of the probability of what a batch does not hold."""


class TextNetwork(nn.Module):
    """Ink (B, 1, 32, W) → scores (B, n_scores, 1, W / stride).

    The score of a syllable is the sum of those of its initial, medial and final, so that syllables that were seldom
    seen are read by their letters.

    Parameters
    ----------
    alphabet : Alphabet
        Which scores, and how many columns.

    Source
    ------
    Shi, Bai and Yao 2015 (CRNN), without its recurrent layers, as for numbers. Scores that add up by letter are ours.
    """

    def __init__(self, alphabet: Alphabet) -> None:
        super().__init__()
        s, (a, b, c, d, e, f, g, h, i) = alphabet.stride, alphabet.widths
        self.body = nn.Sequential(
            *block(1, a, (3, 3), (2, 1)),  # (B, a, 16, W)
            *block(a, b, (3, 3), (1, 2)),  # (B, b, 16, W / 2)
            *block(b, c, (3, 3), (2, 1)),  # (B, c, 8, W / 2)
            *block(c, d, (3, 3), (1, s // 2)),  # (B, d, 8, W / s)
            *block(d, e, (3, 3), (2, 1)),  # (B, e, 4, W / s)
            *block(e, f, (3, 3), (1, 1)),
            *block(f, g, (4, 1), (1, 1)),  # (B, g, 1, W / s)
            *block(g, h, (1, 5), (1, 1)),
            *block(h, i, (1, 3), (1, 1)),
        )
        self.head = nn.Conv2d(i, sum(alphabet.sizes), 1)

    def forward(self, ink: Tensor) -> Tensor:
        """Scores (B, n_scores, 1, W / stride)."""
        scores: Tensor = self.head(self.body(ink))
        return scores


def log_probabilities(scores: Tensor, alphabet: Alphabet, symbols: Sequence[str]) -> Tensor:
    """Of the blank, of some symbols, and of everything else together, as CTC loss takes them.

    All 11,269 of Korean would be 90 million numbers a batch; the loss looks at the symbols of its texts only. What is
    left must be there as one more class: the gradient of torch's CTC loss is right only where all adds up to 1.

    Parameters
    ----------
    scores : tensor (B, n_scores, 1, T)
        Of the network.
    alphabet : Alphabet
        How they are laid out.
    symbols : sequence of n_symbols str
        Each once.

    Returns
    -------
    tensor (T, B, 1 + n_symbols + 1)
    """
    own, *of_letters = scores.squeeze(2).split_with_sizes(alphabet.sizes, 1)  # (B, n, T) each
    total = own.logsumexp(1)
    if of_letters:
        total = torch.logaddexp(total, torch.stack([part.logsumexp(1) for part in of_letters]).sum(0))
    syllables = {symbol: found for symbol in symbols if of_letters and (found := letters(symbol))}
    others = [symbol for symbol in symbols if symbol not in syllables]
    tensor = partial(torch.tensor, device=scores.device)
    rows = [own.index_select(1, tensor([0, *(1 + alphabet.own.index(symbol) for symbol in others)]))]
    if syllables:
        places = map(tensor, zip(*syllables.values(), strict=True))
        rows.append(torch.stack([part.index_select(1, k) for part, k in zip(of_letters, places, strict=True)]).sum(0))
    order = {symbol: place for place, symbol in enumerate([*others, *syllables], 1)}
    chosen = torch.cat(rows, 1).index_select(1, tensor([0, *map(order.__getitem__, symbols)]))
    inside = (chosen - total[:, None]).transpose(1, 2)  # (B, T, 1 + n_symbols)
    rest = (1 - inside.exp().sum(2, keepdim=True)).clamp(min=LEAST).log()
    return torch.cat([inside, rest], 2).transpose(0, 1)
