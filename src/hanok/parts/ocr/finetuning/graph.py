"""An ONNX graph as a torch module: its weights can be trained on and written back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from hanok.core.problem import Problem
from hanok.parts.ocr.finetuning.operators import OPERATORS, Attributes
from hanok.parts.onnx_graph.build import library

if TYPE_CHECKING:
    import onnx

Array = npt.NDArray[Any]

GELU = ("Div", "Erf", "Add", "Mul", "Mul")


class Node(NamedTuple):
    """An operation: its name, its inputs' names, its output's."""

    operation: str
    inputs: tuple[str, ...]
    output: str
    attributes: Attributes


class Graph(nn.Module):
    """Runs an ONNX graph of one input as onnxruntime does, and knows its gradients.

    Arrays of floats are parameters; single numbers and what normalisation learnt of averages stay as they are.

    Parameters
    ----------
    model : ModelProto
        Of operations that `OPERATORS` has.
    output : str
        The value that is asked for; what comes after it is left out.

    Raises
    ------
    Problem
        ``unknown_operation``.
    """

    def __init__(self, model: onnx.ModelProto, output: str) -> None:
        super().__init__()
        self._input, self._output = model.graph.input[0].name, output
        constants = {each.name: library().numpy_helper.to_array(each) for each in model.graph.initializer}
        self._nodes = _fused(_nodes(model, output), constants)
        averages = {name for node in self._nodes if node.operation == "BatchNormalization" for name in node.inputs[3:]}
        used = {name for node in self._nodes for name in node.inputs}
        self._names: list[str] = []
        self.weights = nn.ParameterList()
        self._fixed: dict[str, Tensor] = {}
        for name in filter(used.__contains__, constants):
            array = torch.from_numpy(constants[name].copy())
            if array.dtype == torch.float32 and array.numel() > 1 and name not in averages:
                self._names.append(name)
                self.weights.append(nn.Parameter(array))
            else:
                self._fixed[name] = array

    def forward(self, x: Tensor) -> Tensor:
        """The value that is asked for."""
        known: dict[str, Tensor] = {**self._fixed, **dict(zip(self._names, self.weights, strict=True)), self._input: x}
        for node in self._nodes:
            given = [known[name] for name in node.inputs]
            known[node.output] = OPERATORS[node.operation](given, node.attributes)
        return known[self._output]

    def write(self, model: onnx.ModelProto) -> None:
        """Put the weights as they are now into a model that has arrays of their names."""
        learnt = dict(zip(self._names, self.weights, strict=True))
        for tensor in model.graph.initializer:
            if tensor.name in learnt:
                array: Array = learnt[tensor.name].detach().numpy()
                tensor.CopyFrom(library().numpy_helper.from_array(array, tensor.name))


def _nodes(model: onnx.ModelProto, output: str) -> list[Node]:
    """The operations up to that which makes the output, in order."""
    found = []
    for node in model.graph.node:
        if node.op_type not in OPERATORS:
            known = ", ".join(sorted(OPERATORS))
            raise Problem("unknown_operation", f"found {node.op_type}; expected one of {known}", node.name)
        attributes = {each.name: library().helper.get_attribute_value(each) for each in node.attribute}
        found.append(Node(node.op_type, tuple(node.input), node.output[0], attributes))
        if node.output[0] == output:
            break
    return found


def _fused(nodes: list[Node], constants: Mapping[str, Array]) -> list[Node]:
    """With GELU, which is spelt out, as one operation: that takes a fifth less time."""
    found, place = list[Node](), 0
    while place < len(nodes):
        part = nodes[place : place + len(GELU)]
        if _is_gelu(part, constants):
            found.append(Node("Gelu", part[0].inputs[:1], part[-1].output, {}))
            place += len(GELU)
        else:
            found.append(nodes[place])
            place += 1
    return found


def _is_gelu(nodes: list[Node], constants: Mapping[str, Array]) -> bool:
    """Whether these are x / √2, erf, + 1, · x, / 2."""
    if tuple(node.operation for node in nodes) != GELU or nodes[3].inputs[0] != nodes[0].inputs[0]:
        return False
    values = [constants.get(nodes[place].inputs[1], np.empty(0)) for place in (0, 2, 4)]
    return all(value.size == 1 for value in values) and np.allclose(np.ravel(values), [2**0.5, 1, 0.5])
