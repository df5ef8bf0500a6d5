"""An ONNX network with fewer operations and the same answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hanok.core.problem import Problem
from hanok.parts.onnx_graph import fold_constants, operations, remove_dead, remove_identities
from hanok.parts.onnx_graph.build import library
from hanok.parts.onnx_graph.tidy import constants, rebuilt
from hanok.parts.quantization.program import Array

if TYPE_CHECKING:
    import onnx

FOLDED_INTO = ("Conv", "Gemm")


@dataclass(frozen=True)
class Slimmed:
    """A network made smaller.

    Parameters
    ----------
    model : onnx.ModelProto
    before, after : Counter of str
        Operations by kind.
    """

    model: onnx.ModelProto
    before: Counter[str]
    after: Counter[str]

    def table(self) -> list[tuple[str, int, int]]:
        """Each kind of operation, how many there were, and how many there are; the last row is all of them."""
        rows = [(kind, self.before[kind], self.after[kind]) for kind in sorted(self.before | self.after)]
        return [*rows, ("all", self.before.total(), self.after.total())]


def slimmed(model: onnx.ModelProto, outputs: Sequence[str] | None = None) -> Slimmed:
    """Remove operations of an ONNX network that need not be done.

    Batch normalisation becomes part of the convolution or Gemm before it, operations on constants become constants, and
    what hands on its input (Identity, Dropout) or is read by nobody goes.

    Parameters
    ----------
    model : onnx.ModelProto
        Of floats; what is not understood stays.
    outputs : sequence of str, optional
        The outputs that are still wanted; all if not given.

    Returns
    -------
    Slimmed
        Answers differ by rounding only.

    Raises
    ------
    Problem
        ``no_such_output``.

    Example
    -------
    >>> import numpy as np
    >>> from hanok.parts.onnx_graph import Builder
    >>> graph = Builder({"x": ("float32", (1, 4, 4))})
    >>> y = graph.add("Conv", "x", graph.constant(np.ones((2, 1, 3, 3), np.float32)))
    >>> y = graph.add("BatchNormalization", y, *(graph.constant(np.ones(2, np.float32)) for _ in range(4)))
    >>> y = graph.add("Relu", graph.add("Identity", y), name="y")
    >>> slimmed(graph.model({y: ("float32", (2, 2, 2))})).table()
    [('BatchNormalization', 1, 0), ('Conv', 1, 1), ('Identity', 1, 0), ('Relu', 1, 1), ('all', 4, 2)]

    Source
    ------
    Jacob et al. 2018, section 3.2, for batch normalisation.
    """
    before = operations(model)
    model = remove_dead(fold_normalisation(remove_identities(fold_constants(_only(model, outputs)))))
    library().checker.check_model(model)
    return Slimmed(model, before, operations(model))


def _only(model: onnx.ModelProto, outputs: Sequence[str] | None) -> onnx.ModelProto:
    found = {value.name: value for value in model.graph.output}
    missing = [name for name in outputs or () if name not in found]
    if missing or outputs == []:
        raise Problem("no_such_output", f"found outputs {', '.join(found)}; expected {missing or 'at least one'}")
    kept: onnx.ModelProto = library().ModelProto()
    kept.CopyFrom(model)
    if outputs is not None:
        del kept.graph.output[:]
        kept.graph.output.extend(found[name] for name in outputs)
    return kept


def fold_normalisation(model: onnx.ModelProto) -> onnx.ModelProto:
    """With batch normalisation in the weights of the convolution or Gemm that alone it follows."""
    arrays, readers = constants(model), Counter(name for node in model.graph.node for name in node.input)
    readers.update(value.name for value in model.graph.output)
    made = {name: node for node in model.graph.node for name in node.output}
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        layer = made.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if layer is not None and layer in nodes and readers[layer.output[0]] == 1 and _constant(layer, node, arrays):
            nodes[nodes.index(layer)] = _folded(layer, node, arrays)
            made[node.output[0]] = nodes[-1]
        else:
            nodes.append(node)
    return rebuilt(model, nodes, arrays)


def _constant(layer: onnx.NodeProto, norm: onnx.NodeProto, arrays: Mapping[str, Array]) -> bool:
    """Whether a layer's weights and all that a normalisation has learnt are known, and nothing else is in the way."""
    known = all(name in arrays for name in [*layer.input[1:], *norm.input[1:]] if name)
    plain = layer.op_type == "Conv" or not {"alpha", "beta", "transA"} & {a.name for a in layer.attribute}
    return layer.op_type in FOLDED_INTO and known and plain


def _folded(layer: onnx.NodeProto, norm: onnx.NodeProto, arrays: dict[str, Array]) -> onnx.NodeProto:
    """A layer that normalises; its new weights are added to `arrays`."""
    settings = {a.name: library().helper.get_attribute_value(a) for a in norm.attribute}
    weight, offset, mean, variance = (arrays[name].astype(np.float64) for name in norm.input[1:])
    factor = weight / np.sqrt(variance + settings.get("epsilon", 1e-5))
    kernel = arrays[layer.input[1]]
    columns = layer.op_type == "Gemm" and not any(a.name == "transB" and a.i for a in layer.attribute)
    each = [1, -1] if columns else [-1] + [1] * (kernel.ndim - 1)
    bias = arrays[layer.input[2]] if len(layer.input) > 2 and layer.input[2] else np.zeros(1)
    names = [f"{norm.output[0]}.weight", f"{norm.output[0]}.bias"]
    arrays[names[0]] = (kernel * factor.reshape(each)).astype(np.float32)
    arrays[names[1]] = ((bias.reshape(-1) - mean) * factor + offset).astype(np.float32)
    found: onnx.NodeProto = library().NodeProto()
    found.CopyFrom(layer)
    found.input[:] = [layer.input[0], *names]
    found.output[:] = norm.output[:1]
    return found
