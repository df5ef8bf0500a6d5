import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.ranking import best, top_k

VALUES = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0, np.nan, np.inf, -np.inf])
WHOLE = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])


def sorted_ids(scores: np.ndarray, k: int, banned: set[int] = frozenset()) -> list[int]:  # type: ignore[assignment]
    """By sorting: the largest first, the lower id first among equals, what has no score left out."""
    usable = [i for i, s in enumerate(scores.tolist()) if s > -np.inf and i not in banned]
    found = sorted(usable, key=lambda i: (-scores[i], i))[:k]
    return found + [-1] * (k - len(found))


@given(st.lists(VALUES, max_size=30), st.integers(1, 40))
def test_best_is_what_sorting_finds(scores: list[float], k: int) -> None:
    expected = [i for i in sorted_ids(np.array(scores), k) if i >= 0]
    assert best(scores, k).tolist() == expected


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(0, 25), st.integers(1, 5), st.integers(1, 30))
def test_top_k_is_what_sorting_finds(data: st.DataObject, n: int, m: int, d: int, k: int) -> None:
    numbers = st.lists(
        WHOLE, min_size=(n + m) * d, max_size=(n + m) * d
    )  # products of these are exact, so ties are ties
    flat = np.array(data.draw(numbers), np.float32).reshape(n + m, d)
    queries, items = flat[:n], flat[n:]
    candidates = data.draw(st.none() | st.lists(st.integers(0, max(m - 1, 0)), max_size=m if m else 0))
    seen = np.array(data.draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m)), bool).reshape(n, m)
    found = top_k(queries, items, k, candidates=candidates, exclude=csr_matrix(seen))
    assert found.ids.shape == found.scores.shape == (n, k)
    outside = set() if candidates is None else set(range(m)) - set(candidates)
    for q in range(n):
        scores = items @ queries[q]
        banned = outside | set(np.flatnonzero(seen[q]).tolist())
        assert found.ids[q].tolist() == sorted_ids(scores, k, banned)
        there = found.ids[q] >= 0
        np.testing.assert_array_equal(found.scores[q][there], scores[found.ids[q][there]])
        assert (found.scores[q][~there] == -np.inf).all()


def test_an_item_without_a_score_is_never_returned() -> None:
    items = np.array([[np.nan, 0], [1, 0], [-np.inf, 0], [np.inf, 0], [2, np.nan]], np.float32)
    found = top_k(np.array([1, 1], np.float32), items, 4)
    assert found.ids.tolist() == [3, 1, -1, -1]


def test_ids_may_be_excluded_for_all_queries() -> None:
    items = np.eye(4, dtype=np.float32)
    assert top_k(items[:2], items, 3, exclude=[1, 1, 3]).ids.tolist() == [[0, 2, -1], [0, 2, -1]]
    assert top_k(items[0], items, 3, candidates=[3, 1, 2, 3], exclude=[1]).ids.tolist() == [2, 3, -1]
    assert top_k(items[0], items, 3, candidates=[]).ids.tolist() == [-1, -1, -1]


def test_an_excluded_item_counts_whatever_is_stored_and_in_any_order() -> None:
    items = np.arange(5, dtype=np.float32)[:, None]
    seen = csr_matrix((np.zeros(2), np.array([4, 2]), np.array([0, 2])), shape=(1, 5))  # zeros, columns not in order
    assert top_k(np.ones((1, 1), np.float32), items, 2, exclude=seen).ids.tolist() == [[3, 1]]


def test_an_answer_depends_neither_on_other_queries_nor_on_threads() -> None:
    rng = np.random.default_rng(0)
    queries, items = (rng.standard_normal((size, 33)).astype(np.float32) for size in (40, 500))
    together = top_k(queries, items, 7)
    for workers in (2, 3, 64):
        found = top_k(queries, items, 7, workers=workers)
        np.testing.assert_array_equal(found.ids, together.ids)
        np.testing.assert_array_equal(found.scores, together.scores)
    for q in range(0, 40, 9):
        alone = top_k(queries[q], items, 7)
        np.testing.assert_array_equal(alone.ids, together.ids[q])
        np.testing.assert_array_equal(alone.scores, together.scores[q])


def test_other_types_and_layouts_are_taken() -> None:
    items = np.asfortranarray(np.random.default_rng(0).standard_normal((20, 3)))
    found = top_k([[1, 0, 0]], items, 5)
    assert found.ids.tolist() == [np.argsort(-items[:, 0])[:5].tolist()]
    assert top_k(np.zeros((0, 3)), items, 5).ids.shape == (0, 5)


@pytest.mark.parametrize(
    ("queries", "items", "k", "options", "said"),
    [
        (np.ones(3), np.ones((4, 2)), 1, {}, r"\(3,\) and items of shape \(4, 2\)"),
        (np.ones((2, 2, 2)), np.ones((4, 2)), 1, {}, "expected"),
        (np.ones(2), np.ones(2), 1, {}, "expected"),
        (np.ones(2), np.ones((4, 2)), 0, {}, "at least 1"),
        (np.ones(2), np.ones((4, 2)), 1, {"candidates": [1, 4]}, "candidates: item 4; expected 0 to 3"),
        (np.ones(2), np.ones((4, 2)), 1, {"exclude": [-1]}, "exclude: item -1"),
        (np.ones((2, 2)), np.ones((4, 2)), 1, {"exclude": csr_matrix((1, 4))}, r"expected \(2, 4\)"),
    ],
)
def test_what_does_not_fit(
    queries: np.ndarray, items: np.ndarray, k: int, options: dict[str, object], said: str
) -> None:
    with pytest.raises(Problem, match=said):
        top_k(queries, items, k, **options)  # type: ignore[arg-type]
    with pytest.raises(Problem, match="at least 1"):
        best([1.0], 0)
