"""Operations that need not be done: on constants, on nothing, for nobody."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph.build import library

if TYPE_CHECKING:
    import onnx

Array = npt.NDArray[np.generic]


def operations(model: onnx.ModelProto) -> Counter[str]:
    """How often each kind of operation stands in the graph.

    Example
    -------
    >>> from hanok.parts.onnx_graph import Builder
    >>> graph = Builder({"x": ("float32", 2)})
    >>> operations(graph.model({graph.add("Relu", graph.add("Relu", "x"), name="y"): ("float32", 2)}))
    Counter({'Relu': 2})
    """
    return Counter(node.op_type for node in model.graph.node)


def multiplications(model: onnx.ModelProto) -> int:
    """Multiplications of one row with the matrices that are constants of the graph, or made of constants."""
    model = fold_constants(model)
    sizes = {name: array.size for name, array in constants(model).items() if array.ndim == 2}
    products = [node for node in model.graph.node if node.op_type in ("MatMul", "Gemm")]
    return sum(sizes.get(name, 0) for node in products for name in node.input[:2])


def constants(model: onnx.ModelProto) -> dict[str, Array]:
    """The constant arrays of a graph by name."""
    to_array = library().numpy_helper.to_array
    return {tensor.name: to_array(tensor) for tensor in model.graph.initializer}


def rebuilt(model: onnx.ModelProto, nodes: list[onnx.NodeProto], arrays: dict[str, Array]) -> onnx.ModelProto:
    """The model with other operations and constants; what nobody reads of these is left out."""
    new: onnx.ModelProto = library().ModelProto()
    new.CopyFrom(model)
    del new.graph.node[:]
    del new.graph.initializer[:]
    del new.graph.value_info[:]
    new.graph.node.extend(nodes)
    read = {name for node in nodes for name in node.input} | {value.name for value in model.graph.output}
    tensors = (
        library().numpy_helper.from_array(np.asarray(a, order="C"), name) for name, a in arrays.items() if name in read
    )
    new.graph.initializer.extend(tensors)
    return new


def remove_dead(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without operations whose results nobody reads."""
    wanted = {value.name for value in model.graph.output}
    alive = []
    for node in reversed(model.graph.node):
        if wanted & set(node.output):
            alive.append(node)
            wanted |= set(node.input)
    return rebuilt(model, alive[::-1], constants(model))


def fold_constants(model: onnx.ModelProto) -> onnx.ModelProto:
    """With the results of operations on constants in place of these operations."""
    arrays, nodes = constants(model), []
    for node in model.graph.node:
        if node.op_type == "Constant" or (node.input and all(name in arrays for name in node.input if name)):
            found = evaluated(model, node, arrays)
            arrays.update(zip(node.output, found, strict=True))
        else:
            nodes.append(node)
    return rebuilt(model, nodes, arrays)


def evaluated(model: onnx.ModelProto, node: onnx.NodeProto, arrays: dict[str, Array]) -> list[Array]:
    """The results of one operation on constants."""
    helper, reference = library().helper, library().reference
    inputs = {name: arrays[name] for name in node.input if name}
    kinds = {name: helper.np_dtype_to_tensor_dtype(array.dtype) for name, array in inputs.items()}
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info(name, kind, inputs[name].shape) for name, kind in kinds.items()],
        [helper.make_empty_tensor_value_info(name) for name in node.output],
    )
    one = helper.make_model(graph, opset_imports=list(model.opset_import), ir_version=model.ir_version)
    found: list[Array] = reference.ReferenceEvaluator(one).run(None, inputs)
    return found


def remove_identities(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without operations that hand on what they are given; results that leave the graph keep their names."""
    leaving = {value.name for value in model.graph.output}
    same: dict[str, str] = {}
    nodes = []
    for node in model.graph.node:
        copy = library().NodeProto()
        copy.CopyFrom(node)
        copy.input[:] = [same.get(name, name) for name in node.input]
        if node.op_type in ("Identity", "Dropout") and node.output[0] not in leaving:
            same[node.output[0]] = copy.input[0]
        else:
            nodes.append(copy)
    return rebuilt(model, nodes, constants(model))
