"""What the operations of an ONNX graph do, said in torch: as many as PP-OCR's recogniser has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Attributes = Mapping[str, Any]
Operator = Callable[[list[Tensor], Attributes], Tensor]


def _conv(given: list[Tensor], a: Attributes) -> Tensor:
    strides, pads = a.get("strides", [1, 1]), _pads(given[0], a)
    bias = given[2] if len(given) > 2 else None
    if pads[:2] != pads[2:]:
        given[0], pads = _padded(given[0], pads), [0, 0]
    return functional.conv2d(given[0], given[1], bias, strides, pads[:2], a.get("dilations", [1, 1]), a.get("group", 1))


def _batch_norm(given: list[Tensor], a: Attributes) -> Tensor:
    """By the averages that were learnt, as lines are given in small batches."""
    x, scale, shift, mean, variance = given
    return functional.batch_norm(x, mean, variance, scale, shift, training=False, eps=a.get("epsilon", 1e-5))


def _max_pool(given: list[Tensor], a: Attributes) -> Tensor:
    (x,) = given
    return functional.max_pool2d(_padded(x, _pads(x, a), float("-inf")), a["kernel_shape"], a.get("strides", [1, 1]))


def _average_pool(given: list[Tensor], a: Attributes) -> Tensor:
    (x,), pads = given, a.get("pads", [0] * 4)
    counted = bool(a.get("count_include_pad", 0))
    return functional.avg_pool2d(x, a["kernel_shape"], a.get("strides", [1, 1]), pads[:2], False, counted)


def _pads(x: Tensor, a: Attributes) -> list[int]:
    """Pixels above, left, below and right; for an output as large as the input over its stride, of which more below."""
    if a.get("auto_pad", b"NOTSET") != b"SAME_UPPER":
        return list(a.get("pads", [0] * 4))
    sizes, strides, kernel = x.shape[2:], a.get("strides", [1, 1]), a["kernel_shape"]
    each = zip(sizes, strides, kernel, strict=True)
    missing = [max((-(-size // stride) - 1) * stride + width - size, 0) for size, stride, width in each]
    before = [pixels // 2 for pixels in missing]
    return [*before, *(pixels - first for pixels, first in zip(missing, before, strict=True))]


def _padded(x: Tensor, pads: list[int], value: float = 0.0) -> Tensor:
    top, left, bottom, right = pads
    return functional.pad(x, (left, right, top, bottom), value=value)


def _slice(given: list[Tensor], a: Attributes) -> Tensor:
    found, *where = given
    for axis, *part in zip(*(each.tolist() for each in (where[2], *where[:2], *where[3:])), strict=True):
        found = found[(slice(None),) * (axis % found.dim()) + (slice(*part),)]
    return found


def _reshape(given: list[Tensor], a: Attributes) -> Tensor:
    """A size of 0 is that of the input."""
    x, sizes = given
    return x.reshape([x.shape[axis] if size == 0 else size for axis, size in enumerate(sizes.tolist())])


def _squeeze(given: list[Tensor], a: Attributes) -> Tensor:
    return given[0].squeeze(tuple(a["axes"]))


def _unsqueeze(given: list[Tensor], a: Attributes) -> Tensor:
    found = given[0]
    for axis in sorted(a["axes"]):
        found = found.unsqueeze(axis)
    return found


OPERATORS: Mapping[str, Operator] = {
    "Add": lambda x, a: x[0] + x[1],
    "AveragePool": _average_pool,
    "BatchNormalization": _batch_norm,
    "Concat": lambda x, a: torch.cat(x, a["axis"]),
    "Conv": _conv,
    "Div": lambda x, a: x[0] / x[1],
    "Erf": lambda x, a: x[0].erf(),
    "Gelu": lambda x, a: functional.gelu(x[0]),
    "HardSigmoid": lambda x, a: (x[0] * a.get("alpha", 0.2) + a.get("beta", 0.5)).clamp(0, 1),
    "Identity": lambda x, a: x[0],
    "MatMul": lambda x, a: x[0] @ x[1],
    "MaxPool": _max_pool,
    "Mul": lambda x, a: x[0] * x[1],
    "Pow": lambda x, a: x[0] ** x[1],
    "ReduceMean": lambda x, a: x[0].mean(tuple(a["axes"]), keepdim=bool(a.get("keepdims", 1))),
    "Relu": lambda x, a: x[0].relu(),
    "Reshape": _reshape,
    "Shape": lambda x, a: torch.tensor(x[0].shape),
    "Sigmoid": lambda x, a: x[0].sigmoid(),
    "Slice": _slice,
    "Softmax": lambda x, a: x[0].softmax(a.get("axis", -1)),
    "Sqrt": lambda x, a: x[0].sqrt(),
    "Squeeze": _squeeze,
    "Sub": lambda x, a: x[0] - x[1],
    "Transpose": lambda x, a: x[0].permute(a["perm"]),
    "Unsqueeze": _unsqueeze,
}
"""By name, as of opset 11: (inputs, attributes) → the output."""
