"""Small images, and small networks for them: what the benchmarks of quantization train."""

from __future__ import annotations

import io
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.harness import data
from benchmarks.networks import Layer

Images = tuple[Tensor, Tensor]
"""(n, 3, side, side), float32, and labels (n,)."""
BATCH = 128
VALID = 2000


class Parts(NamedTuple):
    """Images to learn from, to choose by and to report on."""

    train: Images
    valid: Images
    test: Images


@cache
def cifar(quick: bool, side: int = 16) -> Parts:
    """CIFAR-10 (JPEG copy), halved to 16 × 16 or as it is at 32; a tenth of the training images is for choosing."""
    with np.load(data("cifar10", "cifar10_20k5k_jpegpacked.npz"), allow_pickle=False) as packed:
        whole = [_decoded(packed, part, side) for part in ("train", "test")]
    (images, labels), test = whole
    n = 4000 if quick else len(images)
    if quick:
        test = test[0][:1000], test[1][:1000]
    return Parts((images[VALID:n], labels[VALID:n]), (images[:VALID], labels[:VALID]), test)


def _decoded(packed: np.lib.npyio.NpzFile, part: str, side: int) -> Images:
    jpeg, offset = packed[f"{part}_jpeg"], packed[f"{part}_offset"]
    pixels = np.stack([np.asarray(Image.open(io.BytesIO(jpeg[a:b].tobytes()))) for a, b in pairwise(offset)])
    squares = pixels.reshape(len(pixels), side, 32 // side, side, 32 // side, 3)
    small = squares.mean(axis=(2, 4), dtype=np.float32)  # (n, side, side, 3)
    scaled = torch.from_numpy(small / 255 - 0.45).permute(0, 3, 1, 2) / 0.25
    return scaled.contiguous(), torch.from_numpy(packed[f"{part}_y"].astype(np.int64))


def mixed(parts: Parts) -> Parts:
    """The same images, each with a contrast and a brightness of its own, as from many cameras."""

    def varied(images: Images, seed: int) -> Images:
        generator = torch.Generator().manual_seed(seed)
        contrast, brightness = (torch.randn(len(images[0]), 1, 1, 1, generator=generator) for _ in range(2))
        return images[0] * torch.exp(0.7 * contrast) + 0.5 * brightness, images[1]

    return Parts(*(varied(images, seed) for seed, images in enumerate(parts)))


class Small(nn.Module):
    """Five convolutions and a linear layer, 72 k parameters."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        widths, strides = (3, 32, 32, 64, 64, 8), (1, 1, 2, 1, 2)
        layers: list[nn.Module] = []
        for into, out, stride in zip(widths, (32, 32, 64, 64, 8), strides, strict=False):
            layers += [nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU()]
        self.body, self.out = nn.Sequential(*layers), nn.Linear(8 * 16, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, 16, 16) to (B, classes)."""
        return self.out(self.body(images).flatten(1))


class Patches(nn.Module):
    """A transformer of three layers over the 16 squares of 4 × 4 pixels of an image."""

    def __init__(self, width: int = 64, classes: int = 10) -> None:
        super().__init__()
        self.cut, self.places = nn.Conv2d(3, width, 4, 4), nn.Parameter(0.02 * torch.randn(16, width))
        self.layers, self.norm = nn.Sequential(*(Layer(width, 4) for _ in range(3))), nn.LayerNorm(width)
        self.out = nn.Linear(width, classes)

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, 16, 16) to (B, classes)."""
        squares = self.cut(images).flatten(2).transpose(1, 2)  # (B, 16, width)
        return self.out(self.norm(self.layers(squares + self.places)).mean(1))


def fit(
    model: nn.Module, images: Images, *, epochs: int, rate: float, seed: int, fast: bool = False, adam: bool = False
) -> nn.Module:
    """SGD, or AdamW, with a cosine schedule, flips and shifts, where the model is; `fast` computes in bfloat16."""
    torch.manual_seed(seed)
    where = next(model.parameters()).device
    x, y = (part.to(where) for part in images)
    steps = epochs * (len(x) // BATCH)
    if adam:
        optimiser: torch.optim.Optimizer = torch.optim.AdamW(model.parameters(), rate, weight_decay=0.05)
        schedule: torch.optim.lr_scheduler.LRScheduler = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, rate, total_steps=steps, pct_start=0.1
        )
    else:
        optimiser = torch.optim.SGD(model.parameters(), rate, momentum=0.9, weight_decay=5e-4, nesterov=True)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(x))
        for rows in order[: len(order) // BATCH * BATCH].split(BATCH):
            batch = _moved(x[rows.to(where)]).to(memory_format=torch.channels_last)
            with torch.autocast(where.type, torch.bfloat16, enabled=fast):
                loss = nn.functional.cross_entropy(model(batch), y[rows.to(where)])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return model.eval()


def _moved(batch: Tensor) -> Tensor:
    """Half of the images turned about, all shifted by up to an eighth of their side."""
    turned = torch.rand(len(batch), 1, 1, 1).to(batch.device) < 0.5
    side = batch.shape[-1]
    most = side // 8
    padded = nn.functional.pad(torch.where(turned, batch.flip(3), batch), (most,) * 4)
    down, right = torch.randint(0, 2 * most + 1, (2,)).tolist()
    return padded[:, :, down : down + side, right : right + side]
