import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.sparse import csr_matrix, random, vstack

from hanok.core.problem import Problem, Stopped
from hanok.parts.factorization import ALS


def communities(n: int = 30, size: int = 10, seed: int = 0) -> csr_matrix:
    """Users of two kinds; each has seen most items of its kind and none of the other's."""
    rng = np.random.default_rng(seed)
    seen = rng.random((2 * n, 2 * size)) < 0.7
    seen[:n, size:] = seen[n:, :size] = False
    return csr_matrix(seen.astype(np.float32))


def weighted(n_users: int = 25, n_items: int = 18, seed: int = 0) -> csr_matrix:
    rng = np.random.default_rng(seed)
    return random(n_users, n_items, 0.25, "csr", np.float32, rng, lambda n: rng.integers(1, 4, n))


def loss(als: ALS, seen: csr_matrix) -> float:
    """What is minimised, as the docstring says it."""
    w, scores = seen.toarray().astype(float), als.user_factors.astype(float) @ als.item_factors.T
    users = (w.sum(1) + als.alpha0 * w.shape[1]) ** als.nu @ (als.user_factors**2).sum(1)
    items = (w.sum(0) + als.alpha0 * w.shape[0]) ** als.nu @ (als.item_factors**2).sum(1)
    fit = (w * (scores - 1) ** 2).sum() + als.alpha0 * (scores**2).sum()
    return float(fit + als.regularization * (users + items))


def reference(als: ALS, seen: csr_matrix) -> np.ndarray:
    """Scores after alternating exact solutions in double precision, from the vectors that `als` begins with."""
    rng, d = np.random.default_rng(als.seed), als.factors
    users, items = (rng.standard_normal((n, d), np.float32).astype(float) * 0.1 / d**0.5 for n in seen.shape)

    def half(other: np.ndarray, w: np.ndarray) -> np.ndarray:
        gram = als.alpha0 * other.T @ other
        cost = als.regularization * (w.sum(1) + als.alpha0 * w.shape[1]) ** als.nu
        return np.array(
            [
                np.linalg.solve(gram + (other.T * row) @ other + c * np.eye(d), other.T @ row)
                for row, c in zip(w, cost, strict=True)
            ]
        )

    w = seen.toarray().astype(float)
    for _ in range(als.iterations):
        users = half(items, w)
        items = half(users, w.T)
    return users @ items.T


# -- learning ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nu", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("factors", [3, 16, 20])
def test_it_is_alternating_least_squares(factors: int, nu: float) -> None:
    seen = weighted()
    als = ALS(factors, nu=nu, regularization=0.05, iterations=4, cg_steps=60).fit(seen)
    scores = als.user_factors @ als.item_factors.T
    np.testing.assert_allclose(scores, reference(als, seen), atol=3e-3)


def test_three_steps_come_close_to_the_exact_solution() -> None:
    seen = weighted(60, 40)
    exact, few = (loss(ALS(8, iterations=30, cg_steps=steps).fit(seen), seen) for steps in (30, 3))
    assert few == pytest.approx(exact, rel=0.01)


def test_the_loss_falls() -> None:
    seen = weighted()
    losses = [loss(ALS(8, iterations=n, cg_steps=10).fit(seen), seen) for n in range(1, 8)]
    assert losses == sorted(losses, reverse=True)


def test_the_same_seed_gives_the_same_vectors_with_any_number_of_workers() -> None:
    seen = communities()
    one, two, three, other = (ALS(8, workers=w, seed=s).fit(seen) for w, s in ((1, 0), (1, 0), (3, 0), (1, 1)))
    assert np.array_equal(one.item_factors, two.item_factors)
    assert np.array_equal(one.item_factors, three.item_factors)
    assert np.array_equal(one.user_factors, three.user_factors)
    assert not np.array_equal(one.item_factors, other.item_factors)


def test_a_pair_of_weight_two_is_a_pair_seen_twice() -> None:
    once = weighted()
    rows, columns = once.nonzero()
    times = once.data.astype(int)
    twice = csr_matrix((np.ones(times.sum()), (rows.repeat(times), columns.repeat(times))), shape=once.shape)
    assert np.array_equal(ALS(4).fit(once).item_factors, ALS(4).fit(twice).item_factors)


def test_a_heavier_pair_is_fitted_better() -> None:
    seen = communities()
    heavy = seen.copy()
    heavy[0, seen[0].indices[0]] = 50
    at = 0, seen[0].indices[0]
    scores = [(m.user_factors @ m.item_factors.T)[at] for m in (ALS(4).fit(seen), ALS(4).fit(heavy))]
    assert abs(1 - scores[1]) < abs(1 - scores[0])


def test_progress_is_reported_and_what_the_listener_raises_ends_the_fit() -> None:
    heard: list[tuple[int, int, float]] = []

    def listen(step: int, total: int, loss: float) -> None:
        heard.append((step, total, loss))
        if step == 3:
            raise Stopped

    als = ALS(4, iterations=5, workers=2)
    with pytest.raises(Stopped):
        als.fit(communities(), listen)
    assert [(step, total) for step, total, _ in heard] == [(1, 5), (2, 5), (3, 5)]
    assert heard[2][2] < heard[0][2]
    assert not hasattr(als, "user_factors")


def test_who_and_what_has_no_interactions_gets_zeros() -> None:
    seen = communities()
    seen = csr_matrix((seen.data, seen.indices, seen.indptr), shape=(seen.shape[0], seen.shape[1] + 1))  # an item more
    als = ALS(4).fit(vstack([seen, csr_matrix((1, seen.shape[1]))], "csr"))  # and a user more
    assert not als.user_factors[-1].any()
    assert not als.item_factors[-1].any()
    assert als.user_factors[:-1].any(axis=1).all()


@pytest.mark.parametrize("seen", [csr_matrix((3, 4)), csr_matrix((0, 0)), csr_matrix(np.zeros((2, 2)))])
def test_nothing_to_learn_from_is_refused(seen: csr_matrix) -> None:
    with pytest.raises(Problem, match="user_items: found none in a matrix of shape"):
        ALS().fit(seen)


@pytest.mark.parametrize("bad", [np.nan, -2.0, np.inf])
def test_values_that_are_no_weights_are_refused(bad: float) -> None:
    with pytest.raises(Problem, match="row 1 column 0"):
        ALS(2).fit(csr_matrix([[1, 0], [bad, 1]]))


def test_weights_beyond_all_bounds_are_refused() -> None:
    with pytest.raises(Problem, match="grew beyond all bounds"):
        ALS(2).fit(csr_matrix(np.array([[3e38, 1], [1, 3e38]])))


@pytest.mark.parametrize(
    ("name", "value"),
    [("factors", 0), ("iterations", 0), ("cg_steps", 0), ("workers", 0), ("nu", -1), ("nu", 1.5), ("nu", np.nan)]
    + [(name, value) for name in ("alpha0", "regularization") for value in (0, -1, np.nan, np.inf)],
)
def test_settings_out_of_bounds_are_named(name: str, value: float) -> None:
    with pytest.raises(Problem, match=name):
        ALS(**{name: value}).fit(communities())


@pytest.mark.parametrize("shape", [(1, 1), (5, 1), (1, 5)])
def test_one_item_or_one_user_is_enough(shape: tuple[int, int]) -> None:
    seen = csr_matrix(np.ones(shape))
    als = ALS(2).fit(seen)
    ids, scores = als.recommend(0, seen[0])
    assert len(ids) == len(scores) == 0
    ids, scores = als.recommend(0, filter_already_liked_items=False, N=1)
    assert ids.tolist() == [0]
    assert np.isfinite(scores).all()


MATRICES = hnp.arrays(np.float32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(0, 3))


@settings(max_examples=60, deadline=None)
@given(MATRICES, st.integers(1, 20), st.sampled_from([0.01, 1.0, 10.0]), st.sampled_from([1e-4, 0.1, 10.0]))
def test_any_weights_can_be_fitted(dense: np.ndarray, factors: int, alpha0: float, regularization: float) -> None:
    seen = csr_matrix(dense)
    if not seen.nnz:
        return
    als = ALS(factors, alpha0=alpha0, regularization=regularization, iterations=3).fit(seen)
    assert np.isfinite(als.user_factors).all()
    assert np.isfinite(als.item_factors).all()
    assert (als.user_factors.any(axis=1) <= dense.any(axis=1)).all()
    everyone = np.arange(len(dense))
    ids, _ = als.recommend(everyone, seen, N=dense.shape[1])
    for user in everyone:
        given_ = ids[user][ids[user] >= 0]
        assert len(set(given_)) == len(given_)
        assert not dense[user, given_].any()


# -- new users ---------------------------------------------------------------------------------------------------------


def test_folding_in_finds_the_least_loss() -> None:
    seen = weighted()
    als = ALS(6, iterations=5).fit(seen)
    als.user_factors = als.fold_in(seen)
    least = loss(als, seen)
    rng = np.random.default_rng(0)
    for _ in range(20):
        als.user_factors = als.fold_in(seen) + rng.normal(0, 0.02, als.user_factors.shape).astype(np.float32)
        assert loss(als, seen) > least


def test_a_converged_user_folds_in_where_the_user_is() -> None:
    seen = communities()
    als = ALS(2, iterations=60, cg_steps=10).fit(seen)
    np.testing.assert_allclose(als.fold_in(seen), als.user_factors, atol=2e-3)


def test_users_fold_in_independently_and_without_history_to_zeros() -> None:
    als = ALS(4).fit(communities())
    some = vstack([communities(seed=1)[:3], csr_matrix((1, 20))], "csr")
    together = als.fold_in(some)
    assert not together[3].any()
    for row in range(4):
        np.testing.assert_allclose(als.fold_in(some[row])[0], together[row], atol=1e-6)


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> ALS:
    return ALS(4).fit(communities())


SEEN = communities()


def test_a_user_is_recommended_what_the_like_have_seen(model: ALS) -> None:
    for user in (0, 29, 30, 59):
        ids, scores = model.recommend(user, SEEN[user], N=2)
        assert ((ids >= 10) == (user >= 30)).all()
        assert not SEEN[user].toarray()[0, ids].any()
        assert (np.diff(scores) <= 0).all()
        np.testing.assert_allclose(scores, model.item_factors[ids] @ model.user_factors[user], rtol=1e-4)


def test_many_users_are_answered_as_each_alone(model: ALS) -> None:
    users = np.array([3, 41, 3])
    ids, scores = model.recommend(users, SEEN[users], N=18)
    assert ids.shape == scores.shape == (3, 18)
    assert ids.dtype == np.int64
    assert scores.dtype == np.float32
    for row, user in enumerate(users):
        alone, _ = model.recommend(int(user), SEEN[user], N=18)
        assert ids[row].tolist() == [*alone.tolist(), *[-1] * (18 - len(alone))]
        assert np.isneginf(scores[row, len(alone) :]).all()


def test_only_candidates_are_recommended(model: ALS) -> None:
    ids, _ = model.recommend(0, SEEN[0], N=5, items=[15, 3, 4, 3], filter_already_liked_items=False)
    assert sorted(ids.tolist()) == [3, 4, 15]
    assert ids[-1] == 15
    ids, _ = model.recommend(0, SEEN[0], N=5, items=SEEN[0].indices)
    assert ids.tolist() == []
    assert model.recommend(0, SEEN[0], items=[])[0].tolist() == []


def test_filtered_items_are_not_recommended(model: ALS) -> None:
    free = np.setdiff1d(np.arange(20), SEEN[0].indices)
    ids, _ = model.recommend(0, SEEN[0], N=20, filter_items=free[:2])
    assert sorted(ids.tolist()) == free[2:].tolist()
    ids, _ = model.recommend(0, SEEN[0], N=20, items=free, filter_items=free[:2])
    assert sorted(ids.tolist()) == free[2:].tolist()


def test_a_recalculated_user_may_be_anyone(model: ALS) -> None:
    history = csr_matrix(([1.0, 1.0], ([0, 0], [11, 12])), shape=(1, 20))
    ids, _ = model.recommend(10**9, history, N=3, recalculate_user=True)
    assert (ids >= 10).all()
    assert not {11, 12} & set(ids.tolist())


def test_a_user_without_history_gets_nothing(model: ALS) -> None:
    ids, scores = model.recommend(0, csr_matrix((1, 20)), recalculate_user=True)
    assert len(ids) == len(scores) == 0
    ids, scores = model.recommend([0, 1], csr_matrix((2, 20)), N=3, recalculate_user=True)
    assert (ids == -1).all()
    assert np.isneginf(scores).all()


def test_an_item_is_most_similar_to_itself_and_then_to_its_kind(model: ALS) -> None:
    ids, scores = model.similar_items(12, N=10)
    assert ids[0] == 12
    assert scores[0] == pytest.approx(1, abs=1e-5)
    assert (ids >= 10).all()
    ids, scores = model.similar_items([0, 12], N=3, items=[1, 13, 14, 2])
    assert sorted(ids[0, :2].tolist()) == [1, 2]
    assert sorted(ids[1, :2].tolist()) == [13, 14]


def test_an_item_that_nobody_has_seen_is_similar_to_nothing() -> None:
    als = ALS(2).fit(csr_matrix([[1, 1, 0], [1, 1, 0]]))
    assert als.similar_items(2)[0].tolist() == []
    assert als.similar_items([2, 0], N=2)[0].tolist()[0] == [-1, -1]


@pytest.mark.parametrize("user", [-1, 60, [0, 99]])
def test_an_unknown_user_is_named(model: ALS, user: int | list[int]) -> None:
    with pytest.raises(Problem, match=r"userid: found (-1|60|99); expected 0 to 59"):
        model.recommend(user, filter_already_liked_items=False)


def test_unknown_items_are_named(model: ALS) -> None:
    with pytest.raises(Problem, match="items: found 20; expected 0 to 19"):
        model.recommend(0, SEEN[0], items=[3, 20])
    with pytest.raises(Problem, match="filter_items: found -1"):
        model.recommend(0, SEEN[0], filter_items=[-1])
    with pytest.raises(Problem, match="itemid: found 20"):
        model.similar_items(20)


def test_missing_or_misshapen_histories_are_named(model: ALS) -> None:
    with pytest.raises(Problem, match="user_items: found nothing"):
        model.recommend(0)
    with pytest.raises(Problem, match=r"user_items: found shape \(2, 20\); expected \(1, 20\)"):
        model.recommend(0, SEEN[:2])
    with pytest.raises(Problem, match=r"user_items: found shape \(1, 3\); expected \(1, 20\)"):
        model.fold_in(csr_matrix((1, 3)))
