from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.ranking import Ranked, fuse, rrf, weighted_sum, wrf

METHODS = ["wsum", "raw", "zscore", "rrf", "wrf", "mnz"]
WEIGHTS = [0.0, 0.25, 0.5, 1.0]

List = list[tuple[int, float]]
LISTS = st.lists(
    st.lists(st.tuples(st.integers(0, 8), st.integers(-3, 3)), max_size=6, unique_by=lambda pair: pair[0]).map(
        lambda pairs: [(i, float(s)) for i, s in sorted(pairs, key=lambda pair: -pair[1])]
    ),
    min_size=1,
    max_size=4,
)


def ranked(pairs: List) -> Ranked:
    return Ranked.of([i for i, _ in pairs], [s for _, s in pairs])


def contribution(method: str, pairs: List, rank: int, longest: int) -> float:
    """The formulas, of one item in one list."""
    scores = np.array([s for _, s in pairs])
    low, spread = scores.min(), scores.std() if method == "zscore" else np.ptp(scores)
    return {
        "raw": scores[rank - 1],
        "rrf": 1 / (60 + rank),
        "wrf": (longest + 1 - rank) / longest,
    }.get(method, (scores[rank - 1] - low) / spread if spread > 0 else 1.0)


def one_by_one(method: str, lists: Sequence[List], weights: Sequence[float]) -> list[tuple[int, float]]:
    """Every item looked up in every list."""
    ranks = [{i: rank for rank, (i, _) in enumerate(pairs, 1)} for pairs in lists]
    heavy = [r for r in range(len(lists)) if weights[r] > 0]
    longest = max(map(len, lists))
    found = {}
    for item in {i for r in heavy for i in ranks[r]}:
        in_lists = [r for r in heavy if item in ranks[r]]
        score = sum(weights[r] * contribution(method, lists[r], ranks[r][item], longest) for r in in_lists)
        found[item] = float(np.float32(score * len(in_lists) if method == "mnz" else score))
    heaviest = sorted(heavy, key=lambda r: -weights[r])
    keys = {i: (-round(s, 5), *(ranks[r].get(i, 10**6) for r in heaviest), i) for i, s in found.items()}
    return sorted(found.items(), key=lambda pair: keys[pair[0]])


@settings(max_examples=300, deadline=None)
@given(LISTS, st.sampled_from(METHODS), st.data())
def test_a_fusion_is_what_looking_up_every_item_gives(lists: list[List], method: str, data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.sampled_from(WEIGHTS), min_size=len(lists), max_size=len(lists)).filter(any))
    found = fuse(method, [ranked(pairs) for pairs in lists], weights)  # type: ignore[arg-type]
    expected = one_by_one(method, lists, weights)
    np.testing.assert_allclose(found.scores, [s for _, s in expected], rtol=1e-5, atol=1e-5)
    assert found.ids.tolist() == [i for i, _ in expected]


@settings(max_examples=50, deadline=None)
@given(st.lists(LISTS.filter(lambda lists: len(lists) == 2), min_size=1, max_size=5), st.sampled_from(METHODS))
def test_many_queries_at_once_are_each_alone(queries: list[list[List]], method: str) -> None:
    width = max(len(pairs) for lists in queries for pairs in lists)

    def stacked(r: int) -> Ranked:
        rows = [lists[r] + [(-1, 0.0)] * (width - len(lists[r])) for lists in queries]
        shape = (len(rows), width)
        return Ranked.of(
            np.array([[i for i, _ in row] for row in rows], np.int64).reshape(shape),
            np.array([[s for _, s in row] for row in rows], np.float32).reshape(shape),
        )

    together = fuse(method, [stacked(0), stacked(1)], [0.75, 0.25])  # type: ignore[arg-type]
    for q, lists in enumerate(queries):
        alone = fuse(method, [ranked(pairs) for pairs in lists], [0.75, 0.25])  # type: ignore[arg-type]
        assert together.query(q).ids.tolist() == alone.ids.tolist()
        np.testing.assert_array_equal(together.query(q).scores, alone.scores)


@given(LISTS, st.sampled_from(METHODS), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_all_weight_on_one_ranker_is_that_ranker(lists: list[List], method: str, one: int) -> None:
    lists = [[(i, s - 0.01 * place) for place, (i, s) in enumerate(pairs)] for pairs in lists]  # no equal scores
    one %= len(lists)
    weights = np.eye(len(lists))[one]
    found = fuse(method, [ranked(pairs) for pairs in lists], weights)  # type: ignore[arg-type]
    assert found.ids.tolist() == [i for i, _ in lists[one]]


@given(LISTS, st.sampled_from(METHODS), st.integers(1, 5))
@settings(max_examples=50, deadline=None)
def test_the_top_is_the_beginning_of_the_whole(lists: list[List], method: str, top: int) -> None:
    rankings = [ranked(pairs) for pairs in lists]
    assert fuse(method, rankings, top=top).ids.tolist() == fuse(method, rankings).ids.tolist()[:top]  # type: ignore[arg-type]


def test_the_weighted_sum_of_raw_similarities() -> None:
    cf = Ranked.of([17, 2, 23, 33], [0.8345, 0.7984, 0.7784, 0.6214])
    text = Ranked.of([2, 42, 17, 51, 33], [0.8441, 0.8385, 0.8001, 0.7871, 0.7070])
    found = weighted_sum([cf, text], [0.3, 0.7], normalize=None)
    assert found.ids.tolist() == [2, 17, 33, 42, 51, 23]
    assert found.scores[:5] == pytest.approx([0.8303, 0.8104, 0.6813, 0.5870, 0.5510], abs=1.1e-4)


def test_ranks_weighed_and_a_tie_that_the_heaviest_ranker_decides() -> None:
    found = wrf([Ranked.of([3, 17, 2]), Ranked.of([2, 42, 7]), Ranked.of([3, 42, 2])], [0.5, 0.3, 0.2])
    assert found.ids.tolist() == [3, 2, 17, 42, 7]
    scores = dict(zip(found.ids.tolist(), found.scores.tolist(), strict=True))
    assert scores[17] == scores[42]
    assert scores[3] == pytest.approx(0.7)


def test_a_tie_goes_to_the_heaviest_ranker_wherever_it_stands() -> None:
    light, heavy = Ranked.of([1, 2]), Ranked.of([9, 8])
    assert rrf([light, heavy], [0.5, 0.5]).ids.tolist() == [1, 9, 2, 8]  # as heavy: the first one
    same = [Ranked.of([4, 5], [1, 1]), Ranked.of([5, 4], [1, 1])]
    assert weighted_sum(same, [0.4, 0.6]).ids.tolist() == [5, 4]
    assert weighted_sum(same, [0.6, 0.4]).ids.tolist() == [4, 5]


def test_the_constant_of_rrf_and_the_length_of_wrf() -> None:
    lists = [Ranked.of([1, 2, 3]), Ranked.of([3])]
    np.testing.assert_allclose(rrf(lists, k=0).scores, [1 / 3 + 1, 1, 1 / 2], rtol=1e-6)
    np.testing.assert_allclose(wrf(lists, length=2).scores, [1, 1, 0.5], rtol=1e-6)
    assert wrf(lists, [1, 0.5], length=2).ids.tolist() == [1, 2, 3]


def test_a_ranker_without_weight_brings_no_items() -> None:
    assert rrf([Ranked.of([1, 2]), Ranked.of([3])], [1, 0]).ids.tolist() == [1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_a_score_that_is_not_finite_is_the_lowest(method: str) -> None:
    strange = Ranked.of([5, 6, 7], [3.0, 1.0, np.nan])
    found = fuse(method, [strange, Ranked.of([6, 5, 7], [0.3, 0.2, 0.1])], [0.9, 0.1])  # type: ignore[arg-type]
    assert found.ids.tolist() == [5, 6, 7]
    assert np.isfinite(found.scores).all()


def test_an_item_that_a_list_has_twice_counts_once() -> None:
    assert rrf([Ranked.of([4, 4, 5]), Ranked.of([5])], [1, 0.01]).ids.tolist() == [4, 5]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_to_fuse_is_an_empty_list(method: str) -> None:
    assert fuse(method, [Ranked.of([]), Ranked.of([])]).ids.tolist() == []  # type: ignore[arg-type]
    nothing = Ranked.of(np.full((3, 2), -1))
    assert (fuse(method, [nothing]).ids == -1).all()  # type: ignore[arg-type]
    assert len(fuse(method, [nothing], top=5).ids) == 3  # type: ignore[arg-type]


LIST = Ranked.of([1, 2])


@pytest.mark.parametrize(
    ("rankings", "weights", "said"),
    [
        ([], None, "no rankings"),
        ([LIST], [1, 2], r"shape \(2,\); expected one for each of 1"),
        ([LIST], [-1], "0 or more"),
        ([LIST], [0], "one of them above 0"),
        ([LIST], [np.nan], "0 or more"),
        ([LIST, Ranked.of([[1, 2]])], None, "the same number of each"),
        ([Ranked.of([[1]]), Ranked.of([[1], [2]])], None, r"rankings of \[1, 2\] queries"),
    ],
)
def test_what_cannot_be_fused(rankings: list[Ranked], weights: list[float] | None, said: str) -> None:
    with pytest.raises(Problem, match=said):
        rrf(rankings, weights)


def test_an_unknown_method() -> None:
    with pytest.raises(Problem, match="expected one of wsum"):
        fuse("sum", [LIST])  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"k": -1}, {"length": 0}])
def test_settings_that_have_no_meaning(options: dict[str, int]) -> None:
    with pytest.raises(Problem, match="k of 0 or more, length of 1 or more"):
        fuse("rrf", [LIST], **options)  # type: ignore[arg-type]
