"""Float operations, and those that move codes, as ONNX writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hanok.parts.onnx_graph import Builder
from hanok.parts.quantization.program import Step
from hanok.parts.quantization.storing import decoded, stored

Emit = Callable[[Builder, Step, list[str], str], str]

DIRECT: Mapping[str, str] = {
    "relu": "Relu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "add": "Add",
    "sub": "Sub",
    "mul": "Mul",
    "div": "Div",
    "matmul": "MatMul",
    "globalpool": "GlobalAveragePool",
}


def emit(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    """Add a step that works on floats, or moves values of any type; gives the name of its result."""
    if step.op in DIRECT:
        return graph.add(DIRECT[step.op], *inputs, name=output)
    return OTHERS[step.op](graph, step, inputs, output)


def _number(graph: Builder, value: float) -> str:
    return graph.constant(np.float32(value))


def _whole(graph: Builder, *values: int) -> str:
    return graph.constant(np.array(values, np.int64))


def _relu6(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Clip", *inputs, _number(graph, 0), _number(graph, 6), name=output)


def _gelu(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    x = inputs[0]
    if step.attributes["tanh"]:
        cube = graph.add("Mul", graph.add("Mul", graph.add("Mul", x, x), x), _number(graph, 0.044715))
        inner = graph.add("Tanh", graph.add("Mul", graph.add("Add", x, cube), _number(graph, (2 / np.pi) ** 0.5)))
    else:
        inner = graph.add("Erf", graph.add("Div", x, _number(graph, 2**0.5)))
    twice = graph.add("Mul", x, graph.add("Add", inner, _number(graph, 1)))
    return graph.add("Mul", twice, _number(graph, 0.5), name=output)


def _silu(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Mul", inputs[0], graph.add("Sigmoid", *inputs), name=output)


def _softmax(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Softmax", *inputs, name=output, axis=step.attributes["axis"])


def _concat(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Concat", *inputs, name=output, axis=step.attributes["axis"])


def _mean(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    axes, keep = _whole(graph, *step.attributes["axes"]), int(step.attributes["keepdims"])
    return graph.add("ReduceMean", *inputs, axes, name=output, keepdims=keep)


def _reshape(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Reshape", *inputs, _whole(graph, *step.attributes["shape"]), name=output)


def _transpose(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("Transpose", *inputs, name=output, perm=step.attributes["axes"])


def _slice(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    """Slices first, then single places, from the last axis on: earlier axes stay where they are."""
    name, places = inputs[0], list(enumerate(step.attributes["places"]))
    for axis, place in reversed(places):
        if isinstance(place, int):
            name = graph.add("Gather", name, graph.constant(np.int64(place)), axis=axis)
        elif place != slice(None):
            first, last, stride = place.start or 0, place.stop, place.step or 1
            end = np.iinfo(np.int64).max if last is None else last
            name = graph.add("Slice", name, *(_whole(graph, n) for n in (first, end, axis, stride)))
    return graph.add("Identity", name, name=output)


def _windows(step: Step) -> dict[str, Any]:
    settings = step.attributes
    return {
        "kernel_shape": settings["kernel"],
        "strides": settings["stride"],
        "pads": [*settings["padding"]] * 2,
    }


def _maxpool(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    return graph.add("MaxPool", *inputs, name=output, **_windows(step), dilations=step.attributes["dilation"])


def _avgpool(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    counts = int(step.attributes["counts_padding"])
    return graph.add("AveragePool", *inputs, name=output, **_windows(step), count_include_pad=counts)


def _layernorm(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    weight, bias = (graph.constant(step.arrays[name]) for name in ("weight", "bias"))
    settings = {"axis": -step.arrays["weight"].ndim, "epsilon": step.attributes["epsilon"]}
    return graph.add("LayerNormalization", *inputs, weight, bias, name=output, **settings)


def _batchnorm(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    learnt = (graph.constant(step.arrays[name]) for name in ("weight", "bias", "mean", "variance"))
    return graph.add("BatchNormalization", *inputs, *learnt, name=output, epsilon=step.attributes["epsilon"])


def _conv(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    settings = step.attributes
    return graph.add(
        "Conv",
        *inputs,
        decoded(graph, step),
        *_bias(graph, step),
        name=output,
        strides=settings["stride"],
        pads=[*settings["padding"]] * 2,
        dilations=settings["dilation"],
        group=settings["groups"],
    )


def _linear(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    weights, bias = decoded(graph, step, turned=True), _bias(graph, step)
    if not bias:
        return graph.add("MatMul", *inputs, weights, name=output)
    return graph.add("Add", graph.add("MatMul", *inputs, weights), *bias, name=output)


def _bias(graph: Builder, step: Step) -> list[str]:
    bias = step.arrays.get("bias")
    return [] if bias is None or not bias.any() else [graph.constant(bias.astype(np.float32))]


def _embedding(graph: Builder, step: Step, inputs: list[str], output: str) -> str:
    """Rows of codes, and their scales."""
    if not step.whole:
        return graph.add("Gather", graph.constant(step.arrays["weight"]), *inputs, name=output)
    weights = stored(graph, step.arrays["weight"], f"{step.output}_weight")
    codes = graph.add("Cast", graph.add("Gather", weights, *inputs), to=1)
    scale = graph.add("Gather", graph.constant(step.arrays["weight_scale"][:, None]), *inputs)
    return graph.add("Mul", codes, scale, name=output)


OTHERS: Mapping[str, Emit] = {
    "relu6": _relu6,
    "gelu": _gelu,
    "silu": _silu,
    "softmax": _softmax,
    "concat": _concat,
    "mean": _mean,
    "reshape": _reshape,
    "transpose": _transpose,
    "slice": _slice,
    "maxpool": _maxpool,
    "avgpool": _avgpool,
    "layernorm": _layernorm,
    "batchnorm": _batchnorm,
    "conv": _conv,
    "linear": _linear,
    "embedding": _embedding,
}
