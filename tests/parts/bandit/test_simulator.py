import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.bandit import KLUCB, UCB, Arms, Environment, EpsilonGreedy, Greedy, Policy, Thompson, simulate
from hanok.parts.bandit.policy import DAY

SITE = Environment(
    days=12, requests=40.0, contexts=4, arms=12, candidates=8, k=3, rate=0.2, births=0.5, hour_swing=0.6, scheduled=0.4
)
WEIGHING = {"half_life": 5.0, "position_bias": 0.5, "hours": 3, "pooling": 30.0}


def by_hand(policy, site, seed):
    """What `simulate` computes, told by `Arms` itself."""
    world, rng, state = site.world(seed), np.random.default_rng([seed, 1]), Arms(policy)
    arm_in, coming, regret = list(range(site.arms)), 0, np.zeros(site.days)
    due = []  # clicks that have not arrived
    for r, now in enumerate(world.times):
        while coming < len(world.births) and world.births[coming] <= now:
            arm_in[world.born[coming]] = site.arms + coming
            coming += 1
        for arrives, event in [d for d in due if d[0] <= now]:
            state.click(*event)
            due.remove((arrives, event))
        context = world.contexts[r]
        hour = int(now * 24) % 24
        arms = [arm_in[slot] for slot in world.candidates[context] if world.awake[slot, hour]]
        scores = world.scores[context, arms] if len(world.scores) else None
        rates = world.rates[context, arms]
        state.now = now * DAY
        order = state.slate(rng, str(context), [str(arm) for arm in arms], site.k, scores)
        for p, (i, best) in enumerate(zip(order, np.sort(rates)[::-1], strict=False)):
            here = world.places[p] * world.season[r]
            regret[int(now)] += (best - rates[i]) * here
            event = (str(context), str(arms[i]), now * DAY, p)
            state.view(*event)
            if world.chance[r, p] < rates[i] * here:
                due.append((now + world.delay[r, p], event))
    return regret


@pytest.mark.parametrize("kind", [Thompson, Greedy, EpsilonGreedy, UCB, KLUCB])
@pytest.mark.parametrize("weighing", [{}, WEIGHING], ids=["plain", "corrected"])
def test_it_does_what_arms_do(kind, weighing):
    policy = kind(**weighing)
    site = Environment(**{**SITE.__dict__, "score_noise": 0.5 if weighing else None, "position_bias": 0.7})
    np.testing.assert_allclose(simulate(policy, site, [5]).regret[0], by_hand(policy, site, 5), rtol=1e-6)


def test_one_seed_gives_one_outcome():
    first, second = (simulate(Thompson(), SITE, [1, 2]) for _ in range(2))
    assert np.array_equal(first.regret, second.regret)
    assert np.array_equal(first.regret[1], simulate(Thompson(), SITE, [2]).regret[0])
    assert first.regret.shape == (2, SITE.days)
    assert (first.clicks > 0).all()


def test_learning_beats_guessing_and_regret_is_never_negative():
    site = Environment(days=40, requests=300.0, contexts=2, rate=0.05)
    learner, guesser = (simulate(policy, site, range(4)) for policy in (Thompson(), EpsilonGreedy(epsilon=1.0)))
    assert (learner.total < 0.7 * guesser.total).all()
    assert (learner.regret >= 0).all()
    late = learner.regret[:, -10:].sum() / learner.regret[:, :10].sum()
    assert late < 0.6  # less and less is lost


def test_as_many_places_as_arms_leave_nothing_to_lose_but_the_order():
    site = Environment(days=5, arms=5, candidates=5, k=5)
    assert simulate(Thompson(), site, [0]).total[0] == pytest.approx(0.0, abs=1e-9)


def test_what_cannot_be_simulated():
    class Own(Policy):  # the simulator is compiled and knows the policies of the part only
        def index(self, rng, alpha, beta):
            return alpha

    with pytest.raises(Problem, match="found Own"):
        simulate(Own(), SITE, [0])
    with pytest.raises(Problem, match="at least one seed"):
        simulate(Thompson(), SITE, [])
    with pytest.raises(Problem, match="half_life"):
        simulate(Thompson(half_life=0.001), SITE, [0])
