"""Networks of the size that small teams serve: what the export of quantization is measured with."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn


class Block(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.one, self.one_norm = nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.two, self.two_norm = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        same = into == out and stride == 1
        around = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        self.around: nn.Module = nn.Identity() if same else around

    def forward(self, x: Tensor) -> Tensor:
        """(B, into, H, W) to (B, out, H / stride, W / stride)."""
        y = self.two_norm(self.two(torch.relu(self.one_norm(self.one(x)))))
        return torch.relu(self.around(x) + y)


class ResNet20(nn.Module):
    """He et al. 2016, "Deep residual learning for image recognition", section 4.2, with projections."""

    def __init__(self, width: int = 16, classes: int = 10) -> None:
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)
        sizes = [width] * 4 + [2 * width] * 3 + [4 * width] * 3
        self.blocks = nn.Sequential(*(Block(a, b, 1 if a == b else 2) for a, b in pairwise(sizes)))
        self.pool, self.out = nn.AdaptiveAvgPool2d(1), nn.Linear(4 * width, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, 32, 32) to (B, classes)."""
        x = self.blocks(torch.relu(self.norm(self.stem(images))))
        return self.out(self.pool(x).flatten(1))


class Layer(nn.Module):
    """Attention and two linear layers, normalised before."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.before, self.after = heads, nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.joined = (nn.Linear(width, width) for _ in range(4))
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, width) to the same."""
        batch, length, width = x.shape
        y, shape = self.before(x), (batch, length, self.heads, width // self.heads)
        q, k, v = (part(y).view(shape).transpose(1, 2) for part in (self.query, self.key, self.value))
        mixed = nn.functional.scaled_dot_product_attention(q, k, v)
        x = x + self.joined(mixed.transpose(1, 2).reshape(batch, length, width))
        return x + self.narrow(nn.functional.gelu(self.wide(self.after(x))))


class Transformer(nn.Module):
    """Four layers over 64 words."""

    def __init__(self, width: int = 256, words: int = 5000, length: int = 64) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Parameter(0.02 * torch.randn(length, width))
        self.layers, self.out = nn.Sequential(*(Layer(width, 4) for _ in range(4))), nn.Linear(width, 10)

    def forward(self, ids: Tensor) -> Tensor:
        """(B, 64) to (B, 10)."""
        return self.out(self.layers(self.words(ids) + self.places).mean(1))
