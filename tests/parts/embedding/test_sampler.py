"""Tables of negatives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.embedding import Keyed, Negatives, Unigram


def chances(tables, row, n_words):
    """How likely a draw from a table is to give each word, (n_words,)."""
    part = slice(tables.offsets[row], tables.offsets[row + 1])
    found = np.zeros(n_words)
    np.add.at(found, tables.ids[part], tables.stay[part])
    np.add.at(found, tables.alias[part], 1 - tables.stay[part])
    return found / max(found.sum(), 1e-12)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.sampled_from([0.75, 0.0, 1.0, -0.5]))
def test_unigram_draws_in_proportion(counts, exponent):
    counts = np.array([*counts, 1])
    wanted = np.where(counts > 0, np.maximum(counts, 1) ** exponent, 0)
    tables = Unigram().negatives(counts, exponent).checked(len(counts))
    assert np.allclose(chances(tables, 0, len(counts)), wanted / wanted.sum(), atol=1e-6)


def test_each_group_has_the_words_that_it_is_allowed():
    groups = np.array([0, 1, 1, 2])
    counts = np.array([4, 9, 16, 25])
    tables = Keyed(groups, [[0, 1, 0], [1, 0, 1], [0, 0, 0]]).negatives(counts, 0.5).checked(4)
    assert tables.table.tolist() == [0, 1, 1, 2]
    assert np.allclose(chances(tables, 0, 4), [0, 3 / 7, 4 / 7, 0])
    assert np.allclose(chances(tables, 1, 4), [2 / 7, 0, 0, 5 / 7])
    assert tables.offsets[2] == tables.offsets[3]


def test_groups_that_do_not_fit_are_refused():
    with pytest.raises(Problem, match="3 groups for 2 words"):
        Keyed([0, 1, 1], np.ones((2, 2))).negatives(np.array([1, 1]), 0.75)
    for groups, allowed in (([0, 1], np.ones((2, 3))), ([0, 2], np.ones((2, 2))), ([0, -1], np.ones((2, 2)))):
        with pytest.raises(Problem, match="allowed"):
            Keyed(groups, allowed).negatives(np.array([1, 1]), 0.75)


@pytest.mark.parametrize("weights", [[1.0, np.nan], [1.0, -1.0], [0.0, 0.0], [np.inf, 1.0]])
def test_weights_that_are_no_chances_are_refused(weights):
    with pytest.raises(Problem, match="weights"):
        Negatives.of([0, 0], [([0, 1], weights)])
