"""What the operations of a traced model are."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.fx import GraphModule, Node
from torch.nn import functional

from hanok.parts.quantization.quantizer import Quantizer

MODULES: Mapping[type[nn.Module], str] = {
    nn.Conv1d: "conv",
    nn.Conv2d: "conv",
    nn.Linear: "linear",
    nn.Embedding: "embedding",
    nn.BatchNorm1d: "batchnorm",
    nn.BatchNorm2d: "batchnorm",
    nn.LayerNorm: "layernorm",
    nn.ReLU: "relu",
    nn.ReLU6: "relu6",
    nn.GELU: "gelu",
    nn.SiLU: "silu",
    nn.Sigmoid: "sigmoid",
    nn.Tanh: "tanh",
    nn.Softmax: "softmax",
    nn.MaxPool1d: "maxpool",
    nn.MaxPool2d: "maxpool",
    nn.AvgPool1d: "avgpool",
    nn.AvgPool2d: "avgpool",
    nn.AdaptiveAvgPool1d: "globalpool",
    nn.AdaptiveAvgPool2d: "globalpool",
    nn.Flatten: "reshape",
    nn.Identity: "same",
    nn.Dropout: "same",
    nn.Dropout1d: "same",
    nn.Dropout2d: "same",
    Quantizer: "quantize",
}
FUNCTIONS: Mapping[Any, str] = {
    operator.add: "add",
    operator.iadd: "add",
    torch.add: "add",
    operator.sub: "sub",
    torch.sub: "sub",
    operator.mul: "mul",
    torch.mul: "mul",
    operator.truediv: "div",
    torch.div: "div",
    operator.matmul: "matmul",
    torch.matmul: "matmul",
    torch.bmm: "matmul",
    torch.cat: "concat",
    torch.concat: "concat",
    torch.relu: "relu",
    functional.relu: "relu",
    functional.relu6: "relu6",
    functional.gelu: "gelu",
    functional.silu: "silu",
    functional.sigmoid: "sigmoid",
    torch.sigmoid: "sigmoid",
    torch.tanh: "tanh",
    functional.softmax: "softmax",
    torch.softmax: "softmax",
    functional.max_pool2d: "maxpool",
    functional.avg_pool2d: "avgpool",
    functional.adaptive_avg_pool2d: "globalpool",
    torch.mean: "mean",
    torch.flatten: "reshape",
    torch.reshape: "reshape",
    torch.squeeze: "reshape",
    torch.unsqueeze: "reshape",
    torch.transpose: "transpose",
    torch.permute: "transpose",
    getattr: "number",
    operator.getitem: "slice",
    operator.floordiv: "number",
}
METHODS: Mapping[str, str] = {
    "add": "add",
    "add_": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "matmul": "matmul",
    "bmm": "matmul",
    "relu": "relu",
    "relu_": "relu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "softmax": "softmax",
    "mean": "mean",
    "flatten": "reshape",
    "reshape": "reshape",
    "view": "reshape",
    "squeeze": "reshape",
    "unsqueeze": "reshape",
    "transpose": "transpose",
    "permute": "transpose",
    "contiguous": "same",
    "size": "number",
    "dim": "number",
}
LAYER_KINDS = frozenset({"conv", "linear", "embedding"})
MULTIPLIED = frozenset({"conv", "linear", "matmul"})
"""Read inputs of few bits."""
STORED = frozenset({"add", "concat", "globalpool", "avgpool"})
"""Done with whole numbers where their result is read by something that is."""
MOVED = frozenset({"maxpool", "reshape", "transpose", "same", "slice"})
"""Hand values on as they are: rounded before is rounded behind."""
RELUS = frozenset({"relu", "relu6"})
"""Are part of the rounding behind them: its range ends where they do."""
POSITIVE = frozenset({"relu", "relu6", "sigmoid", "softmax"})


Words = Mapping[Node, str]
"""What each node does; "" for what is unknown here."""


def words(traced: GraphModule) -> Words:
    """What each node of a graph does.

    Arithmetic of sizes is "number", and so is what is taken out of a size.
    """
    modules, found = dict(traced.named_modules()), dict[Node, str]()
    for node in traced.graph.nodes:
        given = [one for one in node.all_input_nodes if one.op != "get_attr"]
        if node.op == "call_module":
            module = modules[str(node.target)]
            found[node] = next((word for type_, word in MODULES.items() if isinstance(module, type_)), "")
        elif node.op not in ("call_method", "call_function"):
            found[node] = node.op
        elif given and all(found[one] == "number" for one in given):
            found[node] = "number"
        else:
            known: Mapping[Any, str] = METHODS if node.op == "call_method" else FUNCTIONS
            unusual = not node.args or {"alpha", "other"} & set(node.kwargs)
            found[node] = "" if unusual else known.get(node.target, "")
        if found[node] == "mean" and _places(node) in ((2, 3), (-2, -1), (-1, -2), (3, 2)):
            found[node] = "globalpool"
    return found


def _places(node: Node) -> Any:
    axes = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim")
    return tuple(axes) if isinstance(axes, tuple | list) else axes


def nonnegative(node: Node, kinds: Words) -> bool:
    """Whether no value can be below 0."""
    word = kinds[node]
    if word in POSITIVE:
        return True
    given = operands(node, kinds)
    passes = word in STORED or word in MOVED
    return passes and bool(given) and all(nonnegative(one, kinds) for one in given)


def through(node: Node, kinds: Words) -> Node:
    """The node whose values these are, wherever they were moved since."""
    while kinds[node] in MOVED and isinstance(node.args[0], Node):
        node = node.args[0]
    return node


def operands(node: Node, kinds: Words) -> list[Node]:
    """Activations that a node works on, without numbers and constants."""
    return [one for one in node.all_input_nodes if one.op != "get_attr" and kinds[one] != "number"]


def alone(node: Node) -> Node | None:
    """The only node that reads this one, if it is one."""
    return next(iter(node.users)) if len(node.users) == 1 else None


def belonging(node: Node, kinds: Words) -> list[Node]:
    """A layer or sum, and the batch normalisation and the ReLU behind it that belong to it."""
    found = [node]
    for wanted in [{"batchnorm"}, RELUS] if kinds[node] in ("conv", "linear") else [RELUS]:
        after = alone(found[-1])
        if after is not None and kinds[after] in wanted:
            found.append(after)
    return found
