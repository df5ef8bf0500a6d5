"""Models of a user, as hanok imports them."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Net(nn.Module):
    """A convolution and a linear layer, for 8 x 8 pixels."""

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.out = nn.Conv2d(1, 8, 3, 2, 1), nn.Linear(128, classes)

    def forward(self, images: Tensor) -> Tensor:
        return self.out(torch.relu(self.conv(images)).flatten(1))


class Likely(Net):
    """Gives probabilities of five classes."""

    def __init__(self) -> None:
        super().__init__(5)

    def forward(self, images: Tensor) -> Tensor:
        return torch.softmax(super().forward(images), 1)


class Branching(Net):
    """Cannot be traced."""

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images if images.mean() > 0 else -images)


class Unknown(Net):
    """Does what cannot be exported."""

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(torch.cumsum(images, 2))


class Smooth(nn.Module):
    """No ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.out = nn.Linear(64, 3)

    def forward(self, images: Tensor) -> Tensor:
        return self.out(images.flatten(1))


class Nan(Net):
    """Divides by nothing."""

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images) / 0 * 0


READY = Net()
NUMBER = 7


def makes() -> Net:
    """A factory."""
    return Net()


def fails() -> Net:
    raise RuntimeError("no weights here")


def two() -> Net:
    """Too few outputs."""
    return Net(2)


def wide() -> nn.Module:
    """For images of three channels."""
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 3))
