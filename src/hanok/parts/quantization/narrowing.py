"""Weights of few bits that take few bits in the ONNX file: several to a byte, unpacked while the file is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph.build import library
from hanok.parts.onnx_graph.tidy import Array, constants, evaluated, rebuilt
from hanok.parts.quantization.branches import NET
from hanok.parts.quantization.packing import pack_codes

if TYPE_CHECKING:
    import onnx

Codes = npt.NDArray[np.int8]

LARGEST = {4: 7, 2: 1}
"""Of the codes that fit, by bits; the smallest is its negative."""
OVERHEAD = {8: 0, 4: 1024, 2: 2048}
"""Bytes that unpacking takes in the file, by bits: mostly the table, which weights may share."""
FEW = ("int2", "int4")
"""ONNX's types of few bits, as NumPy calls them."""
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
    before it chooses kernels. ONNX's own types of few bits (`storing`) need opset 21 and 25; a file from elsewhere has
    an opset of its own.
    """
    given, arrays = _network(model)
    nodes: list[onnx.NodeProto] = []
    for number, (name, codes) in enumerate(weights(model).items()):
        bits, step = width(codes)
        if codes.size * (8 - bits) // 8 > OVERHEAD[bits]:
            del arrays[name]
            nodes += _unpacking(f"{PACKED}{number}", name, codes, bits, step, arrays)
    return _with_network(model, [*nodes, *given], arrays) if nodes else model


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
    """The mirror of `narrowed`, and of how hanok stores weights itself: a byte for each."""
    given, arrays = _network(model)
    nodes = []
    few = {name for name, one in arrays.items() if one.dtype.name in FEW or name.startswith(PACKED)}
    for node in given:
        if few.intersection(node.input) and all(name in arrays for name in node.input):
            [found] = evaluated(model, node, arrays)
            arrays[node.output[0]] = found
            if found.dtype != np.int8:  # on the way
                few.add(node.output[0])
        else:
            nodes.append(node)
    return _with_network(model, nodes, arrays)


def weights(model: onnx.ModelProto) -> dict[str, Codes]:
    """Whole-number weights of a quantised network by name."""
    _, found = _network(model)
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
    nodes, arrays = _network(model)
    return _with_network(model, nodes, {**arrays, **codes})


def _network(model: onnx.ModelProto) -> tuple[list[onnx.NodeProto], dict[str, Array]]:
    """Operations and constants of the graph, or of the function that branches call."""
    for function in model.functions:
        if function.name == NET:
            fixed = [node for node in function.node if node.op_type == "Constant"]
            to_array = library().numpy_helper.to_array
            arrays = {node.output[0]: to_array(node.attribute[0].t) for node in fixed}
            return [node for node in function.node if node.op_type != "Constant"], arrays
    return list(model.graph.node), constants(model)


def _with_network(model: onnx.ModelProto, nodes: list[onnx.NodeProto], arrays: dict[str, Array]) -> onnx.ModelProto:
    """The model with these; what nobody reads of the constants is left out."""
    if all(function.name != NET for function in model.functions):
        return rebuilt(model, nodes, arrays)
    new: onnx.ModelProto = library().ModelProto()
    new.CopyFrom(model)
    function = next(function for function in new.functions if function.name == NET)
    read = {name for node in nodes for name in node.input}
    make, tensor = library().helper.make_node, library().numpy_helper.from_array
    fixed = [make("Constant", [], [name], value=tensor(a)) for name, a in arrays.items() if name in read]
    del function.node[:]
    function.node.extend([*fixed, *nodes])
    return new


def _table(bits: int, step: int) -> Codes:
    """What each byte stands for, (256, values in a byte)."""
    each = 8 // bits
    parts = (np.arange(256)[:, None] >> (bits * np.arange(each))) & (2**bits - 1)
    return np.asarray(np.clip((parts - LARGEST[bits]) * step, -128, 127), np.int8)
