"""A graph as messages pass over it: which edges, how they weigh, and which are hidden for one step."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from torch import Tensor

from hanok.parts.graph.relations import Relations, kinds
from hanok.parts.graph.spmm import Structure

Ints = npt.NDArray[np.int64]

NONE = 1e-12
"""Stands for a sum of no weights, by which nothing is divided but 0."""


class Messages:
    """Edges on a device, with all that normalising them needs; edges can be hidden without building anything anew.

    Parameters
    ----------
    adjacency : csr_matrix (n, n)
        Symmetric and canonical.
    types : array (n,), int64
        Type of each node, as the model numbers them.
    relations : sequence of (int, int)
        Pairs of types that the model knows; edges between others carry nothing in a GTN.
    device : str
        As torch calls it.
    """

    def __init__(self, adjacency: csr_matrix, types: Ints, relations: Relations, device: str = "cpu") -> None:
        self.n, self.device = adjacency.shape[0], device
        self.structure = Structure.of(adjacency, device)
        rows = np.repeat(np.arange(self.n), np.diff(adjacency.indptr))
        self._keys = rows * self.n + adjacency.indices  # ascending, as the matrix is canonical
        kind, known, group, n_groups = kinds(adjacency, types, relations)
        self.kind, self.group = (torch.as_tensor(part, device=device) for part in (kind, group))
        self.weights = torch.as_tensor(adjacency.data.astype(np.float32), device=device)
        self.degree = self._sums(self.structure.row, self.n, self.weights)
        self.known = torch.as_tensor(known, device=device).float()
        self.total = self._sums(self.group, n_groups, self.weights)

    def places(self, pairs: Ints) -> Tensor:
        """Where the matrix holds the edges between these nodes, in both directions; pairs without edge have none."""
        keys = np.concatenate([pairs[:, 0] * self.n + pairs[:, 1], pairs[:, 1] * self.n + pairs[:, 0]])
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = np.zeros(len(self._keys), bool)
        if len(found):
            found[at[self._keys[at] == keys]] = True
        return torch.as_tensor(np.flatnonzero(found), device=self.device)

    def symmetric(self, hidden: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """D^-1/2 (A + I) D^-1/2: its entries off the diagonal (nnz,), and on it (n,).

        Parameters
        ----------
        hidden : tensor (k,), int64, optional
            Entries that are left out, as of `places`.
        """
        weights, degree = self._without(hidden, self.degree, self.structure.row)
        scale = (degree + 1).rsqrt()
        return weights * scale[self.structure.row] * scale[self.structure.col], scale * scale

    def by_relation(self, hidden: Tensor | None = None) -> Tensor:
        """D_k^-1 A_k of every relation k: each edge's share of what its row gets over its relation, (nnz,)."""
        weights, total = self._without(hidden, self.total, self.group)
        return weights * self.known / total.clamp_min(NONE)[self.group]

    def _without(self, hidden: Tensor | None, sums: Tensor, of: Tensor) -> tuple[Tensor, Tensor]:
        if hidden is None or not len(hidden):
            return self.weights, sums
        weights = self.weights.clone()
        weights[hidden] = 0
        gone = self._sums(of[hidden], len(sums), self.weights[hidden])
        return weights, (sums - gone).clamp_min(0)

    def _sums(self, of: Tensor, n: int, values: Tensor) -> Tensor:
        return torch.zeros(n, device=self.device).index_add_(0, of, values)
