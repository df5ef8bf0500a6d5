"""A network, who responds to what in it, and what is known of its nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from hanok.parts.graph import Graph, Responses

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Features = Mapping[str, str]
Edge = tuple[str, str, str, str, float]
"""Source, its type, target, its type, weight."""

GROUP = "group"


@dataclass(frozen=True, eq=False)
class Data:
    """Everything read; the parts of a fold share the network and differ in the responses.

    Parameters
    ----------
    network : Graph
        Edges as they were listed, from source to target, without any pair that was measured: the responses say who
        responds to what.
    responses : Responses
        Measured pairs, by ids of the network: left nodes are of one type, right nodes of another.
    strengths : array (n_responses,), float64
        How strongly; NaN where only the label is known.
    left_type, right_type : str
        Types of those who respond and of what they respond to: cells and drugs, say.
    features : mapping of int to mapping of str to str
        What is known of nodes, as text by column; the column "group" orders pictures.
    notes : sequence of str
        What reading left out.

    Example
    -------
    >>> data = Data.of([("a", "cell", "x", "gene", 1.0)], [("a", "d", True, 2.5), ("b", "d", False, None)])
    >>> data.network.names, data.left_type, data.responses.label.tolist()
    (['a', 'b', 'd', 'x'], 'cell', [True, False])
    """

    network: Graph
    responses: Responses
    strengths: Floats
    left_type: str
    right_type: str
    features: Mapping[int, Features] = field(default_factory=dict)
    notes: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        edges: Sequence[Edge],
        responses: Sequence[tuple[str, str, bool, float | None]],
        features: Mapping[tuple[str, str], Features] | None = None,
        *,
        left_type: str = "cell",
        right_type: str = "drug",
        nodes: Sequence[tuple[str, str]] = (),
        notes: Sequence[str] = (),
    ) -> Self:
        """From edges, responses (left, right, label, strength), features by (name, type), and further nodes."""
        known = features or {}
        sides = [(left, left_type) for left, *_ in responses] + [(right, right_type) for _, right, *_ in responses]
        sources, source_types, targets, target_types, weights = zip(*edges, strict=True) if edges else ((),) * 5
        network = Graph.of(
            sources, source_types, targets, target_types, weights, directed=True, nodes=[*sides, *known, *nodes]
        )
        pairs = Responses(
            network.indices([left for left, *_ in responses], left_type),
            network.indices([right for _, right, *_ in responses], right_type),
            np.array([label for _, _, label, _ in responses], bool),
        )
        told: dict[tuple[str, str], float] = {}
        for left, right, _, strength in responses:  # of a pair given twice the first counts, as for its label
            told.setdefault((left, right), np.nan if strength is None else strength)
        return cls(
            network,
            pairs,
            np.array(list(told.values()), np.float64),
            left_type,
            right_type,
            {network.index(name, kind): dict(row) for (name, kind), row in known.items()},
            notes,
        )

    def __len__(self) -> int:
        return len(self.responses)

    def take(self, mask: Bools) -> Data:
        """The same network with some of the responses."""
        return replace(self, responses=self.responses.subset(mask), strengths=self.strengths[mask])

    def grown(self, edges: Sequence[Edge], features: Mapping[tuple[str, str], Features]) -> Data:
        """The same responses in a network with more edges and nodes, whose ids may be others."""
        nodes = [(name, self._type(i)) for i, name in enumerate(self.network.names)]
        pairs, weights = self.network.edges()
        listed: list[Edge] = [
            (*nodes[a], *nodes[b], weight) for (a, b), weight in zip(pairs.tolist(), weights.tolist(), strict=True)
        ]
        measured = zip(
            self.responses.pairs.tolist(), self.responses.label.tolist(), self.strengths.tolist(), strict=True
        )
        return Data.of(
            [*listed, *edges],
            [(nodes[a][0], nodes[b][0], label, None if np.isnan(s) else s) for (a, b), label, s in measured],
            {**{nodes[i]: row for i, row in self.features.items()}, **features},
            left_type=self.left_type,
            right_type=self.right_type,
            nodes=nodes,
            notes=self.notes,
        )

    def _type(self, node: int) -> str:
        return self.network.type_names[int(self.network.types[node])]

    def group(self, node: int) -> str:
        """The word that a node is ordered by, "" where none is given."""
        return self.features.get(node, {}).get(GROUP, "")
