"""Negatives from a word's own list: which, how many, keyed on what, and that nothing changes where there is no list."""

import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.embedding import SGNS, Corpus, Keyed, Negatives, ResponseAware, Unigram

ALL = [[0, other] for other in range(2, 8)]
SEEN = Corpus.of([[0, 1]] + [[word] for word in range(2, 10)])  # one pair each way; the others are words without a pair
NOTHING = Keyed(np.zeros(10, int), [[False]])
ONLY_9 = Keyed([0] * 9 + [1], [[False, True], [False, True]])


def fit(sampler, corpus=SEEN, n_words=10, **settings):
    given = {"epochs": 1, "sample": 0, "learning_rate": 0.1, "negative": 4, "window": 1}
    return SGNS(8, **{**given, **settings}).fit(corpus, n_words, sampler)


def moved(model):
    return np.flatnonzero(model.context.any(axis=1)).tolist()


def n_negatives(sampler, **settings):
    """Negatives of a pair, from the loss of vectors of zeros: log 2 for each, and for the near word."""
    seen = []
    rates = {"learning_rate": 0.0, "min_learning_rate": 0.0}
    model = SGNS(8, epochs=1, sample=0, **rates, **settings)
    model.fit(SEEN, 10, sampler, lambda *_, loss, **__: seen.append(loss))
    return seen[-1] / np.log(2) - 1


def corpus(seed=0, sequences=300):
    rng = np.random.default_rng(seed)
    return Corpus.of(rng.integers(10, size=8) + 10 * rng.integers(4) for _ in range(sequences))


def test_a_share_comes_as_a_slice_of_the_shuffled_list_round_the_circle():
    sampler = ResponseAware(ALL, 0.5, NOTHING)
    order = sampler.negatives(np.ones(10, int), 0.75).lists.tolist()
    slices = [{order[k], order[(k + 1) % 6]} for k in range(6)]
    found = [set(moved(fit(sampler, seed=seed))) - {0, 1} for seed in range(60)]
    assert all(pair in slices for pair in found)
    assert all(pair in found for pair in slices)


def test_the_order_of_a_list_is_shuffled_by_the_seed():
    orders = {tuple(ResponseAware(ALL, seed=s).negatives(np.ones(10, int), 0.75).lists) for s in range(20)}
    assert len(orders) > 10
    assert {tuple(sorted(order)) for order in orders} == {(2, 3, 4, 5, 6, 7)}


@pytest.mark.parametrize(
    ("fraction", "negative", "listed"), [(0, 8, 0), (0.5, 8, 4), (0.5, 5, 2), (0.3, 10, 3), (1, 6, 6), (1, 8, 6)]
)
def test_how_many_come_from_the_list(fraction, negative, listed):
    """Six are on it; the rest comes from the base, which here has none."""
    model = fit(ResponseAware(ALL, fraction, NOTHING), negative=negative)
    assert len(set(moved(model)) - {0, 1}) == listed


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("listed", [1, 2, 6])
def test_the_base_gives_what_the_list_does_not(fraction, listed):
    """Also where the list is shorter than its share: each word of it once, and as many negatives in all."""
    pairs = [pair for one, other in ((0, 1), (1, 0)) for pair in ([one, word] for word in range(2, 2 + listed))]
    sampler = ResponseAware(pairs, fraction, ONLY_9)
    assert n_negatives(sampler, negative=8) == pytest.approx(8, rel=1e-5)
    short = n_negatives(ResponseAware(pairs, fraction, NOTHING), negative=8)
    assert short == pytest.approx(min(listed, round(8 * fraction)), rel=1e-5)


def test_skipgram_is_keyed_on_the_input_and_cbow_on_the_word_predicted():
    """Of the words beside each other only 0 has a list; the vector that pushes word 2 away says whose pair it was."""
    sampler = ResponseAware([[0, 2]], 0.5, NOTHING)
    first = fit(sampler, learning_rate=0.0, min_learning_rate=0.0).vectors
    for architecture, source in (("skipgram", 0), ("cbow", 1)):
        pushed = fit(sampler, architecture=architecture).context[2]
        assert pushed @ first[source] == pytest.approx(-np.linalg.norm(pushed) * np.linalg.norm(first[source]))


def test_the_word_predicted_is_no_negative_of_its_own_pair():
    model = fit(ResponseAware([[0, 1]], 1, NOTHING))
    assert model.context[1] @ model.vectors[0] > 0
    assert n_negatives(ResponseAware([[0, 1], [1, 0]], 1, NOTHING), negative=4) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize(
    "sampler", [ResponseAware([]), ResponseAware([[40, 41]]), ResponseAware([[0, 1]], 0), ResponseAware([[0, 1]], 0.1)]
)
def test_where_no_list_is_used_training_is_what_it_was_bit_for_bit(architecture, sampler):
    """No list at all, one of a word that never occurs, none of the negatives, and a share that rounds to none."""
    settings = {"architecture": architecture, "n_words": 42, "corpus": corpus(), "epochs": 2}
    plain, other = fit(Unigram(), **settings), fit(sampler, **settings)
    assert np.array_equal(plain.vectors, other.vectors)
    assert np.array_equal(plain.context, other.context)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_what_is_listed_is_pushed_away(architecture):
    """Words 0 to 9 are seen together; 0 is said not to go with 1, and 1 not with 0."""
    settings = {"architecture": architecture, "corpus": corpus(), "n_words": 40, "epochs": 5, "window": 4}
    plain = fit(Unigram(), **settings)
    aware = fit(ResponseAware([[0, 1], [1, 0]]), **settings)
    for one, other in ((0, 1), (1, 0)):
        assert aware.vectors[one] @ aware.context[other] < plain.vectors[one] @ plain.context[other]


def test_all_that_it_knows_can_be_looked_at():
    sampler = ResponseAware(np.array([[3, 1], [0, 2], [3, 1], [0, 1]]))
    assert sampler.pairs.tolist() == [[0, 1], [0, 2], [3, 1]]
    tables = sampler.negatives(np.ones(4, int), 0.75).checked(4)
    owner = np.repeat(np.arange(4), np.diff(tables.bounds))
    assert sorted(zip(owner, tables.lists, strict=True)) == [(0, 1), (0, 2), (3, 1)]


def test_what_was_not_seen_is_never_a_negative():
    model = fit(ResponseAware([[0, 8], [0, 9], [0, 2]], 1), Corpus.of([[0, 1]] * 50 + [[2]]))
    assert model.context[2].any()
    assert not model.context[[8, 9]].any()


def test_long_lists_take_memory_for_their_pairs_only():
    """Every one of 2000 words with a list; a table of all words for each of them would have 4 million entries."""
    pairs = np.stack([np.arange(2000), np.roll(np.arange(2000), 1)], axis=1)
    tables = ResponseAware(pairs).negatives(np.ones(2000, int), 0.75)
    assert (len(tables.ids), len(tables.lists)) == (2000, 2000)


@pytest.mark.parametrize(
    ("pairs", "where"),
    [
        ([[0, 1, 2]], "pairs"),
        ([0, 1], "pairs"),
        ([[0.0, 1.0]], "pairs"),
        ([[0, 1], [2, -1]], "pairs 1"),
        ([[0, 1], [2, 2**31]], "pairs 1"),
        ([[0, 1], [2, 2]], "pairs 1"),
    ],
)
def test_pairs_that_are_none_are_refused(pairs, where):
    with pytest.raises(Problem) as problem:
        ResponseAware(pairs)
    assert (problem.value.code, problem.value.where) == ("bad_sampler", where)


@pytest.mark.parametrize("fraction", [-0.1, 1.1, np.nan])
def test_a_fraction_that_is_no_share_is_refused(fraction):
    with pytest.raises(Problem, match="from 0 to 1"):
        ResponseAware([[0, 1]], fraction)


def test_what_only_training_can_know_is_refused_when_it_begins():
    with pytest.raises(Problem, match="found 10; expected ids from 0 to 9"):
        fit(ResponseAware([[0, 10]]))
    with pytest.raises(Problem, match="lists of its own"):
        fit(ResponseAware([[0, 1]], base=ResponseAware([[0, 2]])))


GOOD = Negatives.of(np.zeros(10), [(np.arange(10), np.ones(10))])._replace(
    bounds=np.array([0, 1, *[2] * 9]), lists=np.array([3, 4]), fraction=0.5
)


class Fixed:
    def __init__(self, tables):
        self.tables = tables

    def negatives(self, counts, ns_exponent):
        return self.tables


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bounds", np.zeros(0)),
        ("bounds", np.array([0, 1, *[2] * 8])),
        ("bounds", np.array([1, 1, *[2] * 9])),
        ("bounds", np.array([0, 1, *[3] * 9])),
        ("bounds", np.array([0, 3, *[2] * 9])),
        ("lists", np.array([3, 10])),
        ("lists", np.array([-1, 4])),
        ("fraction", 1.5),
        ("fraction", np.nan),
    ],
)
def test_lists_that_would_be_read_outside_of_are_refused(field, value):
    assert fit(Fixed(GOOD))
    with pytest.raises(Problem) as problem:
        fit(Fixed(GOOD._replace(**{field: value})))
    assert (problem.value.code, problem.value.where) == ("bad_sampler", field)
