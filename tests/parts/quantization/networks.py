"""Small networks of every kind, and inputs for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn


class Residual(nn.Module):
    """Convolutions, batch normalisation, a sum, a concatenation, pools, a linear layer."""

    def __init__(self, channels: int = 6, classes: int = 5) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.pool = nn.MaxPool2d(2)
        self.one = nn.Conv2d(channels, channels, 3, padding=1, groups=2)
        self.one_norm = nn.BatchNorm2d(channels)
        self.two = nn.Conv2d(channels, channels, 3, padding=1)
        self.side = nn.Conv2d(channels, 4, 1)
        self.mix = nn.Conv2d(channels + 4, 8, 3, stride=2)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(8, classes)

    def forward(self, images: Tensor) -> Tensor:
        x = self.pool(torch.relu(self.norm(self.stem(images))))
        y = self.two(torch.relu(self.one_norm(self.one(x))))
        x = torch.relu(x + y)
        x = torch.relu(self.mix(torch.cat([x, self.side(x)], 1)))
        return self.out(self.drop(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1)))


class Attention(nn.Module):
    """An embedding, attention written out, layer normalisation, GELU."""

    def __init__(self, words: int = 20, width: int = 12, heads: int = 2, length: int = 6) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(words, width), nn.Parameter(0.1 * torch.randn(length, width))
        self.heads = heads
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.joined = nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.gelu, self.out = nn.GELU(), nn.Linear(width, 3)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.words(ids) + self.places
        y = self.before(x)
        batch, length, width = x.shape
        q, k, v = (
            part(y).view(batch, length, self.heads, width // self.heads).transpose(1, 2)
            for part in (self.q, self.k, self.v)
        )
        scores = torch.softmax(q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5, dim=-1)
        x = x + self.joined((scores @ v).transpose(1, 2).reshape(batch, length, width))
        x = x + self.narrow(self.gelu(self.wide(self.after(x))))
        return self.out(x.mean(1))


class Patches(nn.Module):
    """Attention over the patches of an image."""

    def __init__(self, width: int = 12, length: int = 16) -> None:
        super().__init__()
        self.cut, self.places = nn.Conv2d(3, width, 3, 3), nn.Parameter(0.1 * torch.randn(length, width))
        self.norm, self.q, self.k, self.v = nn.LayerNorm(width), *(nn.Linear(width, width) for _ in range(3))
        self.out = nn.Linear(width, 5)

    def forward(self, images: Tensor) -> Tensor:
        x = self.cut(images).flatten(2).transpose(1, 2) + self.places
        y = self.norm(x)
        scores = torch.softmax(self.q(y) @ self.k(y).transpose(1, 2) * 0.3, dim=-1)
        return self.out((x + scores @ self.v(y)).mean(1))


class Fused(nn.Module):
    """Attention in one call, and ReLU6."""

    def __init__(self, words: int = 20, width: int = 12, heads: int = 2) -> None:
        super().__init__()
        self.words, self.heads = nn.Embedding(words, width), heads
        self.all, self.out = nn.Linear(width, 3 * width), nn.Linear(width, 3)
        self.conv, self.relu = nn.Conv1d(width, width, 3, padding=1), nn.ReLU6()

    def forward(self, ids: Tensor) -> Tensor:
        x = self.all(self.words(ids))
        batch, length, _ = x.shape
        x = x.reshape(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(x[0], x[1], x[2]).transpose(1, 2).flatten(2)
        return self.out(self.relu(self.conv(y.transpose(1, 2))).mean(2))


class Odds(nn.Module):
    """What other networks do not have: two inputs and outputs, depthwise and dilated kernels, gates, tokens, slices."""

    def __init__(self) -> None:
        super().__init__()
        self.wide = nn.Conv2d(3, 6, 3, padding="same", dilation=2)
        self.deep, self.norm = nn.Conv2d(6, 6, 3, padding=1, groups=6, bias=False), nn.BatchNorm2d(6)
        self.pool, self.silu = nn.AvgPool2d(2, padding=1), nn.SiLU()
        self.side, self.side_norm = nn.Linear(4, 6), nn.BatchNorm1d(6)
        self.token = nn.Parameter(torch.randn(1, 6, 1, 1))
        self.map, self.last = nn.Conv2d(6, 2, 1), nn.Linear(12, 4, bias=False)

    def forward(self, images: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
        x = self.pool(self.silu(self.norm(self.deep(torch.relu(self.wide(images))))))
        gate = torch.sigmoid(torch.relu(self.side_norm(self.side(numbers)))).unsqueeze(-1).unsqueeze(-1)
        x = x * gate + self.token
        corner = x[:, :, 0, 1:3].flatten(1) - 0.5
        return self.map(x), self.last(torch.tanh(corner))


class Branching(nn.Module):
    """Cannot be traced: what it does depends on values."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.two(torch.relu(self.one(x)) if x.mean() > 0 else self.one(x))


def images(n: int, *, size: int = 12, seed: int = 0) -> Tensor:
    """(n, 3, size, size), each with a brightness of its own."""
    generator = torch.Generator().manual_seed(seed)
    bright = torch.rand(n, 1, 1, 1, generator=generator) * 2 + 0.2
    return torch.randn(n, 3, size, size, generator=generator) * bright


def seeded(make: type[nn.Module], **settings: int) -> nn.Module:
    """A network with the same weights each time, and batch normalisation that does something."""
    torch.manual_seed(0)
    model = make(**settings)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight)
            nn.init.normal_(module.bias, std=0.3)
            nn.init.normal_(module.running_mean, std=0.3)
            nn.init.uniform_(module.running_var, 0.5, 2)
    return model.eval()


def loaded(model: Any, folder: Path) -> Any:
    """The graph, an onnx.GraphProto, that onnxruntime makes of a model."""
    import onnx
    import onnxruntime

    options, path = onnxruntime.SessionOptions(), folder / "loaded.onnx"
    options.optimized_model_filepath, options.log_severity_level = str(path), 4
    onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return onnx.load(path).graph
