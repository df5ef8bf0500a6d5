"""One graph for several groups of inputs: a function that each group calls from a branch of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from hanok.parts.onnx_graph import Builder
from hanok.parts.onnx_graph.build import library

if TYPE_CHECKING:
    import onnx

DOMAIN, NET, BIAS = "hanok", "Net", "Bias"
"""Functions of a file: the network, and biases in the units of a group."""
GROUP = "cluster"
"""The input that says which ranges a batch has, where there are several."""


def branched(
    body: Builder, inputs: Mapping[str, Any], outputs: Mapping[str, tuple[str, Any]], groups: int
) -> onnx.ModelProto:
    """A graph that runs `body` with one of several ranges.

    The file holds the network once. In each branch the group is a constant, so while the file is loaded everything that
    depends on it becomes constant, too, and each branch runs as fast as a graph for all inputs alike.

    Parameters
    ----------
    body : Builder
        The network, with a scalar input `GROUP` after those of the program.
    inputs, outputs : mapping
        As `Builder` takes them.
    groups : int
        How many.

    Returns
    -------
    onnx.ModelProto
        With an input `GROUP`, int64 (1,).
    """
    graph = Builder({**inputs, GROUP: ("int64", None)})
    graph.define(DOMAIN, NET, body, list(outputs))
    _define_bias(graph)
    _choose(graph, inputs, outputs, range(groups), "")
    return graph.model(outputs)


def _choose(
    graph: Builder, inputs: Mapping[str, Any], outputs: Mapping[str, tuple[str, Any]], groups: range, mark: str
) -> None:
    """Add the group among these that is asked for: halves until one is left."""
    made = [f"{name}{mark}" for name in outputs]
    middle = len(groups) // 2
    if not middle:
        group = graph.constant(np.int64(groups[0]), f"group{mark}")
        graph.add(NET, *inputs, group, outputs=made, domain=DOMAIN)
        return
    branches = {}
    for branch, half in (("then_branch", groups[:middle]), ("else_branch", groups[middle:])):
        part, further = Builder({}), f"{mark}_{half[0]}_{half[-1]}"
        _choose(part, inputs, outputs, half, further)
        branches[branch] = part.graph({f"{name}{further}": what for name, what in outputs.items()})
    first = graph.constant(np.array([groups[middle]]), f"first{mark}")
    graph.add("If", graph.add("Less", GROUP, first, name=f"less{mark}"), outputs=made, **branches)


def _define_bias(graph: Builder) -> None:
    """What `bias_codes` does."""
    body = Builder({"bias": ("float32", 0), "scale": ("float32", None), "weight_scale": ("float32", 0)})
    units = body.add("Round", body.add("Div", "bias", body.add("Mul", "scale", "weight_scale")))
    graph.define(DOMAIN, BIAS, body, [body.add("Cast", units, to=library().TensorProto.INT32)])


def exposed(model: onnx.ModelProto, names: Sequence[str]) -> onnx.ModelProto:
    """A copy whose outputs are followed by further results, uint8."""
    copy: onnx.ModelProto = library().ModelProto()
    copy.CopyFrom(model)
    for function in copy.functions:
        if function.name == NET:
            function.output.extend(names)
    _expose(copy.graph, names, bool(copy.functions), "")
    return copy


def _expose(graph: onnx.GraphProto, names: Sequence[str], inside: bool, mark: str) -> None:
    onnx = library()
    made = [f"{name}{mark}" for name in names]
    graph.output.extend(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.UINT8, None) for name in made)
    if inside:  # the last operation is the choice, or the network
        graph.node[-1].output.extend(made)
        for attribute in graph.node[-1].attribute:
            _expose(attribute.g, names, inside, f"{mark}_{attribute.name}")
