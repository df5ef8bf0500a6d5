"""Strides, axes and shapes of the operations of a traced model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn
from torch.fx import GraphModule, Node

from hanok.core.problem import Problem
from hanok.parts.quantization.facts import Fact, target

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One node, and what is known about it."""

    node: Node
    traced: GraphModule
    facts: Mapping[Node, Fact]

    @property
    def module(self) -> Any:
        """What a node of op "call_module" calls."""
        return self.traced.get_submodule(str(self.node.target))

    def argument(self, place: int, name: str, default: Any) -> Any:
        """Of a call, by place or name; of a module, its attribute."""
        if self.node.op == "call_module":
            return getattr(self.module, name, default)
        given = self.node.args
        found = given[place] if len(given) > place else self.node.kwargs.get(name, default)
        return self.facts[found].value if isinstance(found, Node) else found

    def rank(self, node: Any) -> int:
        """How many axes a result has."""
        return len(self.facts[node].shape)


def convolution(layer: nn.Module) -> Settings:
    """Strides, padding, dilation and groups of a layer."""
    assert isinstance(layer, nn.Conv1d | nn.Conv2d)
    if layer.padding_mode != "zeros":
        raise Problem("cannot_export", f"found padding with {layer.padding_mode}; expected zeros", "conv")
    padding: Any = layer.padding
    if isinstance(padding, str):
        sizes = zip(layer.kernel_size, layer.dilation, strict=True)
        padding = tuple(d * (k - 1) // 2 for k, d in sizes) if padding == "same" else (0,) * len(layer.kernel_size)
        if layer.padding == "same" and any(k % 2 == 0 for k in layer.kernel_size):
            raise Problem("cannot_export", "found 'same' padding of an even kernel; expected an odd one", "conv")
    return {
        "stride": layer.stride,
        "padding": padding,
        "dilation": layer.dilation,
        "groups": layer.groups,
    }


def _each(value: Any, axes: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (int(value),) * axes


def _max_pool(asked: Asked) -> Settings:
    return {**_pool(asked, 5), "dilation": _each(asked.argument(4, "dilation", 1), asked.rank(asked.node) - 2)}


def _mean_pool(asked: Asked) -> Settings:
    return {**_pool(asked, 4), "counts_padding": bool(asked.argument(5, "count_include_pad", True))}


def _pool(asked: Asked, ceil_place: int) -> Settings:
    axes = asked.rank(asked.node) - 2
    kernel, stride = asked.argument(1, "kernel_size", None), asked.argument(2, "stride", None)
    if asked.argument(ceil_place, "ceil_mode", False):
        raise Problem("cannot_export", "found ceil_mode; expected a pool that rounds down", asked.node.name)
    return {
        "kernel": _each(kernel, axes),
        "stride": _each(stride or kernel, axes),
        "padding": _each(asked.argument(3, "padding", 0), axes),
    }


def _adaptive(asked: Asked) -> Settings:
    """Nothing for a pool of everything; a kernel for one that has an even one."""
    before, after = (asked.facts[node].shape[2:] for node in (asked.node.all_input_nodes[0], asked.node))
    if all(size == 1 for size in after):
        return {}
    if any(a % b for a, b in zip(before, after, strict=True)):
        raise Problem("cannot_export", f"found a pool from {before} to {after}; expected a multiple", asked.node.name)
    kernel = tuple(a // b for a, b in zip(before, after, strict=True))
    return {"kernel": kernel, "stride": kernel, "padding": (0,) * len(kernel), "counts_padding": True}


def _axis(asked: Asked) -> Settings:
    return {"axis": asked.argument(1, "dim", -1) % asked.rank(asked.node)}


def _concat(asked: Asked) -> Settings:
    return {"axis": asked.argument(1, "dim", 0) % asked.rank(asked.node)}


def _mean(asked: Asked) -> Settings:
    rank = asked.rank(asked.node.args[0])
    axes = asked.argument(1, "dim", tuple(range(rank)))
    keepdims = bool(asked.argument(2, "keepdim", False))
    return {"axes": tuple(axis % rank for axis in _each(axes, 1)), "keepdims": keepdims}


def _transposed(asked: Asked) -> Settings:
    rank: int = asked.rank(asked.node)
    given: list[Any] = list(asked.node.args[1:])
    if asked.node.kwargs or not given:
        raise Problem("cannot_export", "found axes by name; expected them by place", asked.node.name)
    if "permute" in str(getattr(asked.node.target, "__name__", asked.node.target)):
        axes: Any = given[0] if isinstance(given[0], tuple | list) else given
        return {"axes": tuple(axis % rank for axis in axes)}
    one, other = (axis % rank for axis in given)
    order = list(range(rank))
    order[one], order[other] = other, one
    return {"axes": tuple(order)}


def _reshaped(asked: Asked) -> Settings:
    return {"shape": target(asked.facts[asked.node].shape, asked.node.name)}


def _slice(asked: Asked) -> Settings:
    given = asked.node.args[1]
    places = given if isinstance(given, tuple) else (given,)
    if any(not isinstance(place, int | slice) for place in places):
        raise Problem("cannot_export", f"found {places}; expected whole numbers and slices", asked.node.name)
    return {"places": places}


def _none(asked: Asked) -> Settings:
    return {}


SETTINGS: Mapping[str, Callable[[Asked], Settings]] = {
    "conv": lambda asked: convolution(asked.module),
    "batchnorm": lambda asked: {"epsilon": asked.module.eps},
    "layernorm": lambda asked: {"epsilon": asked.module.eps},
    "gelu": lambda asked: {"tanh": asked.argument(1, "approximate", "none") == "tanh"},
    "concat": _concat,
    "softmax": _axis,
    "mean": _mean,
    "maxpool": _max_pool,
    "avgpool": _mean_pool,
    "globalpool": _adaptive,
    "reshape": _reshaped,
    "transpose": _transposed,
    "slice": _slice,
    **dict.fromkeys(("linear", "embedding", "add", "sub", "mul", "div", "matmul"), _none),
    **dict.fromkeys(("relu", "relu6", "silu", "sigmoid", "tanh"), _none),
}
"""Of every operation that can be exported."""
