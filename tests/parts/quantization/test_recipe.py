from __future__ import annotations

import pytest

from hanok.core.problem import Problem
from hanok.parts.quantization import FST, NNAC, KMeans, QuantNoise, Recipe


@pytest.mark.parametrize(
    ("make", "where", "found"),
    [
        (lambda: Recipe(weights=1), "weights", "found 1; expected 2 to 8 bits"),
        (lambda: Recipe(activations=16), "activations", "found 16"),
        (lambda: Recipe(first_last=0), "first_last", "found 0"),
        (lambda: Recipe(observer="max"), "observer", "granular_ema"),
        (lambda: Recipe(momentum=1.0), "momentum", "found 1.0"),
        (lambda: QuantNoise(p=0), "p", "found 0"),
        (lambda: FST(high=9), "high", "found 9"),
        (lambda: FST(p=2), "p", "found 2"),
        (lambda: QuantNoise(ramp=0), "ramp", "found 0"),
        (lambda: KMeans(k=0), "k", "found 0"),
        (lambda: NNAC(k=4, sub=3), "sub", "at least k = 4"),
        (lambda: NNAC(dead=1.0), "dead", "found 1.0"),
        (lambda: Recipe(layers={"a": 9}), "layers[a]", "found 9"),
    ],
)
def test_what_cannot_be_is_refused_by_name(make: object, where: str, found: str) -> None:
    with pytest.raises(Problem) as problem:
        make()  # type: ignore[operator]
    assert (problem.value.code, problem.value.where) == ("bad_recipe", where)
    assert found in problem.value.message


def test_merging_begins_with_twice_as_many_clusters() -> None:
    assert Recipe(clusters=NNAC(k=4)).groups == 8
    assert Recipe(clusters=KMeans(k=4)).groups == 4
    assert Recipe().groups == 1
