"""Corpora and vocabularies."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.embedding import Corpus, Vocabulary

SEQUENCES = st.lists(st.lists(st.integers(0, 20), max_size=10), max_size=10)


@given(SEQUENCES)
def test_sequences_come_back(sequences):
    corpus = Corpus.of(sequences)
    assert [corpus[i].tolist() for i in range(len(corpus))] == sequences
    assert (corpus.tokens.dtype, corpus.offsets.dtype) == (np.int32, np.int64)
    assert corpus.counts(21).tolist() == [sum(s.count(w) for s in sequences) for w in range(21)]


@given(SEQUENCES, st.integers(0, 99))
def test_shuffling_keeps_each_sequence_together(sequences, seed):
    shuffled = Corpus.of(sequences).shuffled(np.random.default_rng(seed))
    assert [Counter(shuffled[i].tolist()) for i in range(len(shuffled))] == [Counter(s) for s in sequences]


@pytest.mark.parametrize(
    ("tokens", "offsets"),
    [
        (np.array([0.0, 1.0]), np.array([0, 2])),
        (np.array([0.0, np.nan]), np.array([0, 2])),
        (np.array([[0, 1]]), np.array([0, 2])),
        (np.array([0, 2**40]), np.array([0, 2])),
        (np.array([0, -(2**40)]), np.array([0, 2])),
        (np.array([0, 1]), np.array([0, 3])),
        (np.array([0, 1]), np.array([1, 2])),
        (np.array([0, 1]), np.array([0, 2, 1, 2])),
        (np.array([0, 1]), np.zeros(0, int)),
        (np.array(["a"]), np.array([0, 1])),
    ],
)
def test_arrays_that_are_no_corpus_are_refused(tokens, offsets):
    with pytest.raises(Problem) as problem:
        Corpus(tokens, offsets)
    assert problem.value.code == "bad_corpus"


def test_a_wrong_id_is_named_by_its_place():
    with pytest.raises(Problem, match="sequence 2, token 1: found 7; expected 0 to 6"):
        Corpus.of([[0], [], [1, 7]]).check(7)


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), max_size=12), st.integers(1, 3))
def test_a_vocabulary_counts_as_one_would_by_hand(sequences, min_count):
    found = Counter(word for sequence in sequences for word in sequence)
    kept = {word: n for word, n in found.items() if n >= min_count}
    if not kept:
        with pytest.raises(Problem, match="min_count"):
            Vocabulary.of(sequences, min_count)
        return
    vocabulary = Vocabulary.of(sequences, min_count)
    assert dict(zip(vocabulary.words, vocabulary.counts.tolist(), strict=True)) == kept
    assert (np.diff(vocabulary.counts) <= 0).all()
    encoded = vocabulary.encode(sequences)
    known = [[word for word in sequence if word in kept] for sequence in sequences]
    assert [[vocabulary.words[i] for i in encoded[s]] for s in range(len(encoded))] == known


def test_the_order_of_the_sequences_does_not_matter_for_ids():
    assert Vocabulary.of([["b", "a"]], 1).words == Vocabulary.of([["a"], ["b"]], 1).words
