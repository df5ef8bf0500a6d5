"""An ONNX network of floats in 8 bits, by onnxruntime's own static quantiser. Needs onnx."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.onnx_graph.build import library
from hanok.parts.quantization.program import Array

if TYPE_CHECKING:
    import onnx

AT_ONCE = 64
"""Inputs of one batch where any number may be given."""


def static(model: onnx.ModelProto, inputs: Sequence[Array], batch: int = 0) -> bytes:
    """The file in whole numbers: rounding between operations, which onnxruntime fuses.

    Parameters
    ----------
    model : onnx.ModelProto
        Of floats, `slimmed`.
    inputs : sequence of array (n, ...)
        A few hundred of each input, in the model's order: ranges are found with them.
    batch : int
        How many the model wants at once; 0: any number.

    Returns
    -------
    bytes
        Weights are signed with a scale for each channel, activations unsigned between their extremes.

    Raises
    ------
    Problem
        ``cannot_quantise``: what the quantiser says.
    """
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static  # type: ignore[import-untyped]

    constant = {tensor.name for tensor in model.graph.initializer}
    names = [one.name for one in model.graph.input if one.name not in constant]
    size, count = batch or AT_ONCE, len(inputs[0])
    starts = range(0, count - count % batch if batch and count > batch else count, size)

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """Hands batches out, one at a time."""

        def __init__(self) -> None:
            self.rest = iter(starts)

        def get_next(self) -> dict[str, Array] | None:
            """The next batch; None at the end."""
            at = next(self.rest, None)
            if at is None:
                return None
            parts = [one[at : at + size] for one in inputs]
            filled = [np.resize(part, (size, *part.shape[1:])) if batch else part for part in parts]
            return dict(zip(names, filled, strict=True))

    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder) / "float.onnx", Path(folder) / "whole.onnx"
        before.write_bytes(_prepared(model))
        try:
            quantize_static(
                str(before),
                str(after),
                Reader(),
                quant_format=QuantFormat.QDQ,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
            )
        except Exception as error:  # the quantiser raises classes of its own
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise Problem("cannot_quantise", f"onnxruntime's quantiser: {reason}", "model") from error
        return after.read_bytes()


def _prepared(model: onnx.ModelProto) -> bytes:
    """With the mark by which the quantiser knows that batch normalisation is folded, and gives no advice."""
    marked = library().ModelProto()
    marked.CopyFrom(model)
    marked.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    content: bytes = marked.SerializeToString()
    return content
