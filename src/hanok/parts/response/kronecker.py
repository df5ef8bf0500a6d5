"""Ridge regression over all pairs of left and right nodes at once, without ever writing down their kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

ROUNDS = 5
"""Times that missing responses are filled in with what the regression says of them."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Eigenvalues, none below 0, and eigenvectors of a symmetric matrix."""

    values: Floats
    vectors: Floats

    @classmethod
    def of(cls, matrix: Floats) -> Self:
        """Of a matrix (n, n)."""
        values, vectors = np.linalg.eigh(matrix)
        return cls(np.maximum(values, 0), vectors)

    def mixed(self, share: float, identity: float) -> Spectrum:
        """Of share · matrix + identity · I."""
        return Spectrum(share * self.values + identity, self.vectors)


@dataclass(frozen=True, eq=False)
class Kronecker:
    """(K ⊗ S + λ)⁻¹ for likeness K of left nodes, similarity S of right ones, through the eigenvectors of both.

    Parameters
    ----------
    left, right : arrays (n, n) and (m, m)
        Eigenvectors, U and V.
    gain : array (n, m)
        1 / (κ_a σ_b + λ) of every two eigenvalues.
    """

    left: Floats
    right: Floats
    gain: Floats

    @classmethod
    def of(cls, left: Spectrum, right: Spectrum, ridge: float) -> Self:
        """Of two spectra."""
        return cls(left.vectors, right.vectors, 1 / (np.outer(left.values, right.values) + ridge))

    def solve(self, responses: Floats) -> Floats:
        """What the kernel is multiplied with, (n, m), for responses without gaps."""
        found: Floats = self.left @ ((self.left.T @ responses @ self.right) * self.gain) @ self.right.T
        return found

    def filled(self, responses: Floats, known: Bools, ridge: float) -> Floats:
        """Responses whose gaps hold what the regression over all of them says: fixed points of filling and fitting."""
        given = np.where(known, responses, 0.0)
        filled = given
        for _ in range(ROUNDS):  # (K ⊗ S) solution is filled - λ solution: no product with K or S is needed
            filled = np.where(known, given, filled - ridge * self.solve(filled))
        return filled

    def diagonal(self) -> Floats:
        """Of the inverse, (n, m): a solution divided by it is the error of each pair when it is left out."""
        found: Floats = (self.left**2) @ self.gain @ (self.right**2).T
        return found

    def explained(self, beside: Floats, similarity: Floats) -> Floats:
        """By how much what was learnt narrows other rows down, (n_others, m).

        Parameters
        ----------
        beside : array (n_others, n)
            Likeness of the others to those learnt from.
        similarity : array (m, m)
            S.
        """
        found: Floats = ((beside @ self.left) ** 2) @ self.gain @ ((similarity @ self.right) ** 2).T
        return found
