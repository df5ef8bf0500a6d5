"""Graph convolution: every node takes in its neighbours' vectors, all edges alike."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils import skip_init

from hanok.parts.graph.messages import Messages
from hanok.parts.graph.spmm import spmm


class GCN(nn.Module):
    """H ← H + ReLU(D^-1/2 (A + I) D^-1/2 H W + b), layer by layer; the last without ReLU.

    Parameters
    ----------
    size : int
        d, of the vectors.
    layers : int
        How many edges away a vector sees.

    First values are drawn by `hanok.parts.graph.model.Network`.

    Source
    ------
    Kipf and Welling 2017, "Semi-supervised classification with graph convolutional networks", equations 2 and 8. What
    is added is H itself, as in their appendix B, equation 14: without it vectors of hubs' neighbours become one, and a
    node's own features are lost after two layers.
    """

    def __init__(self, size: int, layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(empty_layer(size, size) for _ in range(layers))

    def forward(self, x: Tensor, messages: Messages, hidden: Tensor | None = None) -> Tensor:
        """Vectors of all nodes (n, d), of their inputs (n, d); edges in `hidden` carry nothing."""
        values, own = messages.symmetric(hidden)
        for depth, layer in enumerate(self.layers, 1):
            taken = layer(spmm(messages.structure, values, x) + own[:, None] * x)
            x = x + (torch.relu(taken) if depth < len(self.layers) else taken)
        return x


def empty_layer(inputs: int, outputs: int, *, bias: bool = True) -> nn.Linear:
    """A linear layer without values: torch would draw them from the random numbers that all share."""
    return cast(nn.Linear, skip_init(nn.Linear, inputs, outputs, bias=bias))  # type: ignore[no-untyped-call]
