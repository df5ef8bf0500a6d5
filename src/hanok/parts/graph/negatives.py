"""Response-aware negatives for a loss over pairs: what a node is known to resist, and chance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hanok.parts.graph.responses import Responses

Ints = npt.NDArray[np.int64]


class Opponents:
    """Draws, for each responsive pair, pairs that should score lower, from either side.

    A share `fraction` of them are the node's own resistant partners: so many in a row from a random place of its
    shuffled list, past whose end its beginning follows; a list that is shorter is taken whole. The others are any
    partner of the same type that training knows, unless that is known to respond; a node without resistant partners has
    only these.

    Parameters
    ----------
    responses : Responses
        Of training.
    types : array (n_nodes,), int
        Of all nodes.
    negative : int
        How many for each side of a pair.
    fraction : float, 0 to 1
        0: none are response-aware.
    seed : int
        Of the shuffling of the lists.

    Source
    ------
    RAMP (bbac504) and its code, where a node has 20 negatives and 10 of them are such a slice, the others drawn from
    all nodes by their frequency ^ .75, in word2vec. There it has no counterpart for a GNN's loss; ours has the types.
    """

    def __init__(self, responses: Responses, types: Ints, negative: int, fraction: float, seed: int) -> None:
        n = len(types)
        self.own, self.any = round(negative * fraction), negative - round(negative * fraction)
        self.offsets, ids = responses.resistant_lists(n)
        owner = np.repeat(np.arange(n), np.diff(self.offsets))
        self.ids = ids[np.lexsort((np.random.default_rng(seed).random(len(ids)), owner))].astype(np.int64)
        self.types, self.n = types.astype(np.int64), n
        self.known = np.unique(responses.positives @ np.array([n, 1]))
        # for each side, its nodes sorted by type, and where each type begins
        self.pools: list[tuple[Ints, Ints]] = []
        for side in (responses.left, responses.right):
            nodes = np.unique(side)
            nodes = nodes[np.argsort(types[nodes], kind="stable")]
            starts = np.searchsorted(types[nodes], np.arange(int(types.max(initial=0)) + 2))
            self.pools.append((nodes, starts.astype(np.int64)))

    def draw(self, pairs: Ints, rng: np.random.Generator) -> Ints:
        """Pairs (m, 2), left then right, that should score low beside the responsive ones given, (b, 2)."""
        found = []
        for side in (0, 1):
            node, other = pairs[:, side], 1 - side
            partners = np.concatenate([self._listed(node, rng), np.full((len(node), self.any), -1)], axis=1)
            chance = self._chance(self.types[pairs[:, other]], other, partners.shape, rng)
            drawn = partners < 0
            partners = np.where(drawn, chance, partners)
            both = np.empty((*partners.shape, 2), np.int64)
            both[..., side], both[..., other] = node[:, None], partners
            by_chance = both[drawn]
            kept = ~self._responsive(by_chance) & (by_chance[:, 0] != by_chance[:, 1])
            found += [both[~drawn], by_chance[kept]]
        return np.concatenate(found)

    def _listed(self, node: Ints, rng: np.random.Generator) -> Ints:
        """Slices of the nodes' own lists (b, own); -1 beyond what a list holds."""
        first = self.offsets[node]
        length = self.offsets[node + 1] - first
        start = (rng.random(len(node)) * length).astype(np.int64)
        place = first[:, None] + (start[:, None] + np.arange(self.own)) % np.maximum(length, 1)[:, None]
        if not len(self.ids):
            return np.full(place.shape, -1)
        listed = np.arange(self.own) < length[:, None]
        return np.where(listed, self.ids[np.minimum(place, len(self.ids) - 1)], -1)

    def _chance(self, kind: Ints, side: int, shape: tuple[int, ...], rng: np.random.Generator) -> Ints:
        """Nodes of one side, each of the type of its row."""
        nodes, starts = self.pools[side]
        first, size = starts[kind], starts[kind + 1] - starts[kind]
        return nodes[first[:, None] + (rng.random(shape) * size[:, None]).astype(np.int64)]

    def _responsive(self, pairs: Ints) -> npt.NDArray[np.bool_]:
        keys = pairs @ np.array([self.n, 1])
        place = np.minimum(np.searchsorted(self.known, keys), len(self.known) - 1)
        return np.asarray(self.known[place] == keys)
