import numpy as np
import pytest

from hanok.core.problem import Problem
from hanok.parts.bandit import Environment


def test_a_seed_gives_one_world():
    site = Environment(days=10, births=1.0, score_noise=0.5, scheduled=0.5)
    same, other = site.world(3), site.world(4)
    assert all(np.array_equal(a, b) for a, b in zip(site.world(3), same, strict=True))
    assert not np.array_equal(same.rates, other.rates)


def test_traffic_has_the_volume_and_the_swing_asked_for():
    world = Environment(days=50, requests=400.0, traffic_swing=1.0).world(0)
    assert len(world.times) == pytest.approx(20_000, rel=0.05)
    assert (np.diff(world.times) >= 0).all()
    by_hour = np.bincount((world.times * 24).astype(int) % 24)
    assert by_hour[20] > 10 * by_hour[8]


def test_click_rates_move_by_hour_and_weekday_and_lie_about_the_mean():
    world = Environment(days=70, requests=300.0, hour_swing=0.5, weekend_swing=0.5).world(0)
    hour, weekday = (world.times * 24).astype(int) % 24, world.times.astype(int) % 7
    assert world.season[(hour == 12) & (weekday >= 5)] == pytest.approx(1.5 * 1.5)
    assert world.season[(hour == 0) & (weekday < 5)] == pytest.approx(0.5 * 0.8)
    assert world.rates.mean() == pytest.approx(0.02, rel=0.2)


def test_new_arms_come_at_the_rate_asked_for_and_have_rates():
    site = Environment(days=100, births=2.0)
    world = site.world(0)
    assert len(world.births) == pytest.approx(200, rel=0.2)
    assert world.rates.shape == (site.contexts, site.arms + len(world.births))


def test_scheduled_arms_are_awake_half_of_the_day():
    awake = Environment(scheduled=1.0, arms=400).world(0).awake
    assert (awake.sum(axis=1) == 12).all()
    assert awake[:, 12].mean() == pytest.approx(0.5, abs=0.1)
    assert Environment(scheduled=0.0).world(0).awake.all()


def test_rates_of_a_log_are_drawn_from():
    world = Environment(arm_rates=(0.1, 0.3), context_spread=0.0).world(0)
    assert set(np.unique(world.rates)) == {0.1, 0.3}


def test_scores_change_nothing_else():
    plain, scored = Environment().world(1), Environment(score_noise=0.5).world(1)
    assert np.array_equal(plain.rates, scored.rates)
    assert np.array_equal(plain.chance, scored.chance)
    assert np.corrcoef(np.log(scored.scores.ravel()), np.log(scored.rates.ravel()))[0, 1] > 0.5


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("days", 0),
        ("requests", 0.0),
        ("k", 21),
        ("candidates", 101),
        ("rate", 0.0),
        ("rate", 1.5),
        ("arm_rates", (0.1, 0.0)),
        ("hour_swing", 1.1),
        ("delay", -1.0),
        ("births", float("nan")),
        ("score_noise", -1.0),
    ],
)
def test_numbers_out_of_range(field, value):
    with pytest.raises(Problem, match=field.removeprefix("arm_").rstrip("s")):
        Environment(**{field: value})
