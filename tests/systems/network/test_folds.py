from __future__ import annotations

import numpy as np
import pytest

from hanok.core.contract import Fold
from hanok.core.problem import Problem
from hanok.systems.network import Config, Data, Network
from hanok.systems.network.folds import hidden


def named(data: Data) -> set[tuple[int, int]]:
    return set(map(tuple, data.responses.pairs.tolist()))


def test_the_parts_of_a_fold_share_no_pair_and_leave_none_out(example: Data, folds: dict[str, Fold[Data]]) -> None:
    assert list(folds) == ["cold nodes", "masked pairs"]
    for fold in folds.values():
        parts = [named(part) for part in (fold.train, fold.valid, fold.test)]
        assert sum(map(len, parts)) == len(set.union(*parts)) == len(example)
        for part in (fold.valid, fold.test):
            assert 0.05 * len(example) < len(part) < 0.15 * len(example)
            assert part.network is fold.train.network


def test_cold_nodes_have_no_response_outside_their_part(folds: dict[str, Fold[Data]]) -> None:
    fold = folds["cold nodes"]
    train, valid, test = (set(part.responses.left.tolist()) for part in (fold.train, fold.valid, fold.test))
    assert not train & valid
    assert not train & test
    assert not valid & test


def test_nodes_of_masked_pairs_keep_others(folds: dict[str, Fold[Data]]) -> None:
    fold = folds["masked pairs"]
    train, test = (set(part.responses.left.tolist()) for part in (fold.train, fold.test))
    assert len(train & test) > 0.9 * len(test)


def test_no_part_of_the_network_is_a_measured_pair(example: Data) -> None:
    edges = set(map(tuple, example.network.edges()[0].tolist()))
    assert not any((a, b) in edges or (b, a) in edges for a, b in named(example))


def test_another_seed_cuts_another_way_and_the_same_seed_the_same(example: Data) -> None:
    first, again, other = (named(next(iter(Network.folds(example, Config(), seed=s))).test) for s in (0, 0, 1))
    assert first == again != other


def test_strengths_stay_with_their_pairs(example: Data, folds: dict[str, Fold[Data]]) -> None:
    known = dict(zip(map(tuple, example.responses.pairs.tolist()), example.strengths.tolist(), strict=True))
    test = folds["masked pairs"].test
    found = zip(map(tuple, test.responses.pairs.tolist()), test.strengths.tolist(), strict=True)
    assert all(known[pair] == strength for pair, strength in found)


def test_too_few_measured_nodes_are_refused() -> None:
    edges = [("c0", "cell", "g", "gene", 1.0)]
    data = Data.of(edges, [(f"c{i}", f"d{j}", i > 3, None) for i in range(9) for j in range(2)])
    with pytest.raises(Problem) as caught:
        list(Network.folds(data, Config(), seed=0))
    assert caught.value.code == "too_few"


@pytest.mark.parametrize("cold", [True, False])
def test_what_is_hidden_to_choose_settings_covers_each_known_pair_once(cold: bool) -> None:
    labels = np.random.default_rng(0).choice([0, 1, np.nan], (40, 7))
    parts = hidden(labels, cold, 4, seed=1)
    assert (np.sum(parts, axis=0) == np.isfinite(labels)).all()
    rows = [part.any(axis=1) for part in parts]
    assert (np.sum(rows, axis=0).max() == 1) == cold
