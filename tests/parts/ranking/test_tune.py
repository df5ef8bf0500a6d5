import numpy as np
import pytest
from scipy.sparse import csr_matrix

from hanok.core.problem import Problem
from hanok.parts.ranking import Fusion, Ranked, leave_one_out, ndcg_at, top_k, tune_weights

N_USERS, N_ITEMS = 400, 60


@pytest.fixture(scope="module")
def world() -> tuple[dict[str, Ranked], csr_matrix]:
    """Wants that two rankers each see half of, and a third that guesses."""
    rng = np.random.default_rng(0)
    first, second, noise = rng.standard_normal((3, N_USERS, N_ITEMS))
    wants = top_k(np.ones((1, 1)), np.ones((1, 1)), 1)  # compiled before anything is measured
    assert wants.ids.tolist() == [[0]]
    worth = first + 0.7 * second + 0.5 * rng.standard_normal((N_USERS, N_ITEMS))
    relevant = csr_matrix(worth > np.quantile(worth, 0.92, axis=1, keepdims=True))

    def listed(scores: np.ndarray) -> Ranked:
        ids = np.argsort(-scores, axis=1)[:, :30]
        return Ranked.of(ids, np.take_along_axis(scores, ids, 1))

    return {"first": listed(first), "second": listed(second), "noise": listed(noise)}, relevant


def test_weights_follow_what_rankers_are_worth(world: tuple[dict[str, Ranked], csr_matrix]) -> None:
    rankings, relevant = world
    tuned = tune_weights(rankings, relevant, at=10)
    weights = tuned.fusion.weights
    assert weights["first"] > weights["second"] > weights["noise"]
    assert sum(weights.values()) == pytest.approx(1, abs=1e-3)
    assert tuned.best == "first"
    assert tuned.winner == "fusion"
    assert tuned.chosen is tuned.fusion
    assert tuned.gain.low > 0
    assert tuned.tuned.mean() > tuned.equal.mean() > tuned.singles["noise"].mean()


def test_what_is_reported_is_what_the_metrics_say(world: tuple[dict[str, Ranked], csr_matrix]) -> None:
    rankings, relevant = world
    tuned = tune_weights(rankings, relevant, at=10)
    for name, found in tuned.singles.items():
        np.testing.assert_allclose(found, ndcg_at(rankings[name].ids, relevant, 10))
    equal = Fusion(tuned.fusion.method, dict.fromkeys(rankings, 1.0)).fuse(rankings, 10)
    np.testing.assert_allclose(tuned.equal, ndcg_at(equal.ids, relevant, 10))


def test_a_ranker_that_nothing_helps_is_chosen_alone(world: tuple[dict[str, Ranked], csr_matrix]) -> None:
    rankings, relevant = world
    ids = np.argsort(-(relevant.toarray() + np.random.default_rng(1).random(relevant.shape) / 2), axis=1)[:, :30]
    tuned = tune_weights({"noise": rankings["noise"], "knows": Ranked.of(ids)}, relevant, at=10)
    assert tuned.winner == tuned.best == "knows"
    assert tuned.gain.value == 0
    assert tuned.chosen.weights == {"noise": 0.0, "knows": 1.0}
    assert tuned.chosen.fuse({"knows": Ranked.of(ids)}, 10).ids.tolist() == ids[:, :10].tolist()


def test_only_the_methods_named_are_tried_and_a_seed_gives_the_same(
    world: tuple[dict[str, Ranked], csr_matrix],
) -> None:
    rankings, relevant = world
    found = [tune_weights(rankings, relevant, methods=["wrf"], seed=3) for _ in range(2)]
    assert found[0].fusion == found[1].fusion
    assert found[0].fusion.method == "wrf"
    np.testing.assert_array_equal(found[0].tuned, found[1].tuned)


def test_users_who_want_nothing_are_left_out(world: tuple[dict[str, Ranked], csr_matrix]) -> None:
    rankings, relevant = world
    half = relevant.tolil()
    half[::2] = 0
    tuned = tune_weights(rankings, csr_matrix(half), at=10)
    assert len(tuned.tuned) == N_USERS // 2
    assert np.isfinite(tuned.tuned).all()
    assert tuned.gain.n == N_USERS // 2


def test_a_single_ranker_and_a_single_user_are_no_error() -> None:
    tuned = tune_weights({"only": Ranked.of([[1, 0]])}, csr_matrix([[1, 0]]), at=2)
    assert tuned.winner == "only"
    assert tuned.fusion.weights == {"only": 1.0}


def test_the_key_ranker_is_the_one_that_is_missed_most(world: tuple[dict[str, Ranked], csr_matrix]) -> None:
    rankings, relevant = world
    found = leave_one_out(Fusion("zscore", {"first": 0.5, "second": 0.4, "noise": 0.1}), rankings, relevant, at=10)
    assert max(found, key=lambda name: found[name].value) == "first"
    assert found["second"].low > 0
    assert found["noise"].value < 0
    assert leave_one_out(Fusion("rrf", {"first": 1.0, "noise": 0.0}), rankings, relevant).keys() == {"first"}


def test_what_cannot_be_tuned() -> None:
    with pytest.raises(Problem, match="no user has a relevant item"):
        tune_weights({"a": Ranked.of([[1]])}, csr_matrix((1, 3)))
    with pytest.raises(Problem, match="expected the same number"):
        tune_weights({"a": Ranked.of([[1]])}, csr_matrix(np.eye(3)))
    with pytest.raises(Problem, match="no rankings"):
        tune_weights({}, csr_matrix(np.eye(3)))
    with pytest.raises(Problem, match="none of 'b'"):
        Fusion("rrf", {"a": 1, "b": 1}).fuse({"a": Ranked.of([1])})
