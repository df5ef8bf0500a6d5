"""Everything that was learnt, and what an answer is made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.parts.graph import Graph, Responses
from hanok.parts.response import Evidence, Responder
from hanok.systems.network.data import Data, Floats, Ints
from hanok.systems.network.encoder import Encoder
from hanok.systems.network.learning import Told
from hanok.systems.network.vectors import placed, unit, woven

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Room:
    """What was learnt.

    Parameters
    ----------
    network : Graph
        Edges as they were listed, without responses.
    directed : bool
        As in the config.
    left_type, right_type : str
        Types of the two sides.
    learnt : Responses
        Those of the training part.
    strengths : array (n_responses,), float64
        Of them.
    lists : array (m, 2), int64
        The pairs that negatives were drawn from.
    vectors : array (n_nodes, d), float32
        Zeros where nothing leads to a node.
    encoder : Encoder
        Columns of features.
    places : array (n_nodes, d), float32
        Vectors of the network alone, which stand in for features where left nodes have none; else (0, 0).
    evidence : Evidence
        Of all left nodes of the network.
    responder : Responder
        Learnt from the left nodes that have a response.
    groups : mapping of int to str
        The word by which a node is ordered in pictures.
    chosen : sequence of str
        What was chosen while learning, in words.
    told : sequence of Told
        What feedback added.
    """

    network: Graph
    directed: bool
    left_type: str
    right_type: str
    learnt: Responses
    strengths: Floats
    lists: Ints
    vectors: Floats32
    encoder: Encoder
    places: Floats32
    evidence: Evidence
    responder: Responder
    groups: Mapping[int, str]
    chosen: Sequence[str] = ()
    told: Sequence[Told] = ()

    # -- nodes ---------------------------------------------------------------------------------------------------------

    @cached_property
    def lefts(self) -> Ints:
        """All left nodes, (n_left,): rows of `evidence`."""
        return self.network.of_type(self.left_type)

    @cached_property
    def rows(self) -> Ints:
        """Left nodes that were learnt from: rows of the responder."""
        return np.unique(self.learnt.left)

    @cached_property
    def rights(self) -> Ints:
        """Right nodes with a training response: columns of the responder."""
        return np.unique(self.learnt.right)

    @cached_property
    def own(self) -> Ints:
        """Row of each left node in the responder, -1 where it has no response, (n_left,)."""
        found = np.full(len(self.lefts), -1)
        found[np.searchsorted(self.lefts, self.rows)] = np.arange(len(self.rows))
        return found

    @cached_property
    def ids(self) -> dict[str, list[int]]:
        """Nodes by name."""
        found: dict[str, list[int]] = {}
        for i, name in enumerate(self.network.names):
            found.setdefault(name, []).append(i)
        return found

    def type_of(self, node: int) -> str:
        """The type of a node, in words."""
        return self.network.type_names[int(self.network.types[node])]

    # -- what was learnt from ------------------------------------------------------------------------------------------

    @cached_property
    def graph(self) -> Graph:
        """What vectors were learnt from: the network with the responsive pairs of training."""
        return woven(self.network, self.learnt, self.directed)

    @cached_property
    def labels(self) -> npt.NDArray[np.float32]:
        """Of training, (n_rows, n_rights), NaN where not measured."""
        return self.learnt.table(self.rows, self.rights)

    @cached_property
    def units(self) -> Floats32:
        """Vectors of length 1, (n_nodes, d)."""
        return unit(self.vectors)

    @cached_property
    def telling(self) -> npt.NDArray[np.bool_]:
        """Nodes to which an edge of a left node says something, (n_nodes,)."""
        found: npt.NDArray[np.bool_] = np.asarray(self.responder.links.effects.getnnz(axis=1) > 0)
        return found | self.places.any(axis=1) if self.places.shape[1] else found


def evidence_of(data: Data, nodes: Ints, encoder: Encoder, places: Floats32, links: csr_matrix) -> Evidence:
    """What is known of some nodes, by features and edges.

    Parameters
    ----------
    data : Data
        Has the features.
    nodes : array (n,), int64
        Ids in the data's network.
    encoder : Encoder
        Columns of features.
    places : array (n_nodes, d), or (0, 0)
        As of `Room`.
    links : csr_matrix (n, n_nodes)
        Their edges, by ids of the room's network.
    """
    numbers, words, _ = encoder.encode([data.features.get(node, {}) for node in nodes.tolist()])
    return Evidence(np.hstack([numbers, placed(links, places)]), words, links)


def links_of(network: Graph, nodes: Ints) -> csr_matrix:
    """Edges of some nodes to all nodes, in either direction, (n, n_nodes)."""
    return network.adjacency[nodes].maximum(network.adjacency.T.tocsr()[nodes]).tocsr()
