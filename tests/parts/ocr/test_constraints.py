from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.ocr import Count, Field, Ranks, Sum, check, solve

TOTAL = Sum("total", ("a", "b", "c"))


def test_a_sum_holds_or_says_why_not() -> None:
    assert check({"a": 1, "b": 2, "c": 3, "total": 6}, [TOTAL]) == ()
    (broken,) = check({"a": 1, "b": 2, "c": 3, "total": 7}, [TOTAL])
    assert broken.problem == "total is 7; a + b + c is 6"
    assert check({"a": 1, "b": None, "c": 3, "total": 7}, [TOTAL]) == ()


def test_ranks_rise_and_may_tie() -> None:
    ranks = Ranks(("r1", "r2", "r3"))
    assert check({"r1": 1, "r2": 1, "r3": 3}, [ranks]) == ()
    assert check({"r1": 1, "r2": None, "r3": 3}, [ranks]) == ()
    (broken,) = check({"r1": 1, "r2": 7, "r3": 3}, [ranks])
    assert broken.problem == "rank 3 stands below rank 7"


def test_places_count_from_the_top() -> None:
    places = Count(("r1", "r2", "r3"))
    assert check({"r1": 1, "r2": 2, "r3": 3}, [places]) == ()
    assert check({"r1": 1, "r2": None, "r3": 3}, [places]) == ()
    (broken,) = check({"r1": 1, "r2": 2, "r3": 5}, [places])
    assert broken.problem == "place 3 from the top holds 5"


@given(st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=1, max_size=9), st.data())
def test_uncertain_places_follow_and_certain_ones_stay(read: list[int | None], data: st.DataObject) -> None:
    values = {f"r{k}": value for k, value in enumerate(read, 1)}
    uncertain = data.draw(st.sets(st.sampled_from(sorted(values))))
    found = solve(values, uncertain, [Count(tuple(values))])
    assert found.values == {f"r{k}": k for k, value in enumerate(read, 1) if value is None or f"r{k}" in uncertain}
    certain = values.keys() - found.values.keys()
    assert bool(found.broken) == any(values[name] != int(name[1:]) for name in certain)


def test_a_place_that_a_sum_contradicts_is_not_taken() -> None:
    owed = [Count(("r1", "r2")), Sum("total", ("r2", "a"))]
    assert solve({"r1": 1, "r2": None, "a": 4, "total": 9}, (), owed).values == {}


@given(st.lists(st.integers(-50, 5000), min_size=3, max_size=3), st.sampled_from(["a", "b", "c", "total"]), st.data())
def test_the_one_uncertain_cell_is_solved_exactly(parts: list[int], cell: str, data: st.DataObject) -> None:
    true = dict(zip("abc", parts, strict=True)) | {"total": sum(parts)}
    wrong = data.draw(st.one_of(st.none(), st.integers(-50, 5000)))
    found = solve(true | {cell: wrong}, {cell}, [TOTAL])
    assert found.values == {cell: true[cell]}
    assert found.broken == ()


@given(st.sets(st.sampled_from(["a", "b", "c", "total"]), min_size=2))
def test_two_uncertain_cells_are_not_guessed(uncertain: set[str]) -> None:
    values = {"a": 1, "b": 2, "c": 3, "total": 6}
    assert solve(values, uncertain, [TOTAL]).values == {}


def test_nothing_certain_is_ever_changed() -> None:
    found = solve({"a": 1, "b": 2, "c": 3, "total": 7}, (), [TOTAL])
    assert found.values == {}
    assert [broken.constraint for broken in found.broken] == [TOTAL]


def test_a_value_that_does_not_fit_its_field_is_not_taken() -> None:
    fields = {"b": Field("b", "number", low=0)}
    found = solve({"a": 5, "b": None, "c": 5, "total": 3}, (), [TOTAL], fields)
    assert found.values == {}


def test_sums_that_contradict_each_other_solve_nothing() -> None:
    twice = [Sum("t1", ("a", "x")), Sum("t2", ("b", "x"))]
    assert solve({"a": 1, "b": 1, "x": None, "t1": 5, "t2": 6}, (), twice).values == {}
    assert solve({"a": 1, "b": 1, "x": None, "t1": 5, "t2": 5}, (), twice).values == {"x": 4}


def test_a_solved_cell_solves_the_next() -> None:
    chain = [Sum("sub", ("a", "b")), Sum("total", ("sub", "c"))]
    assert solve({"a": 1, "b": 2, "sub": None, "c": None, "total": 10}, (), chain).values == {"sub": 3, "c": 7}
