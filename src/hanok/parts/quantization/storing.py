"""Weights in an ONNX file, in as few bits as hold them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph import Builder
from hanok.parts.onnx_graph.build import library
from hanok.parts.quantization.program import Step

Codes = npt.NDArray[np.int8]
COST = 200
"""About as many bytes does it take in a file to say how codes are widened."""


def in_few_bits(codes: Codes) -> tuple[npt.NDArray[np.generic], int]:
    """Codes in 2, 4 or 8 bits, and what to multiply them by.

    Nothing is lost: codes of few bits that were stretched over the byte have a common divisor.

    Parameters
    ----------
    codes : array, int8
        -127 to 127.

    Returns
    -------
    array of the same shape, int
        Of ONNX's types INT2, INT4 or INT8; the last where fewer bits would not make the file smaller.
    int

    Example
    -------
    >>> few, unit = in_few_bits(np.tile(np.array([-126, 18, 0], np.int8), 200))
    >>> few.dtype.name, few[:3].astype(int).tolist(), unit
    ('int4', [-7, 1, 0], 18)
    """
    unit = int(np.gcd.reduce(codes, axis=None, dtype=np.int64)) or 1
    few = codes // np.int8(unit)
    reach = int(np.abs(few).max(initial=0))
    bits = next((bits for bits in (2, 4) if reach < 2 ** (bits - 1)), 8)
    if codes.size * (8 - bits) < COST * 8:
        return codes, 1
    onnx = library()
    return few.astype(onnx.helper.tensor_dtype_to_np_dtype(onnx.TensorProto.DataType.Value(f"INT{bits}"))), unit


def stored(graph: Builder, codes: Codes, name: str) -> str:
    """Add codes as int8; where they are stored in fewer bits, onnxruntime widens them once, while it loads the file."""
    few, unit = in_few_bits(codes)
    name = graph.constant(few, name)
    if few.dtype == np.int8:
        return name
    types = library().TensorProto
    wide = graph.add("Mul", graph.add("Cast", name, to=types.INT32), graph.constant(np.int32(unit)))
    return graph.add("Cast", wide, to=types.INT8)


def decoded(graph: Builder, step: Step, *, turned: bool = False) -> str:
    """Add the weights of a layer as floats, (out, ...) or, `turned`, (in, out): computed while the file is loaded."""
    weights = step.arrays["weight"]
    if not step.whole:
        return graph.constant(weights.T if turned else weights)
    few, unit = in_few_bits(weights)
    scale = (step.arrays["weight_scale"] * np.float32(unit)).reshape(-1, *[1] * (weights.ndim - 1))
    codes, scale = (few.T, scale.T) if turned else (few, scale)
    floats = graph.add("Cast", graph.constant(codes, f"{step.output}_weight"), to=library().TensorProto.FLOAT)
    return graph.add("Mul", floats, graph.constant(scale))
