import numpy as np
import pytest
from scipy.sparse import csr_matrix, random

from hanok.parts.factorization.kernel import NEAR, kernel

WIDTH = 16


def solved(matrix: csr_matrix, own: np.ndarray, other: np.ndarray, steps: int, *, weighted: bool) -> float:
    """Every row in place, with gram and ridge of `system`."""
    rows = np.arange(matrix.shape[0], dtype=np.int32)
    given = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32)
    near = np.full((NEAR, WIDTH), np.nan, np.float32)  # whatever was there before must not matter
    return kernel(WIDTH, weighted)(rows, *given, own, other, GRAM, ridge(matrix), steps, near)


GRAM = np.linspace(0.1, 2, WIDTH, dtype=np.float32)


def ridge(matrix: csr_matrix) -> np.ndarray:
    return np.linspace(0.5, 1, matrix.shape[0], dtype=np.float32)


def exact(matrix: csr_matrix, other: np.ndarray) -> np.ndarray:
    """The normal equations of each row, solved in double precision."""
    found = []
    for row, cost in zip(matrix.toarray().astype(float), ridge(matrix), strict=True):
        normal = np.diag(GRAM + cost).astype(float) + (other.T.astype(float) * row) @ other
        found.append(np.linalg.solve(normal, other.T.astype(float) @ row))
    return np.array(found)


def drawn(n_rows: int, n_columns: int, density: float, seed: int) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix = random(n_rows, n_columns, density, "csr", np.float32, rng, lambda n: rng.integers(1, 5, n))
    own, other = (rng.normal(0, 0.3, (n, WIDTH)).astype(np.float32) for n in matrix.shape)
    return matrix, own, other


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("density", [0.05, 0.5])
def test_enough_steps_solve_the_normal_equations(density: float, weighted: bool) -> None:
    matrix, own, other = drawn(40, 30, density, seed=1)
    if not weighted:
        matrix.data[:] = 1
    solved(matrix, own, other, 3 * WIDTH, weighted=weighted)
    np.testing.assert_allclose(own, exact(matrix, other), atol=2e-4)


def test_a_step_leads_towards_the_solution_from_where_the_row_was() -> None:
    matrix, own, other = drawn(40, 30, 0.3, seed=2)
    wanted = exact(matrix, other)
    far = [np.linalg.norm(own - wanted)]
    for steps in (1, 2, 4):
        there = own.copy()
        solved(matrix, there, other, steps, weighted=True)
        far.append(np.linalg.norm(there - wanted))
    assert far == sorted(far, reverse=True)
    solved(matrix, wanted32 := wanted.astype(np.float32), other, 3, weighted=True)
    np.testing.assert_allclose(wanted32, wanted, atol=2e-5)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, NEAR - 1, NEAR, NEAR + 1, 2 * NEAR + 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_of_any_length_are_solved_alike(n: int, weighted: bool) -> None:
    matrix, own, other = drawn(2, n + 7, 0.0, seed=n)
    columns = np.sort(np.random.default_rng(n).choice(n + 7, n, replace=False))
    weights = np.arange(n) % 3 + 1 if weighted else np.ones(n)
    matrix = csr_matrix((weights, (np.zeros(n, int), columns)), shape=matrix.shape)
    other /= np.float32(max(1, n) ** 0.5)
    loss = solved(matrix, own, before := other.copy(), 3 * WIDTH, weighted=weighted)
    np.testing.assert_allclose(own, exact(matrix, before), rtol=2e-3, atol=5e-4)
    assert loss > 0


@pytest.mark.parametrize("weighted", [False, True])
def test_the_loss_is_that_of_the_vectors_before(weighted: bool) -> None:
    matrix, own, other = drawn(20, 30, 0.3, seed=3)
    if not weighted:
        matrix.data[:] = 1
    errors = (1 - own @ other.T) ** 2
    assert solved(matrix, own, other, 3, weighted=weighted) == pytest.approx(
        (matrix.toarray() * errors).sum(), rel=1e-4
    )


def test_a_row_that_has_nothing_becomes_zero() -> None:
    matrix, own, other = drawn(3, 5, 0.0, seed=4)
    assert solved(matrix, own, other, 3, weighted=False) == 0
    assert not own.any()


def test_a_kernel_is_compiled_once_for_a_width_and_takes_arrays_that_must_not_be_written() -> None:
    assert kernel(WIDTH, True) is kernel(WIDTH, True)
    matrix, own, other = drawn(5, 6, 0.5, seed=5)
    for part in (matrix.indices, matrix.data):
        part.flags.writeable = False
    solved(matrix, own, other, 3, weighted=True)
    assert len(kernel(WIDTH, True).signatures) == 1  # type: ignore[attr-defined]
