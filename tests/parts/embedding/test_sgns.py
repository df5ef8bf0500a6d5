"""The engine: what it learns, that it can be repeated, taken up again and stopped, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.embedding import SGNS, Corpus, Keyed, Negatives


def blocks(seed=0, sequences=300, length=8, groups=4, size=10):
    """Sequences that never leave their group of ten words."""
    rng = np.random.default_rng(seed)
    return Corpus.of(rng.integers(size, size=length) + size * rng.integers(groups) for _ in range(sequences))


def model(**settings):
    return SGNS(**{"vector_size": 16, "sample": 0, "epochs": 8, "learning_rate": 0.05, **settings})


def same(a, b):
    return np.array_equal(a.vectors, b.vectors) and np.array_equal(a.context, b.context)


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
@pytest.mark.parametrize("workers", [1, 2])
def test_words_of_one_group_come_together(architecture, workers):
    epochs = 8 if architecture == "skipgram" else 30
    fitted = model(architecture=architecture, workers=workers, epochs=epochs).fit(blocks(), 40)
    for kind in ("in-in", "in-out"):
        right = [np.mean(fitted.similar(word, 9, kind=kind)[0] // 10 == word // 10) for word in range(40)]
        assert np.mean(right) > 0.9


@pytest.mark.parametrize("architecture", ["skipgram", "cbow"])
def test_one_worker_gives_the_same_twice_and_another_seed_something_else(architecture):
    first, again = (model(architecture=architecture, sample=1e-2).fit(blocks(), 40) for _ in range(2))
    assert same(first, again)
    assert not same(first, model(architecture=architecture, sample=1e-2, seed=1).fit(blocks(), 40))


def test_counts_may_be_given_or_counted():
    corpus = blocks()
    assert same(model().fit(corpus, 40), model().fit(corpus, np.bincount(corpus.tokens)))


def test_a_stream_is_asked_for_each_epoch_and_never_held():
    corpora = [blocks(seed) for seed in range(3)]
    asked = []

    def stream(epoch):
        asked.append(epoch)
        yield from corpora

    streamed = model(epochs=3).fit(stream, sum(c.counts(40) for c in corpora))
    assert asked == [0, 1, 2]
    assert np.mean([np.mean(streamed.similar(w, 9)[0] // 10 == w // 10) for w in range(40)]) > 0.9
    assert same(streamed, model(epochs=3).fit(stream, 40))


def test_threads_read_a_stream_only_as_fast_as_they_learn():
    ahead = 0

    def stream(epoch):
        nonlocal ahead
        for seed in range(60):
            ahead = seed + 1
            yield blocks(seed, sequences=30)

    seen = []
    model(workers=2, epochs=1).fit(stream, np.full(40, 60 * 6), report=lambda step, total, **_: seen.append(step))
    assert ahead == 60
    assert seen[-1] == 60 * 240


def test_progress_ends_at_the_total_and_the_loss_falls():
    seen = []
    model(epochs=5).fit(
        blocks(), 40, report=lambda step, total, loss, tokens_per_second: seen.append((step, total, loss))
    )
    assert [step for step, _, _ in seen][-1] == seen[0][1] == 5 * 2400
    assert seen[-1][2] < seen[0][2]


def test_the_loss_is_that_of_the_vectors():
    """With the rate at zero nothing moves, so the loss is that of zeros: log 2 for the near word and each negative."""
    seen = []
    rates = {"learning_rate": 0.0, "min_learning_rate": 0.0}
    sampler = Keyed(np.arange(40) // 10, ~np.eye(4, dtype=bool))  # no negative is the centre itself
    model(**rates, epochs=1).fit(blocks(), 40, sampler, lambda *_, loss, **__: seen.append(loss))
    assert seen[-1] == pytest.approx(6 * np.log(2), rel=1e-4)


def test_a_listener_that_raises_ends_the_training():
    class End(Exception):
        pass

    def listen(progress):
        raise End

    for workers in (1, 2):
        with pytest.raises(End):
            model(workers=workers).fit(blocks(), 40, report=Run(listener=listen).report)


def test_a_crash_loses_at_most_the_epoch_it_falls_into(tmp_path):
    whole = model(epochs=4).fit(blocks(), 40)
    file = tmp_path / "sgns.safetensors"

    def crash(step, total, **_):
        if step > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model(epochs=4).fit(blocks(), 40, report=crash, checkpoint=file)
    assert SGNS.load(file).epochs_done == 2
    steps = []
    resumed = model(epochs=4).fit(blocks(), 40, report=lambda step, *_, **__: steps.append(step), checkpoint=file)
    assert min(steps) > 2 * 2400
    assert same(resumed, whole)
    assert same(model(epochs=4).fit(blocks(), 40, report=crash, checkpoint=file), whole)  # done: nothing runs


def test_a_checkpoint_of_another_training_is_refused(tmp_path):
    file = tmp_path / "sgns.safetensors"
    model(epochs=1).fit(blocks(), 40, checkpoint=file)
    for other, corpus in ((model(epochs=2), blocks()), (model(epochs=1), blocks(1))):
        with pytest.raises(Problem, match="other settings") as problem:
            other.fit(corpus, 40, checkpoint=file)
        assert problem.value.code == "other_checkpoint"


def test_saved_and_loaded_is_the_same(tmp_path):
    fitted = model(architecture="cbow", window=3, workers=2).fit(blocks(), 40)
    fitted.save(tmp_path / "sgns.safetensors")
    loaded = SGNS.load(tmp_path / "sgns.safetensors")
    assert same(fitted, loaded)
    assert loaded.counts.tolist() == fitted.counts.tolist()
    assert vars(loaded).keys() == vars(fitted).keys()
    assert (loaded.architecture, loaded.window, loaded.workers) == ("cbow", 3, 2)
    assert [file.name for file in tmp_path.iterdir()] == ["sgns.safetensors"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x08\x00\x00\x00\x00\x00\x00\x00{}      "])
def test_a_file_that_is_none_of_ours_is_refused(tmp_path, content):
    file = tmp_path / "sgns.safetensors"
    with pytest.raises(Problem, match="no skip-gram model"):
        SGNS.load(file)
    file.write_bytes(content)
    with pytest.raises(Problem, match="no skip-gram model"):
        SGNS.load(file)


def test_similar_leaves_out_the_query_the_unseen_and_what_is_no_candidate():
    fitted = model(negative=2).fit(blocks(groups=3), 50)  # words 30 to 49 never occur
    for kind in ("in-in", "in-out"):
        ids, scores = fitted.similar([3, 4], 50, kind=kind)
        assert len(ids) == 28
        assert not np.isin(ids, [3, 4, *range(30, 50)]).any()
        assert (np.diff(scores) <= 0).all()
        assert set(fitted.similar(3, 10, kind=kind, items=[1, 2, 3, 45])[0]) == {1, 2}
    for wrong in (50, -1, []):
        with pytest.raises(Problem, match="expected ids"):
            fitted.similar(wrong)


def test_a_keyed_sampler_is_asked_by_the_input_word():
    """Words 0 and 1 are pairs, 2 and 3 are seen alone: only as negatives do their OUT vectors move."""
    corpus = Corpus.of([[0, 1]] * 50 + [[2], [3]])
    allowed = np.zeros((4, 4), bool)
    allowed[0, 2] = allowed[1, 3] = True
    fitted = model().fit(corpus, 4, Keyed(np.arange(4), allowed))
    assert fitted.vectors[0] @ fitted.context[2] < 0 > fitted.vectors[1] @ fitted.context[3]
    allowed[1] = False  # a table without entries gives no negatives
    fitted = model().fit(corpus, 4, Keyed(np.arange(4), allowed))
    assert fitted.context[2].any()
    assert not fitted.context[3].any()


class Fixed:
    def __init__(self, tables):
        self.tables = tables

    def negatives(self, counts, ns_exponent):
        return self.tables


GOOD = Negatives.of(np.zeros(40), [(np.arange(40), np.ones(40))])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", np.zeros(39)),
        ("table", np.full(40, 1)),
        ("table", np.full(40, -1)),
        ("offsets", np.array([0, 41])),
        ("offsets", np.array([1, 40])),
        ("offsets", np.array([0, 50, 40])),
        ("ids", np.full(40, 40)),
        ("stay", np.full(40, np.nan)),
        ("stay", np.ones(39)),
        ("alias", np.full(40, -1)),
    ],
)
def test_tables_that_would_be_read_outside_of_are_refused(field, value):
    with pytest.raises(Problem) as problem:
        model().fit(blocks(), 40, Fixed(GOOD._replace(**{field: value})))
    assert (problem.value.code, problem.value.where) == ("bad_sampler", field)


@pytest.mark.parametrize(
    ("sequences", "counts", "code"),
    [
        ([[0, 1, 4]], 4, "unknown_token"),
        ([[0, 1, -1]], 4, "unknown_token"),
        ([[0, 1, 4]], [1, 1, 1, 1], "unknown_token"),
        ([], 4, "empty_corpus"),
        ([[], []], 4, "empty_corpus"),
        ([], [1, 1, 1, 1], "empty_corpus"),
        ([[1, 1, 1]], 4, "one_word"),
        ([[0, 1]], [1.0, np.nan], "bad_counts"),
        ([[0, 1]], [1, -1], "bad_counts"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(sequences, counts, code):
    with pytest.raises(Problem) as problem:
        model().fit(Corpus.of(sequences), counts)
    assert problem.value.code == code


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("vector_size", 0),
        ("window", 0),
        ("negative", 0),
        ("epochs", 0),
        ("workers", 0),
        ("learning_rate", float("nan")),
        ("sample", -1.0),
        ("ns_exponent", float("inf")),
        ("architecture", "glove"),
    ],
)
def test_settings_that_learn_nothing_are_refused(name, value):
    with pytest.raises(Problem) as problem:
        model(**{name: value}).fit(blocks(), 40)
    assert problem.value.where == name


def test_words_without_neighbours_keep_their_first_vectors():
    fitted = model().fit(Corpus.of([[0], [1], [2]]), 3)
    assert not fitted.context.any()


def test_a_rate_that_is_too_high_is_said_and_does_not_crash():
    with pytest.raises(Problem, match="not finite"):
        model(learning_rate=1e30, min_learning_rate=1e30, epochs=3).fit(blocks(), 40)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=20),
    st.sampled_from(["skipgram", "cbow"]),
    st.integers(1, 20),
    st.sampled_from([1, 7]),
    st.sampled_from([0.0, 1e-2]),
)
def test_any_corpus_gives_finite_vectors_or_a_problem(sequences, architecture, window, negative, sample):
    corpus = Corpus.of(sequences)
    chosen = {"architecture": architecture, "window": window, "negative": negative, "sample": sample, "epochs": 2}
    if len(set(corpus.tokens.tolist())) < 2:
        with pytest.raises(Problem):
            model(**chosen).fit(corpus, 10)
    else:
        fitted = model(**chosen).fit(corpus, 10)
        assert np.isfinite(fitted.vectors).all()
        assert np.isfinite(fitted.context).all()
        assert not fitted.context[fitted.counts == 0].any()  # what was not seen is never a negative


def test_a_long_sequence_is_cut_and_loses_nothing_else():
    rng = np.random.default_rng(0)
    group = np.repeat(rng.integers(4, size=3000), 10)
    corpus = Corpus.of([group * 10 + rng.integers(10, size=30_000)])
    seen = []
    fitted = model(epochs=1, window=2).fit(corpus, 40, report=lambda step, *_, **__: seen.append(step))
    assert seen[-1] == 30_000
    assert np.mean([np.mean(fitted.similar(w, 9)[0] // 10 == w // 10) for w in range(40)]) > 0.8
