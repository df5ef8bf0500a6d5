"""Edges that tell of a response by themselves: a mutated gene and the drug that is made for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FEWEST = 20
"""Left nodes that must have an edge to a node before it may count; with fewer, a rare response passes by chance."""


@dataclass(frozen=True, eq=False)
class Links:
    """What an edge to each other node adds to the score of each right node.

    Parameters
    ----------
    effects : csr_matrix (n_others, n_right)
        Most are 0.
    offset : array (n_right,)
        What the usual edges add to everybody, with its sign turned.
    """

    effects: csr_matrix
    offset: Floats

    @classmethod
    def none(cls, n_others: int, n_right: int) -> Self:
        """Edges do not count."""
        return cls(csr_matrix((n_others, n_right)), np.zeros(n_right))

    @classmethod
    def of(cls, links: csr_matrix, errors: Floats, known: Bools, threshold: float) -> Self:
        """Effects of the edges that explain what is left over, each looked at alone.

        Parameters
        ----------
        links : csr_matrix (n, n_others)
            Of the left nodes learnt from.
        errors : array (n, n_right)
            What was measured less what was predicted without it.
        known : array (n, n_right), bool
            Where something was measured.
        threshold : float
            Standard errors from 0 that an effect must be away; it is then drawn towards 0, at the threshold by half.
        """
        left = np.where(known, errors, 0.0)
        seen = known.astype(np.float64)
        n = links.shape[0]
        count = np.diff(links.tocsc().indptr)
        mean = np.asarray(links.mean(axis=0)).ravel()
        across = links.T @ left - np.outer(mean, left.sum(axis=0))  # (n_others, n_right)
        spread = links.multiply(links).T @ seen - 2 * mean[:, None] * (links.T @ seen) + np.outer(mean**2, seen.sum(0))
        noise = (left**2).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        spread = np.maximum(spread, 1e-12)
        sure = np.abs(across) / np.sqrt(np.maximum(spread * noise, 1e-12))
        counts = (count >= FEWEST) & (count <= n - FEWEST)
        kept = (sure > threshold) & counts[:, None]
        shrunk = across / spread * (1 - 0.5 * (threshold / np.maximum(sure, threshold)) ** 2)
        effects = csr_matrix(np.where(kept, shrunk, 0.0))
        return cls(effects, -(mean @ effects))

    def __call__(self, links: csr_matrix) -> Floats:
        """What edges add, (n, n_right)."""
        found: Floats = np.asarray((links @ self.effects).todense()) + self.offset
        return found
