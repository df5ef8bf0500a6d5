from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from planted import world

from hanok.parts.graph import Responses
from hanok.parts.graph.negatives import Opponents

WORLD = world()
TYPES = WORLD.graph.types.astype(np.int64)
POSITIVES, LABEL = WORLD.responses.positives, WORLD.responses.label
RESISTANT = {tuple(pair) for pair in WORLD.responses.pairs[~LABEL].tolist()}
RESPONSIVE = {tuple(pair) for pair in POSITIVES.tolist()}


def drawn(fraction: float, negative: int = 10, seed: int = 0, pairs: np.ndarray = POSITIVES) -> list[tuple[int, int]]:
    opponents = Opponents(WORLD.responses, TYPES, negative, fraction, seed)
    return [(a, b) for a, b in opponents.draw(pairs, np.random.default_rng(seed)).tolist()]


def test_all_are_resistant_where_the_fraction_is_one_and_lists_are_long() -> None:
    found = drawn(1, negative=2)
    assert set(found) <= RESISTANT
    assert len(found) == 2 * 2 * len(POSITIVES)


@pytest.mark.parametrize("fraction", [0, 0.5])
def test_none_are_known_to_respond_and_all_are_a_left_and_a_right_node(fraction: float) -> None:
    found = drawn(fraction)
    assert not set(found) & RESPONSIVE
    assert {a for a, _ in found} <= set(WORLD.cells.tolist())
    assert {b for _, b in found} <= set(WORLD.drugs.tolist())


def test_the_fraction_is_that_of_response_aware_negatives() -> None:
    unmeasured = [pair for pair in drawn(0) if pair not in RESISTANT]
    assert unmeasured
    shares = [np.mean([pair in RESISTANT for pair in drawn(fraction)]) for fraction in (0, 0.5, 1)]
    assert shares == sorted(shares)
    assert shares[0] < shares[1] < shares[2]


def test_a_slice_of_a_list_has_nothing_twice_and_starts_anywhere() -> None:
    pair = POSITIVES[:1]
    own = {b for a, b in RESISTANT if a == pair[0, 0]}
    starts = Counter()
    for seed in range(60):
        opponents = Opponents(WORLD.responses, TYPES, 3, 1.0, 0)  # the same shuffling
        found = opponents.draw(pair, np.random.default_rng(seed))[:3, 1].tolist()
        assert len(set(found)) == 3
        starts[tuple(found)] += 1
    assert {first for first, *_ in starts} == own
    assert len(starts) == len(own)  # slices, not any three


def test_a_short_list_is_taken_whole_and_chance_gives_the_rest() -> None:
    few = Responses([0, 0, 1, 1, 2], [3, 4, 3, 4, 5], [True, False, True, True, True])
    opponents = Opponents(few, np.array([0, 0, 0, 1, 1, 1]), 4, 1.0, 0)
    found = opponents.draw(np.array([[0, 3]]), np.random.default_rng(0)).tolist()
    of_left = [pair for pair in found if pair[0] == 0]
    assert of_left.count([0, 4]) >= 1
    assert {b for _, b in of_left} <= {4, 5}
    assert [0, 3] not in found


def test_without_any_resistant_pair_all_come_by_chance() -> None:
    only = Responses(POSITIVES[:, 0], POSITIVES[:, 1], np.ones(len(POSITIVES), bool))
    found = Opponents(only, TYPES, 4, 0.5, 0).draw(POSITIVES, np.random.default_rng(0))
    assert len(found) > 4 * len(POSITIVES)
    assert not {tuple(pair) for pair in found.tolist()} & RESPONSIVE


def test_chance_draws_partners_of_the_same_type() -> None:
    types = np.array([0, 0, 1, 1, 2, 2])  # two cells, two drugs, two antibodies
    responses = Responses([0, 1, 0, 1], [2, 3, 4, 5], [True] * 4)
    opponents = Opponents(responses, types, 8, 0.0, 0)
    found = opponents.draw(np.array([[0, 2]]), np.random.default_rng(0))
    assert set(types[found[:, 1]].tolist()) == {1}
    found = opponents.draw(np.array([[0, 4]]), np.random.default_rng(0))
    assert set(types[found[:, 1]].tolist()) == {2}


def test_the_same_seed_draws_the_same() -> None:
    assert drawn(0.5) == drawn(0.5)
    assert drawn(0.5) != drawn(0.5, seed=1)
