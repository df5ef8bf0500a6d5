from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random

torch = pytest.importorskip("torch")

from hanok.parts.graph.spmm import Structure, sddmm, spmm  # noqa: E402

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.floats(0, 1), st.integers(0, 99))


def sparse(rows: int, columns: int, density: float, seed: int) -> csr_matrix:
    return random(rows, columns, density, "csr", np.float64, np.random.default_rng(seed))


@given(SHAPES)
def test_products_are_those_of_dense_matrices(shape: tuple[int, int, float, int]) -> None:
    matrix = sparse(*shape)
    rng, structure, values = np.random.default_rng(0), Structure.of(matrix), torch.tensor(matrix.data)
    dense, left = (torch.tensor(rng.normal(size=(n, 3))) for n in matrix.shape[::-1])
    np.testing.assert_allclose(structure.times(values, dense), matrix @ dense.numpy(), atol=1e-12)
    np.testing.assert_allclose(structure.transposed_times(values, left), matrix.T @ left.numpy(), atol=1e-12)
    rows, columns = matrix.nonzero()
    np.testing.assert_allclose(structure.dots(left, dense), (left[rows] * dense[columns]).sum(1), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_gradients_are_right(seed: int) -> None:
    matrix = sparse(7, 5, 0.4, seed)
    structure = Structure.of(matrix)
    values = torch.tensor(matrix.data, requires_grad=True)
    rng = np.random.default_rng(seed)
    left, right = (torch.tensor(rng.normal(size=(n, 3)), requires_grad=True) for n in matrix.shape)
    assert torch.autograd.gradcheck(lambda v, x: spmm(structure, v, x), (values, right))
    assert torch.autograd.gradcheck(lambda x: spmm(structure, values.detach(), x), (right,))
    assert torch.autograd.gradcheck(lambda v: spmm(structure, v, right.detach()), (values,))
    assert torch.autograd.gradcheck(lambda a, b: sddmm(structure, a, b), (left, right))


def test_a_gradient_that_nobody_asks_for_costs_nothing() -> None:
    matrix = sparse(4, 4, 0.5, 0)
    values, dense = torch.tensor(matrix.data), torch.ones(4, 2, dtype=torch.float64, requires_grad=True)
    spmm(Structure.of(matrix), values, dense).sum().backward()
    assert values.grad is None
    np.testing.assert_allclose(dense.grad, matrix.T @ np.ones((4, 2)))
