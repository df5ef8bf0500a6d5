import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.bandit import KLUCB, UCB, EpsilonGreedy, Greedy, Policy, Thompson

ALL = [Thompson(), Greedy(), EpsilonGreedy(), UCB(), KLUCB()]
ALPHA, BETA = np.array([2.0, 30.0, 1.0, 5.0]), np.array([98.0, 70.0, 1.0, 95.0])


@pytest.mark.parametrize("policy", ALL, ids=lambda p: p.name)
def test_every_policy_orders_every_arm_once(policy: Policy):
    rng = np.random.default_rng(0)
    assert sorted(policy.order(rng, ALPHA, BETA, 4).tolist()) == [0, 1, 2, 3]
    assert len(policy.order(rng, ALPHA, BETA, 2)) == 2
    assert policy.order(rng, np.zeros(0), np.zeros(0), 2).tolist() == []


@pytest.mark.parametrize("policy", ALL, ids=lambda p: p.name)
def test_ties_are_broken_by_chance(policy: Policy):
    rng = np.random.default_rng(0)
    first = {int(policy.order(rng, np.ones(3), np.full(3, 9.0), 1)[0]) for _ in range(100)}
    assert first == {0, 1, 2}


def test_greedy_orders_by_mean():
    assert Greedy().order(np.random.default_rng(0), ALPHA, BETA, 4).tolist() == [2, 1, 3, 0]


def test_epsilon_is_the_share_that_jumps_the_queue():
    rng = np.random.default_rng(0)
    policy = EpsilonGreedy(epsilon=0.1)
    last_first = np.mean([policy.order(rng, np.array([9.0, 1.0]), np.array([1.0, 9.0]), 1)[0] for _ in range(4000)])
    assert last_first == pytest.approx(0.1 * 0.9 + 0.1 * 0.1 / 2, abs=0.02)


def test_sharp_draws_lie_close_to_the_mean():
    rng = np.random.default_rng(0)
    blunt, sharp = (
        np.std([Thompson(sharpness=s).index(rng, ALPHA, BETA) for _ in range(500)], axis=0) for s in (1.0, 100.0)
    )
    np.testing.assert_allclose(sharp, blunt / 10, rtol=0.3)


def test_bounds_are_where_the_formulas_say():
    rng = np.random.default_rng(0)
    n, mean = ALPHA + BETA, ALPHA / (ALPHA + BETA)
    bound = UCB(exploration=2.0).index(rng, ALPHA, BETA)
    np.testing.assert_allclose(bound, mean + np.sqrt(2 * np.log(n.sum()) / n), atol=1e-9)
    q = KLUCB(exploration=1.0).index(rng, ALPHA, BETA)
    kl = mean * np.log(mean / q) + (1 - mean) * np.log((1 - mean) / (1 - q))
    np.testing.assert_allclose(kl, np.log(n.sum()) / n, rtol=1e-2)
    assert (q > mean).all()


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (Thompson, "prior_clicks", 0.0),
        (Thompson, "prior_misses", -1.0),
        (Thompson, "prior_misses", float("inf")),
        (Thompson, "half_life", 0.0),
        (Thompson, "half_life", float("nan")),
        (Thompson, "pooling", -1.0),
        (Thompson, "position_bias", 6.0),
        (Thompson, "hours", 25),
        (Thompson, "sharpness", 0.0),
        (EpsilonGreedy, "epsilon", 1.5),
        (UCB, "exploration", -0.1),
    ],
)
def test_numbers_out_of_range(kind, field, value):
    with pytest.raises(Problem, match=field):
        kind(**{field: value})
