import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.response.kronecker import Kronecker, Spectrum


def kernels(seed: int, n: int, m: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    left, right = rng.standard_normal((n, n + 1)), rng.standard_normal((m, m + 1))
    return left @ left.T / n, right @ right.T / m, rng.standard_normal((n, m))


@given(st.integers(0, 1000), st.integers(1, 7), st.integers(1, 6), st.sampled_from([0.1, 1.0, 8.0]))
def test_solving_is_solving_the_whole_system(seed: int, n: int, m: int, ridge: float) -> None:
    left, right, responses = kernels(seed, n, m)
    kernel = Kronecker.of(Spectrum.of(left), Spectrum.of(right), ridge)
    whole = np.kron(left, right) + ridge * np.eye(n * m)
    assert kernel.solve(responses).ravel() == pytest.approx(
        np.linalg.solve(whole, responses.ravel()), rel=1e-6, abs=1e-8
    )
    assert kernel.diagonal().ravel() == pytest.approx(np.diag(np.linalg.inv(whole)), rel=1e-6)


def test_a_solution_over_the_diagonal_is_the_error_of_leaving_out() -> None:
    left, right, responses = kernels(3, 6, 4)
    kernel = Kronecker.of(Spectrum.of(left), Spectrum.of(right), 2.0)
    errors = (kernel.solve(responses) / kernel.diagonal()).ravel()
    whole = np.kron(left, right)
    for pair in range(24):
        others = np.arange(24) != pair
        inner = whole[np.ix_(others, others)] + 2.0 * np.eye(23)
        said = whole[pair, others] @ np.linalg.solve(inner, responses.ravel()[others])
        assert errors[pair] == pytest.approx(responses.ravel()[pair] - said)


def test_gaps_end_near_what_the_regression_without_them_says() -> None:
    left, right, responses = kernels(5, 12, 8)
    known = np.random.default_rng(1).random((12, 8)) < 0.8
    kernel = Kronecker.of(Spectrum.of(left), Spectrum.of(right), 8.0)
    filled = kernel.filled(responses, known, 8.0)
    there = known.ravel()
    whole = np.kron(left, right)
    exact = whole[:, there] @ np.linalg.solve(
        whole[np.ix_(there, there)] + 8.0 * np.eye(there.sum()), responses.ravel()[there]
    )
    assert np.array_equal(filled[known], responses[known])
    assert filled[~known] == pytest.approx(exact.reshape(12, 8)[~known], abs=0.02)


def test_mixing_a_spectrum_is_mixing_the_matrix() -> None:
    left, _, _ = kernels(7, 5, 2)
    mixed = Spectrum.of(left).mixed(0.3, 0.7)
    assert mixed.vectors @ np.diag(mixed.values) @ mixed.vectors.T == pytest.approx(0.3 * left + 0.7 * np.eye(5))


def test_what_is_explained_is_what_a_gaussian_process_explains() -> None:
    left, right, _ = kernels(9, 6, 3)
    beside = left[:2]
    kernel = Kronecker.of(Spectrum.of(left), Spectrum.of(right), 0.5)
    inverse = np.linalg.inv(np.kron(left, right) + 0.5 * np.eye(18))
    for row in range(2):
        for column in range(3):
            k = np.kron(beside[row], right[column])
            assert kernel.explained(beside, right)[row, column] == pytest.approx(k @ inverse @ k)
