from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hanok.parts.quantization.nnac import CAP_REACHED, MERGED, merge, ranked
from hanok.parts.quantization.recipe import NNAC, KMeans


def zeros(*dead: list[int], n: int = 10) -> np.ndarray:
    """Counts of groups of n images in which the given outputs are always 0, of 8."""
    counts = np.zeros((len(dead), 8))
    for row, outputs in enumerate(dead):
        counts[row, outputs] = n
    return counts


def test_groups_that_leave_the_same_neurons_at_0_are_merged() -> None:
    layers = [zeros([0, 1, 2], [5], [0, 1, 2], [6]), zeros([1, 2], [6, 7], [1, 2], [3])]
    found = merge(layers, np.array([10, 10, 10, 20]), NNAC(k=3, sub=4))
    assert (found.table.tolist(), found.outcome, found.sizes.tolist()) == ([0, 1, 0, 2], MERGED, [20, 10, 20])


def test_more_layers_come_before_more_points() -> None:
    """Three layers: two put (0, 1) second, one puts (2, 3) first and nothing else."""
    layers = [
        zeros([0, 1], [0, 1], [0, 1, 2, 3], [2, 3]),
        zeros([0, 1], [0, 1], [0, 1, 2, 3], [2, 3]),
        zeros([], [], [5, 6, 7], [5, 6, 7]),
    ]
    order = ranked(layers, np.full(4, 10), NNAC(k=2, votes=2))
    assert order.index((0, 1)) < order.index((2, 3))


def test_a_pair_that_would_hold_half_of_the_images_is_passed_over() -> None:
    layers = [zeros([0, 1, 2], [0, 1, 2], [4], [4])]
    layers[0][1] *= 5  # a group of 50
    found = merge(layers, np.array([10, 50, 10, 10]), NNAC(k=3, sub=4))
    assert found.table.tolist() == [0, 1, 2, 2]


def test_merging_says_when_every_pair_hits_the_cap() -> None:
    found = merge([zeros([0], [0], [0], [0])], np.full(4, 10), NNAC(k=2, sub=4))
    assert (found.outcome, len(found.sizes)) == (CAP_REACHED, 4)  # any two are half
    found = merge([zeros([0], [0], [0], [0], [0])], np.full(5, 10), NNAC(k=2, sub=5))
    assert (found.outcome, sorted(found.sizes.tolist())) == (CAP_REACHED, [10, 20, 20])


def test_k_means_merges_nothing() -> None:
    found = merge([], np.array([3, 4]), KMeans(k=2))
    assert (found.table.tolist(), found.outcome) == ([0, 1], MERGED)


@given(st.lists(st.integers(0, 30), min_size=2, max_size=9), st.integers(1, 9), st.integers(0, 99))
def test_every_image_is_in_one_group_and_no_merged_group_holds_half(sizes: list[int], k: int, seed: int) -> None:
    k = min(k, len(sizes))
    rng = np.random.default_rng(seed)
    counts = [np.minimum(rng.integers(0, 31, (len(sizes), 6)), np.array(sizes)[:, None]) for _ in range(3)]
    found = merge([layer.astype(float) for layer in counts], np.array(sizes), NNAC(k=k, sub=len(sizes)))
    assert set(found.table) == set(range(len(found.sizes)))
    assert found.sizes.tolist() == [sum(np.array(sizes)[found.table == g]) for g in range(len(found.sizes))]
    assert (found.outcome == MERGED) == (len(found.sizes) == k)
    merged = np.bincount(found.table) > 1
    assert (found.sizes[merged] < sum(sizes) / 2).all()
