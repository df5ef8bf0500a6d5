import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.bandit import Greedy, Log, Thompson, chances, dr, ips, position_bias, replay, reward_model, snips

RATES = np.array([0.1, 0.3, 0.6])
WANTED = np.array([0.1, 0.2, 0.7])


def logged(n=6000, seed=0, propensities=(0.5, 0.3, 0.2)):
    rng = np.random.default_rng(seed)
    arms = rng.choice(3, n, p=propensities)
    return Log(arms, (rng.random(n) < RATES[arms]).astype(float), np.array(propensities)[arms])


def test_estimates_are_those_of_the_formulas():
    log = Log(np.array([0, 1, 1, 2]), np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.5, 0.25, 0.25, 0.2]))
    chance = np.array([0.2, 0.5, 0.3])
    weights = np.array([0.4, 2.0, 2.0, 1.5])
    model = np.array([0.5, 0.4, 0.9])
    found = ips(log, chance)
    assert found.value == pytest.approx((0.4 + 2.0 + 1.5) / 4)
    assert found.effective == pytest.approx(5.9**2 / (weights**2).sum())
    assert snips(log, chance).value == pytest.approx(3.9 / 5.9)
    errors = weights * (log.rewards - model[log.arms])
    assert dr(log, chance, model).value == pytest.approx(chance @ model + errors.mean())


@pytest.mark.parametrize("estimator", [ips, snips, dr])
def test_intervals_hold_the_truth_about_as_often_as_they_say(estimator):
    truth = WANTED @ RATES
    held = [e.low <= truth <= e.high for e in (estimator(logged(400, seed), WANTED) for seed in range(30))]
    assert np.mean(held) > 0.85


@pytest.mark.parametrize("estimator", [ips, snips, dr])
def test_the_logging_policys_own_value_is_its_mean(estimator):
    log = logged()
    own = estimator(log, np.array([0.5, 0.3, 0.2]))
    assert own.value == pytest.approx(log.rewards.mean(), rel=0.03)
    assert own.effective == pytest.approx(len(log.arms))


def test_a_good_model_narrows_the_interval():
    log = logged()
    assert np.subtract(*dr(log, WANTED, RATES)[1:3]) > np.subtract(*ips(log, WANTED)[1:3])


def test_chances_may_differ_by_row():
    log = logged(500)
    table = np.tile(WANTED, (500, 1))
    assert ips(log, table) == ips(log, WANTED)


def test_a_row_is_not_in_its_own_model():
    log = logged(100)
    changed = Log(log.arms, np.where(np.arange(100) == 7, 50.0, log.rewards), log.propensities)
    ours, theirs = reward_model(log, 3), reward_model(changed, 3)
    assert np.array_equal(ours[7], theirs[7])
    assert not np.array_equal(ours[8], theirs[8])
    assert reward_model(Log(np.array([0]), np.array([1.0]), np.array([1.0])), 2).tolist() == [[0.0, 0.0]]


def test_replay_counts_the_rows_a_bandit_would_have_shown():
    log = logged(6000, propensities=(1 / 3, 1 / 3, 1 / 3))
    found = replay(Thompson(), log, 3)
    assert found.n == pytest.approx(2000, rel=0.1)
    assert found.value > 0.5  # it learnt that the last arm is best
    assert found == replay(Thompson(), log, 3)


def test_replay_wants_a_log_at_random_with_clicks():
    with pytest.raises(Problem, match="evenly at random"):
        replay(Thompson(), logged(), 3)
    even = logged(50, propensities=(1 / 3, 1 / 3, 1 / 3))
    with pytest.raises(Problem, match="arms: row"):
        replay(Thompson(), even, 1)
    with pytest.raises(Problem, match="expected 0 or 1"):
        replay(Thompson(), Log(even.arms, even.rewards + 0.5, even.propensities), 3)
    with pytest.raises(Problem, match="in no row"):
        replay(Greedy(), Log(np.array([0]), np.array([0.0]), np.array([1e-6])), 100_000)


def test_chances_are_the_shares_of_the_draws():
    rng = np.random.default_rng(0)
    table = chances(Thompson(), rng, np.array([5.0, 50.0, 5.0]), np.array([95.0, 50.0, 95.0]), 2)
    assert table.shape == (2, 3)
    assert table[0].tolist() == [0.0, 1.0, 0.0]
    assert table[1] == pytest.approx([0.5, 0.0, 0.5], abs=0.1)


def test_position_bias_is_told_apart_from_better_arms_on_top():
    rng = np.random.default_rng(0)
    arms = rng.integers(0, 3, 30_000)
    places = np.where(rng.random(30_000) < 0.7, 2 - arms, rng.integers(0, 3, 30_000))
    clicks = (rng.random(30_000) < RATES[arms] * (1.0 + places) ** -0.8).astype(float)
    assert position_bias(Log(arms, clicks, np.full(30_000, 0.5), places)) == pytest.approx(0.8, abs=0.1)


def test_without_places_or_clicks_there_is_no_position_bias():
    assert position_bias(logged(50)) == 0.0
    assert position_bias(Log(np.array([0, 0]), np.zeros(2), np.ones(2), np.array([0, 1]))) == 0.0


@pytest.mark.parametrize(
    ("field", "column", "said"),
    [
        ("propensities", [0.5, 0.0], "propensities: row 1: found 0.0"),
        ("propensities", [0.5, 1.5], "propensities: row 1: found 1.5"),
        ("propensities", [0.5], "found shape"),
        ("rewards", [float("nan"), 0.0], "rewards: row 0"),
        ("positions", [-1, 0], "positions: row 0"),
        ("arms", [0, -1], "arms: row 1"),
    ],
)
def test_rows_that_cannot_be_used(field, column, said):
    good = {"arms": np.array([0, 1]), "rewards": np.zeros(2), "propensities": np.full(2, 0.5)}
    with pytest.raises(Problem, match=said):
        Log(**{**good, field: np.array(column)})


def test_no_rows():
    with pytest.raises(Problem, match="no rows"):
        Log(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        ([0.5, 0.6, 0.2], "sum to 1"),
        ([1.5, -0.5, 0.0], "not a probability"),
        ([float("nan"), 0.5, 0.5], "not a probability"),
        ([0.5, 0.5], "the log has arm 2"),
        ([[0.5, 0.5, 0.0]], "found shape"),
    ],
)
def test_chances_that_are_none(chance, said):
    with pytest.raises(Problem, match=said):
        ips(logged(50), np.array(chance))


def test_a_log_that_shows_nothing_of_the_policy():
    log = Log(np.array([0, 0]), np.ones(2), np.ones(2))
    assert ips(log, np.array([0.0, 1.0])).value == 0.0
    with pytest.raises(Problem, match="shows nothing"):
        snips(log, np.array([0.0, 1.0]))
