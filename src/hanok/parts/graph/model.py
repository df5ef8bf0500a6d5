"""The network that is trained: what a node is, passed over the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from hanok.parts.graph.gcn import GCN
from hanok.parts.graph.gtn import GTN
from hanok.parts.graph.inputs import Inputs
from hanok.parts.graph.messages import Messages


@dataclass(frozen=True, eq=False)
class Nodes:
    """`Inputs` on a device; `known` is 1 or 0, (n,)."""

    own: Tensor
    known: Tensor
    types: Tensor
    features: Mapping[int, tuple[Tensor, Tensor]]

    @classmethod
    def of(cls, inputs: Inputs, device: str) -> Self:
        """Copy them."""
        features = {
            kind: (torch.as_tensor(at, device=device), torch.as_tensor(rows, device=device))
            for kind, (at, rows) in inputs.features.items()
        }
        parts = (torch.as_tensor(part, device=device) for part in (inputs.own, inputs.known, inputs.types))
        own, known, types = parts
        return cls(own, known.float(), types, features)

    def part(self, at: Tensor, place: Tensor) -> Nodes:
        """Those of some nodes `at`, whose new numbers `place` (n,) gives, -1 for others."""
        features = {}
        for kind, (nodes, rows) in self.features.items():
            new = place[nodes]
            features[kind] = new[new >= 0], rows[new >= 0]
        return Nodes(self.own[at], self.known[at], self.types[at], features)


class Network(nn.Module):
    """A node's input is its own vector, its type's, and its features, projected, summed; a GCN or GTN does the rest.

    Parameters
    ----------
    kind : "gcn" or "gtn"
        Which.
    n : int
        Nodes with a vector of their own.
    types : int
        How many types.
    relations : int
        How many pairs of types are joined by edges.
    features : mapping of int to int
        How many features nodes of each type have, where they have some.
    size, layers, channels : int
        As of the GNN.
    generator : torch.Generator
        Of the first values.
    """

    def __init__(
        self,
        kind: str,
        n: int,
        types: int,
        relations: int,
        features: Mapping[int, int],
        size: int,
        layers: int,
        channels: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.own, self.types = nn.Parameter(torch.empty(n, size)), nn.Parameter(torch.empty(types, size))
        self.features = nn.ParameterDict({str(at): torch.empty(size, width) for at, width in features.items()})
        self.encoder: nn.Module = GCN(size, layers) if kind == "gcn" else GTN(size, layers, channels, relations)
        self._draw(generator)

    def forward(self, nodes: Nodes, known: Tensor, messages: Messages, hidden: Tensor | None = None) -> Tensor:
        """Vectors (n, d); `known` (n,) says whose own vectors are used, `hidden` which edges are not."""
        x = self.own.index_select(0, nodes.own) * known[:, None] + self.types.index_select(0, nodes.types)
        for kind, (at, rows) in nodes.features.items():
            x = x.index_add(0, at, rows @ self.features[str(kind)].T)
        found: Tensor = self.encoder(x, messages, hidden)
        return found

    def _draw(self, generator: torch.Generator) -> None:
        """First values from a generator of our own, so that nobody else's random numbers change them."""
        with torch.no_grad():
            for name, values in self.named_parameters():
                if values.ndim < 2 or name == "types":
                    values.zero_()
                else:  # rows of about length 1; matrices that keep lengths
                    values.normal_(0, values.shape[-1] ** -0.5, generator=generator)
                if name == "encoder.choices":
                    values.mul_(0.01)
