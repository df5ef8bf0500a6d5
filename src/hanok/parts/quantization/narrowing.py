"""Weights of few bits that take few bits in the ONNX file: several to a byte, unpacked while the file is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph.build import library
from hanok.parts.onnx_graph.tidy import Array, constants, evaluated, rebuilt
from hanok.parts.quantization.packing import pack_codes

if TYPE_CHECKING:
    import onnx

Codes = npt.NDArray[np.int8]

LARGEST = {4: 7, 2: 1}
"""Of the codes that fit, by bits; the smallest is its negative."""
OVERHEAD = {8: 0, 4: 1024, 2: 2048}
"""Bytes that unpacking takes in the file, by bits: mostly the table, which weights may share."""
PACKED = "hanok.packed."
"""How names of what unpacks begin."""


def narrowed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network in a smaller file: weights that take few values are packed, two or four to a byte.

    Parameters
    ----------
    model : onnx.ModelProto
        Quantised: what is packed are constants of int8 with two axes or more, whose values are multiples of one number,
        at most 7 of them on each side of 0 (4 bits), or one (2 bits).

    Returns
    -------
    onnx.ModelProto
        Answers are equal. Any onnxruntime unpacks such weights when it loads the file, and runs what it ran before.

    Example
    -------
    >>> from hanok.parts.onnx_graph import Builder
    >>> graph = Builder({"x": ("uint8", 64)})
    >>> codes = graph.constant(np.arange(-7, 8, dtype=np.int8).repeat(1024).reshape(64, 240) * 18)
    >>> model = graph.model({graph.add("MatMulInteger", "x", codes, name="y"): ("int32", 240)})
    >>> narrowed(model).ByteSize() < 0.6 * model.ByteSize()
    True

    Source
    ------
    A table of what each byte stands for, looked up by operations that work on constants only: onnxruntime folds those
    before it chooses kernels. ONNX's own 4-bit type needs opset 21, is not fused with convolutions, and has no 2 bits.
    """
    arrays, nodes = constants(model), []
    for number, (name, codes) in enumerate(weights(model).items()):
        bits, step = width(codes)
        if codes.size * (8 - bits) // 8 > OVERHEAD[bits]:
            del arrays[name]
            nodes += _unpacking(f"{PACKED}{number}", name, codes, bits, step, arrays)
    return rebuilt(model, [*nodes, *model.graph.node], arrays) if nodes else model


def _unpacking(
    own: str, name: str, codes: Codes, bits: int, step: int, arrays: dict[str, Array]
) -> list[onnx.NodeProto]:
    """Operations that unpack a weight; what they read is added to `arrays`."""
    table, flat, shape = f"{PACKED}table.{bits}.{step}", f"{PACKED}flat", f"{own}.shape"
    arrays[own] = pack_codes((codes // step).astype(np.int8), bits)
    arrays[table], arrays[flat], arrays[shape] = _table(bits, step), np.array([-1]), np.array(codes.shape)
    start, size = f"{PACKED}start", f"{own}.size"  # the last byte may be half empty
    arrays[start], arrays[size] = np.array([0]), np.array([codes.size])
    node = library().helper.make_node
    return [
        node("Cast", [own], [f"{own}.1"], to=library().TensorProto.INT32),
        node("Gather", [table, f"{own}.1"], [f"{own}.2"]),
        node("Reshape", [f"{own}.2", flat], [f"{own}.3"]),
        node("Slice", [f"{own}.3", start, size], [f"{own}.4"]),
        node("Reshape", [f"{own}.4", shape], [name]),
    ]


def widened(model: onnx.ModelProto) -> onnx.ModelProto:
    """The mirror of `narrowed`: a byte for each weight."""
    arrays, nodes = constants(model), []
    for node in model.graph.node:
        if any(name.startswith(PACKED) for name in node.input):
            [arrays[node.output[0]]] = evaluated(model, node, arrays)
        else:
            nodes.append(node)
    return rebuilt(model, nodes, arrays)


def weights(model: onnx.ModelProto) -> dict[str, Codes]:
    """Whole-number weights of a quantised network by name."""
    found = constants(model)
    return {name: np.asarray(one, np.int8) for name, one in found.items() if one.dtype == np.int8 and one.ndim > 1}


def width(codes: Codes) -> tuple[int, int]:
    """How many bits codes need, 2, 4 or 8, and what they are multiples of.

    Example
    -------
    >>> width(np.array([[-36, 18, 0]], np.int8)), width(np.array([[-127, 18]], np.int8))
    ((4, 18), (8, 1))
    """
    step = int(np.gcd.reduce(np.abs(codes.astype(np.int64)), axis=None)) or 1
    largest = int(np.abs(codes.astype(np.int64)).max(initial=0)) // step
    bits = next((bits for bits in sorted(LARGEST) if largest <= LARGEST[bits]), 8)
    return (bits, step) if bits < 8 else (8, 1)


def coarser(codes: Codes, bits: int) -> Codes:
    """The same weights in fewer bits: multiples of the number that leaves the least squared error.

    Parameters
    ----------
    codes : array, int8
        Their scales, biases and zero points stay as they are.
    bits : int
        4 or 2.

    Example
    -------
    >>> coarser(np.array([[100, 90, 3, -96]], np.int8), 2).tolist()
    [[95, 95, 0, -95]]
    """
    values, most = np.arange(-128, 128), LARGEST[bits]
    often = np.bincount(codes.reshape(-1).astype(np.int64) + 128, minlength=256)
    near = {step: np.clip(np.rint(values / step), -most, most) * step for step in range(1, 127 // most + 1)}
    best = min(near, key=lambda step: float((often * (near[step] - values) ** 2).sum()))
    return np.asarray(near[best][codes.astype(np.int64) + 128], np.int8)


def with_weights(model: onnx.ModelProto, codes: dict[str, Codes]) -> onnx.ModelProto:
    """The network with other codes for some weights."""
    arrays: dict[str, Array] = {**constants(model), **codes}
    return rebuilt(model, list(model.graph.node), arrays)


def _table(bits: int, step: int) -> Codes:
    """What each byte stands for, (256, values in a byte)."""
    each = 8 // bits
    parts = (np.arange(256)[:, None] >> (bits * np.arange(each))) & (2**bits - 1)
    return np.asarray(np.clip((parts - LARGEST[bits]) * step, -128, 127), np.int8)
