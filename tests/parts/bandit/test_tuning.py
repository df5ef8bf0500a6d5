import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.bandit import Environment, EpsilonGreedy, Thompson, grid, simulate, tune

SITE = Environment(days=20, requests=200.0, contexts=3, rate=0.05)


def test_the_best_comes_first_and_is_what_simulate_says():
    policies = [EpsilonGreedy(epsilon=1.0), Thompson(prior_misses=30.0)]
    tuned = tune(SITE, policies, seeds=[0, 1])
    assert tuned.best == policies[1]
    assert tuned.policies == (policies[1], policies[0])
    assert np.array_equal(tuned.regret[0], simulate(policies[1], SITE, [0, 1]).total)


def test_a_grid_holds_every_combination_or_a_draw_of_them():
    every = grid(Thompson, prior_misses=[15.0, 100.0], half_life=[None, 7.0], hours=[0, 4])
    assert len(set(every)) == 8
    drawn = grid(Thompson, 3, seed=1, prior_misses=[15.0, 100.0], half_life=[None, 7.0], hours=[0, 4])
    assert len(set(drawn)) == 3
    assert set(drawn) < set(every)
    assert grid(Thompson, 3, seed=1, prior_misses=[15.0, 100.0], half_life=[None, 7.0], hours=[0, 4]) == drawn


def test_nothing_to_tune():
    with pytest.raises(Problem, match="0 policies"):
        tune(SITE, [])
    with pytest.raises(Problem, match="0 seeds"):
        tune(SITE, [Thompson()], seeds=[])
