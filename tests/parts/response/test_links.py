import numpy as np
import pytest
from scipy.sparse import csr_matrix

from hanok.parts.response.links import FEWEST, Links


@pytest.fixture
def planted() -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """Gene 2 makes drug 1 work; nothing else means anything."""
    rng = np.random.default_rng(0)
    links = (rng.random((200, 12)) < 0.3).astype(float)
    errors = rng.standard_normal((200, 5)) * 0.5
    errors[:, 1] += 1.5 * links[:, 2]
    return csr_matrix(links), errors - errors.mean(axis=0), rng.random((200, 5)) < 0.9


def test_a_planted_effect_is_found_and_nothing_else(planted: tuple[csr_matrix, np.ndarray, np.ndarray]) -> None:
    links = Links.of(*planted, threshold=4.5)
    rows, columns = links.effects.nonzero()
    assert (rows.tolist(), columns.tolist()) == ([2], [1])
    assert links.effects[2, 1] == pytest.approx(1.5, abs=0.2)


def test_effects_are_those_of_dense_least_squares(planted: tuple[csr_matrix, np.ndarray, np.ndarray]) -> None:
    table, errors, known = planted
    links = Links.of(table, errors, known, threshold=1e-9)
    x = table.toarray()[:, 4] - table.toarray()[:, 4].mean()
    here = known[:, 3]
    expected = (x[here] @ errors[here, 3]) / (x[here] @ x[here])
    assert links.effects[4, 3] == pytest.approx(expected)


def test_the_usual_edges_add_nothing_on_average(planted: tuple[csr_matrix, np.ndarray, np.ndarray]) -> None:
    links = Links.of(*planted, threshold=4.5)
    assert links(planted[0]).mean(axis=0) == pytest.approx(np.zeros(5), abs=1e-12)
    assert links(planted[0]).shape == (200, 5)


def test_edges_that_few_or_nearly_all_have_do_not_count(planted: tuple[csr_matrix, np.ndarray, np.ndarray]) -> None:
    _, errors, known = planted
    rare = np.zeros((200, 2))
    rare[: FEWEST - 1, 0], rare[: 200 - FEWEST + 1, 1] = 1, 1
    errors = errors + 10 * rare[:, :1] + 10 * rare[:, 1:]
    assert not Links.of(csr_matrix(rare), errors, known, threshold=2.0).effects.nnz


def test_without_edges_nothing_is_added() -> None:
    assert not Links.none(3, 2)(csr_matrix((4, 3))).any()
