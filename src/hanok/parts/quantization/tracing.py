"""A model as a graph, in a form that can be quantised."""

from __future__ import annotations

import operator
from collections.abc import Callable

import torch
from torch import nn
from torch.fx import GraphModule, Node, symbolic_trace
from torch.nn import functional

PLAIN = {"attn_mask": None, "dropout_p": 0.0, "is_causal": False, "scale": None, "enable_gqa": False}


def trace(model: nn.Module) -> GraphModule:
    """The graph of a model, as it is in evaluation; dropout goes on following ``train`` and ``eval``.

    Parameters
    ----------
    model : Module
        Left in evaluation.

    Raises
    ------
    Exception
        Whatever the model raises when its inputs are no tensors.
    """
    traced = symbolic_trace(model.eval())
    for node in list(traced.graph.nodes):
        if node.target is functional.scaled_dot_product_attention and _plain(node):
            _replace(traced, node, _spelt_out)
        elif node.target is functional.dropout:
            _replace(traced, node, _dropout)
    traced.recompile()
    return traced


def _replace(traced: GraphModule, node: Node, write: Callable[[GraphModule, Node], Node]) -> None:
    with traced.graph.inserting_before(node):
        node.replace_all_uses_with(write(traced, node))
    traced.graph.erase_node(node)


def _dropout(traced: GraphModule, node: Node) -> Node:
    """As a module: a call would stay as it was when the model was traced."""
    p = node.args[1] if len(node.args) > 1 else node.kwargs.get("p", 0.5)
    traced.add_submodule(node.name, nn.Dropout(p))  # type: ignore[arg-type]
    return traced.graph.call_module(node.name, node.args[:1])


def _plain(node: Node) -> bool:
    """Whether attention has three inputs, by place, and no option that changes anything."""
    given = dict(zip(PLAIN, node.args[3:], strict=False)) | node.kwargs
    return len(node.args) >= 3 and all(name in PLAIN and given[name] == PLAIN[name] for name in given)


def _spelt_out(traced: GraphModule, node: Node) -> Node:
    """Attention as products and a softmax.

    Source
    ------
    Vaswani et al. 2017, "Attention is all you need", equation 1.
    """
    call, (query, key, value) = traced.graph.call_function, node.args[:3]
    turned = traced.graph.call_method("transpose", (key, -2, -1))
    width = traced.graph.call_method("size", (query, -1))
    scores = call(operator.mul, (call(operator.matmul, (query, turned)), call(operator.pow, (width, -0.5))))
    return call(operator.matmul, (call(torch.softmax, (scores, -1)), value))
