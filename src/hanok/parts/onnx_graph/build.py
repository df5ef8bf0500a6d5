"""Writing an ONNX graph down, operation by operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Unavailable

if TYPE_CHECKING:
    import onnx

OPSET, IR = 18, 9
"""Versions that every onnxruntime of the last years reads."""
NEWER = {"int4": (21, 10), "int2": (25, 13)}
"""Versions that constants of some types need."""


def library() -> Any:
    """The package ``onnx``, which serving does not need.

    Raises
    ------
    Unavailable
        It is not installed.
    """
    try:
        import onnx
        import onnx.checker
        import onnx.helper
        import onnx.numpy_helper
        import onnx.reference
        import onnx.shape_inference
    except ModuleNotFoundError as error:
        raise Unavailable("missing_extra", "changing graphs needs onnx", hint="pip install 'hanok[train]'") from error
    return onnx


Width = int | tuple[int | None, ...] | None
"""Of one axis or several behind the batch; None among several: it varies."""


class Builder:
    """A graph in the making; every method that adds an operation returns the name of its result.

    Example
    -------
    >>> graph = Builder({"x": ("float32", 2)})
    >>> y = graph.add("MatMul", "x", graph.constant(np.eye(2, dtype=np.float32)))
    >>> model = graph.model({graph.add("Relu", y, name="y"): ("float32", 2)})
    >>> [node.op_type for node in model.graph.node]
    ['MatMul', 'Relu']
    """

    def __init__(self, inputs: Mapping[str, tuple[str, Width]]) -> None:
        """`inputs`: type and width by name; all have a batch axis before it, except those of width None (a list)."""
        self._onnx = library()
        self._inputs = [self._value(name, *what) for name, what in inputs.items()]
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._functions: list[onnx.FunctionProto] = []
        self._versions = OPSET, IR

    def constant(self, value: npt.ArrayLike, name: str = "") -> str:
        """A constant array."""
        name = name or f"constant{len(self._constants)}"
        array = np.asarray(value, order="C")
        self._versions = max(self._versions, NEWER.get(array.dtype.name, self._versions))
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def add(self, operation: str, *inputs: str, name: str = "", outputs: Sequence[str] = (), **attributes: Any) -> str:
        """An operation with one result, or with those named in `outputs`."""
        made = list(outputs) or [name or f"{operation.lower()}{len(self._nodes)}"]
        self._nodes.append(self._onnx.helper.make_node(operation, list(inputs), made, **attributes))
        return made[0]

    def graph(self, outputs: Mapping[str, tuple[str, Width]]) -> onnx.GraphProto:
        """The finished graph; `outputs` as the inputs, width None standing for one that varies."""
        results = [self._value(name, kind, "k" if width is None else width) for name, (kind, width) in outputs.items()]
        graph: onnx.GraphProto = self._onnx.helper.make_graph(
            self._nodes, "graph", self._inputs, results, self._constants
        )
        return graph

    def define(self, domain: str, name: str, body: Builder, outputs: Sequence[str]) -> None:
        """Make another graph an operation of this one, constants and all; its inputs are those of the graph."""
        constants = []
        for tensor in body._constants:
            constants.append(self._onnx.helper.make_node("Constant", [], [tensor.name], value=tensor))
            constants[-1].attribute[0].t.ClearField("name")
        inputs, nodes = [value.name for value in body._inputs], [*constants, *body._nodes]
        self._functions.append(self._onnx.helper.make_function(domain, name, inputs, list(outputs), nodes, []))
        self._versions = max(self._versions, body._versions)

    def model(self, outputs: Mapping[str, tuple[str, Width]]) -> onnx.ModelProto:
        """The finished graph, checked; `outputs` as for `graph`."""
        opset, ir = self._versions
        nodes = [*self._nodes, *(node for function in self._functions for node in function.node)]
        versions = {"": opset, **{node.domain: 1 for node in nodes if node.domain}}
        opsets = [self._onnx.helper.make_opsetid(domain, version) for domain, version in versions.items()]
        for function in self._functions:
            function.opset_import.extend(opsets)
        model: onnx.ModelProto = self._onnx.helper.make_model(
            self.graph(outputs), opset_imports=opsets, ir_version=ir, functions=self._functions
        )
        self._onnx.checker.check_model(model)
        return model

    def _value(self, name: str, kind: str, width: Width | str) -> onnx.ValueInfoProto:
        type_ = self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(kind))
        widths = width if isinstance(width, tuple) else (width,)
        shape: list[int | str | None] = [1] if width is None else ["n", *widths]
        value: onnx.ValueInfoProto = self._onnx.helper.make_tensor_value_info(name, type_, shape)
        return value
