"""Sparse products with gradients: what message passing and scores of pairs are made of."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
import torch
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from torch import Tensor
from torch.autograd.function import once_differentiable


@dataclass(frozen=True, eq=False)
class Structure:
    """Where a sparse matrix has entries, and where its transpose has them; the values come later and may change.

    torch's own sparse product transposes the matrix anew in every backward pass; here that is done once.

    Parameters
    ----------
    crow, col : tensors (n_rows + 1,) and (nnz,), int32
        CSR, columns ascending in each row.
    crow_t, col_t : tensors (n_columns + 1,) and (nnz,), int32
        The same of the transpose.
    turn : tensor (nnz,), int64
        Entry e of the transpose is entry ``turn[e]`` of the matrix.
    row : tensor (nnz,), int64
        Row of each entry.
    shape : (int, int)

    Example
    -------
    >>> structure = Structure.of(csr_matrix([[0, 1.0], [1, 1]]))
    >>> structure.times(torch.tensor([2.0, 3, 4]), torch.eye(2)).tolist()
    [[0.0, 2.0], [3.0, 4.0]]
    """

    crow: Tensor
    col: Tensor
    crow_t: Tensor
    col_t: Tensor
    turn: Tensor
    row: Tensor
    shape: tuple[int, int]

    @classmethod
    def of(cls, matrix: csr_matrix, device: str = "cpu") -> Self:
        """From the entries of a canonical CSR matrix; its values are not looked at."""
        matrix.sort_indices()
        order = csr_matrix((np.arange(matrix.nnz), matrix.indices, matrix.indptr), shape=matrix.shape).tocsc()
        row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
        kinds = (np.int32, np.int32, np.int32, np.int32, np.int64, np.int64)
        arrays = (matrix.indptr, matrix.indices, order.indptr, order.indices, order.data, row)
        made = [torch.as_tensor(array.astype(kind), device=device) for array, kind in zip(arrays, kinds, strict=True)]
        crow, col, crow_t, col_t, turn, entry_row = made
        return cls(crow, col, crow_t, col_t, turn, entry_row, matrix.shape)

    def times(self, values: Tensor, dense: Tensor) -> Tensor:
        """Matrix @ dense, without gradients."""
        return _csr(self.crow, self.col, values, self.shape) @ dense

    def transposed_times(self, values: Tensor, dense: Tensor) -> Tensor:
        """Matrix.T @ dense, without gradients."""
        return _csr(self.crow_t, self.col_t, values[self.turn], self.shape[::-1]) @ dense

    def dots(self, left: Tensor, right: Tensor) -> Tensor:
        """left[i] · right[j] for each entry (i, j), without gradients."""
        zeros = torch.zeros(len(self.col), dtype=left.dtype, device=left.device)
        given = _csr(self.crow, self.col, zeros, self.shape)
        found: Tensor = torch.sparse.sampled_addmm(given, left, right.t(), beta=0.0).values()
        return found


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, structure: Structure, values: Tensor, dense: Tensor) -> Tensor:
        ctx.structure = structure
        ctx.save_for_backward(values, dense if values.requires_grad else torch.empty(0))
        return structure.times(values, dense)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor | None, Tensor | None]:
        values, dense = ctx.saved_tensors
        gradient = gradient.contiguous()
        _, by_values, by_dense = ctx.needs_input_grad
        return (
            None,
            ctx.structure.dots(gradient, dense) if by_values else None,
            ctx.structure.transposed_times(values, gradient) if by_dense else None,
        )


class _Dots(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, structure: Structure, left: Tensor, right: Tensor) -> Tensor:
        ctx.structure = structure
        ctx.save_for_backward(left, right)
        return structure.dots(left, right)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor, Tensor]:
        left, right = ctx.saved_tensors
        gradient = gradient.contiguous()
        return None, ctx.structure.times(gradient, right), ctx.structure.transposed_times(gradient, left)


def spmm(structure: Structure, values: Tensor, dense: Tensor) -> Tensor:
    """Sparse @ dense, with gradients for both.

    Parameters
    ----------
    structure : Structure
        Of the sparse matrix (n_rows, n_columns).
    values : tensor (nnz,)
        Its entries. A gradient for them is made only where one is asked for.
    dense : tensor (n_columns, d)
        What it is multiplied by.

    Returns
    -------
    tensor (n_rows, d)
    """
    return cast(Tensor, _Product.apply(structure, values, dense.contiguous()))  # type: ignore[no-untyped-call]


def sddmm(structure: Structure, left: Tensor, right: Tensor) -> Tensor:
    """Dot products of pairs of rows, left[i] · right[j] for each entry (i, j), with gradients for both.

    Parameters
    ----------
    structure : Structure
        Its entries are the pairs.
    left, right : tensors (n_rows, d) and (n_columns, d)
        The rows.

    Returns
    -------
    tensor (nnz,)
    """
    return cast(Tensor, _Dots.apply(structure, left.contiguous(), right.contiguous()))  # type: ignore[no-untyped-call]


with (
    warnings.catch_warnings()
):  # torch says once in a process that CSR is in beta: here, and not in the middle of a fit
    warnings.simplefilter("ignore")
    torch.sparse_csr_tensor([0], [], torch.zeros(0), (0, 0), check_invariants=False)


def _csr(crow: Tensor, col: Tensor, values: Tensor, shape: tuple[int, int]) -> Tensor:
    return torch.sparse_csr_tensor(crow, col, values, shape, check_invariants=False)
