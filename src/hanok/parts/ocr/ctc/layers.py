"""Convolutions that read lines of any width."""

from __future__ import annotations

from torch import nn


def block(inputs: int, outputs: int, kernel: tuple[int, int], stride: tuple[int, int]) -> list[nn.Module]:
    """A convolution that keeps the width, or halves it; a kernel of height 4 takes all of the height."""
    padding = (0 if kernel[0] == 4 else kernel[0] // 2, kernel[1] // 2)
    return [nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
