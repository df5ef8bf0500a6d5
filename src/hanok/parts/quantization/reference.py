"""What a program computes, in NumPy: the truth that an exported file is held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from hanok.parts.quantization.program import KEPT, Array, Floats, Floats32, Grid, Program, Step, bias_codes


def execute(program: Program, inputs: Sequence[Array], group: int = 0) -> dict[str, Array]:
    """Run a program with whole numbers where it has them.

    Parameters
    ----------
    program : Program
        What `lower` gives.
    inputs : sequence of array (B, ...)
        In the order of the program's.
    group : int
        Which ranges; all of a batch share them.

    Returns
    -------
    dict of str to array
        Every result by name: codes, uint8, or float32.

    Source
    ------
    Jacob et al. 2018, section 2. Sums of products are exact; they are brought to the next scale in float32, and rounded
    to even, in the order of ONNX Runtime on x86 processors with AVX2. Elsewhere a sum may fall on the other side of a
    step.
    """
    found: dict[str, Array] = {**program.constants, **dict(zip(program.inputs, inputs, strict=True))}
    grids = program.grids()
    for step in program.steps:
        given = [found[name] for name in step.inputs]
        before = [grids.get(name) for name in step.inputs]
        if step.op in KEPT:
            found[step.output] = FLOAT[step.op](step, *given)
        elif step.whole and before[0]:
            total, scale = _layer(step, given[0], before[0], group)
            found[step.output] = _next(total, scale, step.grid, group)
        elif step.op == "matmul" and before[0] and before[1]:
            one, other = (_centred(codes, grid, group) for codes, grid in zip(given, before, strict=True) if grid)
            scale = before[0].scale[group] * before[1].scale[group]
            found[step.output] = _next(one @ other, scale, step.grid, group)
        elif step.op == "add" and step.grid and before[0] and before[1]:
            found[step.output] = _added(given, [before[0], before[1]], step.grid, group)
        else:
            values = [decoded(v, grid, group) if grid else v for v, grid in zip(given, before, strict=True)]
            result = FLOAT[step.op](step, *values)
            found[step.output] = encoded(result, step.grid, group) if step.grid else result.astype(np.float32)
    return found


def encoded(values: Array, grid: Grid, group: int = 0) -> Array:
    """Codes of float values."""
    codes = np.rint(values.astype(np.float32) / grid.scale[group]) + grid.zero_point[group]
    return np.asarray(np.clip(codes, 0, grid.top), np.uint8)


def decoded(codes: Array, grid: Grid, group: int = 0) -> Floats32:
    """Float values of codes."""
    return np.asarray(_centred(codes, grid, group).astype(np.float32) * grid.scale[group])


def _centred(codes: Array, grid: Grid, group: int) -> Floats:
    """Codes less their zero point; float64 holds them, and sums of their products, exactly."""
    return codes.astype(np.float64) - float(grid.zero_point[group])


def _next(total: Floats, scale: Any, grid: Grid | None, group: int) -> Array:
    """Sums of products, whole numbers in units of `scale`, brought to the next grid."""
    sums = total.astype(np.float32)
    if grid is None:
        return np.asarray(sums * scale)
    codes = np.rint(sums * (scale / grid.scale[group])) + grid.zero_point[group]
    return np.asarray(np.clip(codes, 0, grid.top), np.uint8)


def _added(codes: Sequence[Array], before: Sequence[Grid], grid: Grid, group: int) -> Array:
    """Codes of a sum of codes: of one after the other times the ratio of scales, on top of what zero points come to."""
    ratios = [part.scale[group] / grid.scale[group] for part in before]
    zeros = [np.float32(part.zero_point[group]) for part in before]
    total: Array = grid.zero_point[group] - _fused(zeros[0], ratios[0], ratios[1] * zeros[1])
    for part, ratio in zip(codes[::-1], ratios[::-1], strict=True):
        total = _fused(part, ratio, total)
    return np.asarray(np.clip(np.rint(total), 0, grid.top), np.uint8)


def _fused(one: Any, other: Any, added: Any) -> Any:
    """A product and a sum rounded to float32 once, as fused multiply-add does: float64 holds the product exactly."""
    return (one.astype(np.float64) * other + added.astype(np.float64)).astype(np.float32)


def _layer(step: Step, codes: Array, grid: Grid, group: int) -> tuple[Floats, Floats32]:
    """Sums of products and bias, and what their units are; shaped like the result."""
    weights, scale = step.arrays["weight"].astype(np.float64), grid.scale[group] * step.arrays["weight_scale"]
    centred = _centred(codes, grid, group)
    total = convolved(step, centred, weights) if step.op == "conv" else centred @ weights.T
    each = [-1] + [1] * (total.ndim - 2) if step.op == "conv" else [-1]
    if "bias" in step.arrays:
        total = total + bias_codes(step, grid)[group].reshape(each)
    return total, scale.reshape(each)


def convolved(step: Step, values: Array, weights: Array) -> Array:
    """Sums of products over windows, (B, in, ...) and (out, in / groups, ...) to (B, out, ...)."""
    windows = _windows(step, values, weights.shape[2:], 0.0, step.attributes["dilation"])  # (B, in, *places, *kernel)
    groups, axes = step.attributes["groups"], weights.ndim - 2
    batch, into, places = windows.shape[0], weights.shape[1], windows.shape[2 : 2 + axes]
    apart = windows.reshape(batch, groups, into, *windows.shape[2:])
    kernels = weights.reshape(groups, -1, into, *weights.shape[2:])
    letters = "xyz"[:axes], "uvw"[:axes]
    rule = f"bgi{letters[0]}{letters[1]},goi{letters[1]}->bgo{letters[0]}"
    return np.asarray(np.einsum(rule, apart, kernels, optimize=True)).reshape(batch, -1, *places)


def _windows(step: Step, values: Array, kernel: Sequence[int], fill: float, dilation: Sequence[int]) -> Array:
    """Every window of the last axes, (B, C, *places, *kernel)."""
    padding = [(0, 0), (0, 0), *((p, p) for p in step.attributes["padding"])]
    padded = np.pad(values, padding, constant_values=fill)
    reach = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    axes = tuple(range(2, values.ndim))
    found = sliding_window_view(padded, reach, axis=axes)
    at = [slice(None, None, stride) for stride in step.attributes["stride"]]
    inside = [slice(None, None, d) for d in dilation]
    return found[(slice(None), slice(None), *at, *inside)]


# -- float -------------------------------------------------------------------------------------------------------------


def _pooled(step: Step, values: Array) -> Array:
    kernel = step.attributes["kernel"]
    ones = [1] * len(kernel)
    last = tuple(range(-len(kernel), 0))
    if step.op == "maxpool":
        lowest = 0 if values.dtype == np.uint8 else -np.inf
        return np.asarray(_windows(step, values, kernel, lowest, step.attributes["dilation"]).max(axis=last))
    total = _windows(step, values, kernel, 0.0, ones).sum(axis=last)
    if step.attributes["counts_padding"]:
        return np.asarray(total / np.prod(kernel))
    return np.asarray(total / _windows(step, np.ones_like(values), kernel, 0.0, ones).sum(axis=last))


def _float_layer(step: Step, values: Array) -> Array:
    weights, bias = step.weights(), step.arrays.get("bias", np.zeros(1, np.float32))
    if step.op == "linear":
        return values @ weights.T + bias.astype(np.float32)
    found = convolved(step, values, weights)
    return found + bias.astype(np.float32).reshape(-1, *[1] * (found.ndim - 2))


def _embedded(step: Step, ids: Array) -> Array:
    rows = step.arrays["weight"][ids]
    return rows * step.arrays["weight_scale"][ids][..., None] if step.whole else rows


def _normalised(step: Step, values: Array) -> Array:
    arrays, epsilon = step.arrays, step.attributes["epsilon"]
    if step.op == "batchnorm":
        each = [-1] + [1] * (values.ndim - 2)
        mean, variance, weight, bias = (arrays[n].reshape(each) for n in ("mean", "variance", "weight", "bias"))
        return np.asarray((values - mean) / np.sqrt(variance + epsilon) * weight + bias)
    axes = tuple(range(-arrays["weight"].ndim, 0))
    centred = values - values.mean(axis=axes, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=axes, keepdims=True) + np.float32(epsilon))
    return np.asarray(centred / spread * arrays["weight"] + arrays["bias"])


def _softmax(step: Step, values: Array) -> Array:
    raised = np.exp(values - values.max(axis=step.attributes["axis"], keepdims=True))
    return np.asarray(raised / raised.sum(axis=step.attributes["axis"], keepdims=True))


def _sigmoid(values: Array) -> Array:
    return 1 / (1 + np.exp(-values))


def _gelu(step: Step, values: Array) -> Array:
    if step.attributes["tanh"]:
        return np.asarray(0.5 * values * (1 + np.tanh(np.sqrt(2 / np.pi) * (values + 0.044715 * values**3))))
    from scipy.special import erf  # type: ignore[import-untyped]  # slow to import

    return np.asarray(0.5 * values * (1 + erf(values / np.sqrt(np.float32(2)))))


def _mean(step: Step, values: Array) -> Array:
    return np.asarray(values.mean(axis=tuple(step.attributes["axes"]), keepdims=step.attributes["keepdims"]))


def _sliced(step: Step, values: Array) -> Array:
    return np.asarray(values[tuple(step.attributes["places"])])


FLOAT: Mapping[str, Callable[..., Array]] = {
    "quantize": lambda step, x: x,
    "decode": lambda step, x: x,
    "conv": _float_layer,
    "linear": _float_layer,
    "embedding": _embedded,
    "batchnorm": _normalised,
    "layernorm": _normalised,
    "add": lambda step, x, y: x + y,
    "sub": lambda step, x, y: x - y,
    "mul": lambda step, x, y: x * y,
    "div": lambda step, x, y: x / y,
    "matmul": lambda step, x, y: x @ y,
    "concat": lambda step, *parts: np.concatenate(parts, axis=step.attributes["axis"]),
    "avgpool": _pooled,
    "globalpool": lambda step, x: x.mean(axis=tuple(range(2, x.ndim)), keepdims=True),
    "mean": _mean,
    "relu": lambda step, x: np.maximum(x, 0),
    "relu6": lambda step, x: np.clip(x, 0, 6),
    "gelu": _gelu,
    "silu": lambda step, x: x * _sigmoid(x),
    "sigmoid": lambda step, x: _sigmoid(x),
    "tanh": lambda step, x: np.tanh(x),
    "softmax": _softmax,
    "maxpool": _pooled,
    "reshape": lambda step, x: x.reshape(step.attributes["shape"]),
    "transpose": lambda step, x: x.transpose(step.attributes["axes"]),
    "slice": _sliced,
}
"""Every operation that a program may have, on float values or, where it only moves them, on codes."""
