import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.als_scaling import zipf
from benchmarks.heldout import cut, judge, popular


def seen(seed: int = 0) -> csr_matrix:
    return csr_matrix((np.random.default_rng(seed).random((40, 30)) < 0.4).astype(np.float32))


def test_a_cut_hides_a_share_of_every_users_items_and_loses_none() -> None:
    whole = seen()
    train, hidden = cut(whole, seed=1)
    assert (train + hidden != whole).nnz == 0
    assert train.multiply(hidden).nnz == 0
    assert np.array_equal(np.diff(hidden.indptr), np.floor(np.diff(whole.indptr) * 0.2))


def test_a_cut_depends_on_its_seed_only() -> None:
    whole = seen()
    assert (cut(whole, 1)[1] != cut(whole, 1)[1]).nnz == 0
    assert (cut(whole, 1)[1] != cut(whole, 2)[1]).nnz > 0


def test_who_knows_what_is_hidden_is_judged_perfect() -> None:
    train, hidden = cut(seen(), seed=1)
    recall, gain = judge(hidden.toarray(), np.eye(30, dtype=np.float32), train, hidden)
    assert recall.min() == gain.min() == 1
    recall, _ = judge(*popular(train), train, hidden)
    assert 0 < recall.mean() < 1


def test_interactions_that_are_made_up_are_as_many_as_asked_for_and_distinct() -> None:
    made = zipf(10_000, seed=0)
    assert made.shape == (200, 100)
    assert made.nnz == 10_000
    assert made.data.max() == 1
    assert (zipf(10_000, seed=0) != made).nnz == 0
