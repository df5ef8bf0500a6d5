"""The network that is trained: what a node is, passed over the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, one_hot

from hanok.parts.graph.gcn import GCN
from hanok.parts.graph.gtn import GTN
from hanok.parts.graph.inputs import Inputs
from hanok.parts.graph.messages import Messages


@dataclass(frozen=True, eq=False)
class Nodes:
    """`Inputs` on a device; `kinds` is 1 at each node's type, (n, n_types); `all`: own vectors are in nodes' order."""

    own: Tensor
    known: Tensor
    kinds: Tensor
    features: Mapping[int, tuple[Tensor, Tensor]]
    all: bool

    @classmethod
    def of(cls, inputs: Inputs, n_types: int, device: str) -> Self:
        """Copy them."""
        features = {
            kind: (torch.as_tensor(at, device=device), torch.as_tensor(rows, device=device))
            for kind, (at, rows) in inputs.features.items()
        }
        own, known, types = (torch.as_tensor(part, device=device) for part in (inputs.own, inputs.known, inputs.types))
        whole = bool(torch.equal(own, torch.arange(len(own), device=device)))
        return cls(own, known.float(), one_hot(types, n_types).float(), features, whole)

    def part(self, at: Tensor, place: Tensor) -> Nodes:
        """Those of some nodes `at`, whose new numbers `place` (n,) gives, -1 for others."""
        features = {}
        for kind, (nodes, rows) in self.features.items():
            new = place[nodes]
            features[kind] = new[new >= 0], rows[new >= 0]
        return Nodes(self.own[at], self.known[at], self.kinds[at], features, False)


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
    dropout : float
        As of the GNN; only while training.
    generator : torch.Generator
        Of the first values, and of what is dropped; on the device where the network is trained.
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
        dropout: float,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.own, self.types = nn.Parameter(torch.empty(n, size)), nn.Parameter(torch.empty(types, size))
        self.features = nn.ParameterDict({str(at): torch.empty(size, width) for at, width in features.items()})
        self.encoder: nn.Module = GCN(size, layers) if kind == "gcn" else GTN(size, layers, channels, relations)
        self.dropout, self.generator = dropout, generator
        self._draw()

    def forward(self, nodes: Nodes, known: Tensor, messages: Messages, hidden: Tensor | None = None) -> Tensor:
        """Vectors (n, d); `known` (n,) says whose own vectors are used, `hidden` which edges are not."""
        own = self.own if nodes.all else embedding(nodes.own, self.own)
        x = torch.addcmul(nodes.kinds @ self.types, own, known[:, None])
        for kind, (at, rows) in nodes.features.items():
            taken = rows @ self.features[str(kind)].T
            x.scatter_add_(0, at[:, None].expand_as(taken), taken)
        if self.training and self.dropout:
            kept = torch.empty_like(x).bernoulli_(1 - self.dropout, generator=self.generator)
            x = x * kept.div_(1 - self.dropout)
        found: Tensor = self.encoder(x, messages, hidden)
        return found

    def _draw(self) -> None:
        """First values from a generator of our own, so that nobody else's random numbers change them."""
        with torch.no_grad():
            for name, values in self.named_parameters():
                if values.ndim < 2 or name == "types":
                    values.zero_()
                else:  # rows of about length 1; matrices that keep lengths
                    values.normal_(0, values.shape[-1] ** -0.5, generator=self.generator)
                if name == "encoder.choices":
                    values.mul_(0.01)
