"""Attention in one call, spelt out so that its products can be quantised."""

from __future__ import annotations

import operator

import torch
from torch.fx import GraphModule, Node
from torch.nn import functional

PLAIN = {"attn_mask": None, "dropout_p": 0.0, "is_causal": False, "scale": None, "enable_gqa": False}


def spell_out(traced: GraphModule) -> None:
    """Replace scaled_dot_product_attention without masks by products and a softmax, in place.

    Source
    ------
    Vaswani et al. 2017, "Attention is all you need", equation 1.
    """
    for node in list(traced.graph.nodes):
        if node.target is functional.scaled_dot_product_attention and _plain(node):
            with traced.graph.inserting_before(node):
                node.replace_all_uses_with(_written(traced, *node.args[:3]))
            traced.graph.erase_node(node)
    traced.recompile()


def _plain(node: Node) -> bool:
    """Whether it has three inputs, by place, and no option that changes anything."""
    given = dict(zip(PLAIN, node.args[3:], strict=False)) | node.kwargs
    return len(node.args) >= 3 and all(name in PLAIN and given[name] == PLAIN[name] for name in given)


def _written(traced: GraphModule, query: Node, key: Node, value: Node) -> Node:
    call = traced.graph.call_function
    turned = traced.graph.call_method("transpose", (key, -2, -1))
    width = traced.graph.call_method("size", (query, -1))
    scores = call(operator.mul, (call(operator.matmul, (query, turned)), call(operator.pow, (width, -0.5))))
    return call(operator.matmul, (call(torch.softmax, (scores, -1)), value))
