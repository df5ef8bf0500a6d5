"""Graph transformer network, fast: it learns which kinds of edges to walk, one after the other."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from hanok.parts.graph.gcn import empty_layer
from hanok.parts.graph.messages import Messages
from hanok.parts.graph.spmm import spmm

KEPT = 0.5
"""β, the share of a node's own input in what a channel gives."""


class GTN(nn.Module):
    """In each channel H ← Σ_k softmax(w)_k A_k H, layer by layer: a soft choice of one meta-path.

    A_k holds the edges from one type to another, each row's weights made to sum to 1; the identity is one of them, so
    that paths may be shorter than there are layers. Channels are put side by side and mixed by a matrix.

    Parameters
    ----------
    size : int
        d, of the vectors.
    layers : int
        Length of the paths.
    channels : int
        How many paths.
    relations : int
        How many kinds of edges, without the identity.

    First values are drawn by `hanok.parts.graph.model.Network`.

    Source
    ------
    Yun et al. 2022, "Graph transformer networks: learning meta-path graphs to improve GNNs" (Neural Networks 153),
    as FastGTN: vectors are multiplied by one sparse matrix after the other, and products of adjacency matrices, which
    are nearly dense, are never formed. We leave out the non-local operations, and add the input to the output.
    """

    def __init__(self, size: int, layers: int, channels: int, relations: int) -> None:
        super().__init__()
        self.choices = nn.Parameter(torch.zeros(layers, channels, relations + 1))
        self.inputs = nn.ModuleList(empty_layer(size, size, bias=False) for _ in range(channels))
        self.output = empty_layer(channels * size, size)

    def forward(self, x: Tensor, messages: Messages, hidden: Tensor | None = None) -> Tensor:
        """Vectors of all nodes (n, d), of their inputs (n, d); edges in `hidden` carry nothing."""
        shares, choices = messages.by_relation(hidden), torch.softmax(self.choices, dim=2)
        given = []
        for channel, project in enumerate(self.inputs):
            h = start = project(x)
            for layer in range(len(choices)):
                weights = choices[layer, channel]
                values = shares * _spread(weights[:-1], messages.kind)
                h = spmm(messages.structure, values, h) + weights[-1] * h
            given.append(torch.relu(KEPT * start + (1 - KEPT) * h))
        return cast(Tensor, x + self.output(torch.cat(given, dim=1)))


class _Spread(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, kind: Tensor) -> Tensor:
        ctx.save_for_backward(kind)
        ctx.n = len(weights)
        return weights[kind]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        (kind,) = ctx.saved_tensors
        return torch.bincount(kind, gradient, ctx.n).to(gradient.dtype), None


def _spread(weights: Tensor, kind: Tensor) -> Tensor:
    """``weights[kind]``; torch's own gradient of it sorts a million numbers into a handful."""
    return cast(Tensor, _Spread.apply(weights, kind))  # type: ignore[no-untyped-call]
