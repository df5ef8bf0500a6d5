import json
import random
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanok.core.problem import Problem
from hanok.parts.bandit import Arms, Thompson
from hanok.parts.bandit.policy import DAY

POLICY = Thompson(prior_clicks=1.0, prior_misses=15.0, half_life=3.0, position_bias=0.7, hours=4, pooling=20.0)
ARMS = ["a", "b", "c"]

events = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(["x", "y"]),
        st.sampled_from(ARMS),
        st.floats(0, 40 * DAY),
        st.integers(0, 5),
    ),
    max_size=30,
)


def folded(happened, policy=POLICY):
    arms = Arms(policy)
    fold(arms, happened)
    return arms


def fold(arms, happened):
    for click, context, arm, at, position in happened:
        (arms.click if click else arms.view)(context, arm, at, position)


def beliefs(arms, scores=None):
    return np.array([arms.posterior(context, [*ARMS, "new"], scores) for context in ("x", "y", "unseen")])


def test_a_view_is_a_miss_until_its_click_arrives():
    arms = Arms(Thompson())
    arms.view("x", "a", at=100.0, position=0)
    assert [float(n[0]) for n in arms.posterior("x", ["a"])] == [1.0, 16.0]
    arms.view("x", "b", at=10 * DAY, position=0)
    arms.click("x", "a", at=100.0, position=0)
    assert [float(n[0]) for n in arms.posterior("x", ["a"])] == [2.0, 15.0]


def test_arms_nobody_saw_are_at_the_prior_and_contexts_stay_apart():
    arms = folded([(False, "x", "a", 0.0, 0)] * 3, Thompson(prior_clicks=2.0, prior_misses=100.0))
    assert [n.tolist() for n in arms.posterior("y", ["a", "new"])] == [[2.0, 2.0], [100.0, 100.0]]


@settings(max_examples=40)
@given(events, st.randoms(use_true_random=False))
def test_events_may_come_in_any_order(happened, rng: random.Random):
    shuffled = rng.sample(happened, len(happened))
    ours, theirs = folded(happened), folded(shuffled)
    np.testing.assert_allclose(beliefs(ours), beliefs(theirs), rtol=1e-9)
    assert (ours.now, ours.events) == (theirs.now, theirs.events)


@settings(max_examples=40)
@given(events, events)
def test_what_is_dumped_is_loaded_and_goes_on_as_before(before, later):
    arms = folded(before)
    again = Arms(POLICY).load(arms.dump())
    fold(arms, later)
    fold(again, later)
    np.testing.assert_allclose(beliefs(again), beliefs(arms), atol=1e-6)
    assert again.events == arms.events


@settings(max_examples=40)
@given(events, events, events)
def test_a_fork_and_what_it_came_from_do_not_see_each_other(before, mine, its):
    arms = folded(before)
    fork = arms.fork()
    fold(arms, mine)
    fold(fork, its)
    assert (beliefs(arms) == beliefs(folded(before + mine))).all()
    assert (beliefs(fork) == beliefs(folded(before + its))).all()


def test_forks_of_many_contexts_keep_everything():
    arms = Arms(Thompson())
    for i in range(3000):
        arms.view(f"source {i}", "a", float(i), 0)
        if i % 7 == 0:
            arms = arms.fork()
    assert all(arms.posterior(f"source {i}", ["a"])[1][0] == 16.0 for i in range(3000))


@given(events)
def test_posteriors_are_never_below_the_prior(happened):
    policy = Thompson(half_life=1.0, hours=3, position_bias=1.0)
    alpha, beta = folded(happened, policy).posterior("x", ARMS)
    assert (alpha >= 1.0).all()
    assert (beta >= 15.0).all()


def test_old_evidence_counts_half_after_its_half_life():
    arms = Arms(Thompson(half_life=2.0))
    for _ in range(8):
        arms.view("x", "a", at=0.0, position=0)
    arms.click("x", "a", at=0.0, position=0)
    arms.view("y", "b", at=2 * DAY, position=0)  # now is two days later
    alpha, beta = arms.posterior("x", ["a"])
    assert (alpha[0], beta[0]) == (1.5, 15 + 3.5)


def test_a_view_in_a_poor_place_is_less_of_a_miss():
    arms = Arms(Thompson(position_bias=1.0))
    arms.view("x", "top", at=0.0, position=0)
    arms.view("x", "fourth", at=0.0, position=3)
    assert arms.posterior("x", ["top", "fourth"])[1].tolist() == [16.0, 15.25]


def test_a_view_in_a_poor_hour_is_less_of_a_miss():
    arms = Arms(Thompson(hours=2))
    for i in range(400):  # mornings bring a click in ten views, evenings none
        arms.view("other", "z", at=0.0, position=0)
        arms.view("other", "z", at=0.75 * DAY, position=0)
        if i % 10 == 0:
            arms.click("other", "z", at=0.0, position=0)
    for _ in range(50):
        arms.view("x", "morning", at=0.0, position=0)
        arms.view("x", "evening", at=0.75 * DAY, position=0)
    _, beta = arms.posterior("x", ["morning", "evening"])
    assert beta[0] > 15 + 60
    assert beta[1] < 15 + 25


def test_pooling_lends_an_arm_its_rate_elsewhere():
    arms = Arms(Thompson(pooling=100.0))
    for i in range(200):
        for arm in ("good", "bad"):
            arms.view("elsewhere", arm, at=float(i), position=0)
        arms.click("elsewhere", "good", at=float(i), position=0)
    alpha, beta = arms.posterior("here", ["good", "bad"])
    mean = alpha / (alpha + beta)
    assert mean[0] > 0.8 > 0.1 > mean[1]
    assert (alpha + beta).tolist() == pytest.approx([116.0, 116.0])


def test_scores_lift_the_prior_mean_and_keep_its_strength():
    alpha, beta = Arms(Thompson()).posterior("x", ARMS, scores=[0.0, 1.0, 2.0])
    assert (alpha + beta).tolist() == pytest.approx([16.0] * 3)
    assert alpha.tolist() == pytest.approx([0.1, 1.0, 2.0])
    assert Arms(Thompson()).posterior("x", ARMS, scores=[0.0] * 3)[0].tolist() == [1.0] * 3


@pytest.mark.parametrize("scores", [[1.0], [1.0, -1.0, 1.0], [1.0, float("nan"), 1.0], [[1.0, 1.0, 1.0]]])
def test_scores_that_are_none(scores):
    with pytest.raises(Problem, match="scores"):
        Arms(Thompson()).posterior("x", ARMS, scores)


def test_a_slate_is_as_long_as_asked_or_as_there_are_candidates():
    arms, rng = Arms(Thompson()), np.random.default_rng(0)
    assert sorted(arms.slate(rng, "x", ARMS, 9).tolist()) == [0, 1, 2]
    assert len(arms.slate(rng, "x", ARMS, 2)) == 2
    assert arms.slate(rng, "x", [], 3).tolist() == []
    assert arms.slate(rng, "x", [], 3, scores=[]).dtype == np.int64
    with pytest.raises(Problem, match="k: found 0"):
        arms.slate(rng, "x", ARMS, 0)


def test_one_seed_gives_one_slate():
    arms = folded([(False, "x", "a", 0.0, 0), (True, "x", "a", 0.0, 0)])
    slates = [arms.slate(np.random.default_rng(5), "x", ARMS, 3).tolist() for _ in range(3)]
    assert slates[0] == slates[1] == slates[2]


def test_what_has_proved_good_is_shown_first():
    arms = Arms(Thompson())
    for i in range(300):
        for arm in ARMS:
            arms.view("x", arm, float(i), 0)
        if i % 3 == 0:
            arms.click("x", "b", float(i), 0)
    first = [arms.slate(np.random.default_rng(seed), "x", ARMS, 1)[0] for seed in range(50)]
    assert first == [1] * 50


def test_pruned_arms_are_forgotten_everywhere():
    arms = folded(
        [(False, "x", "a", 0.0, 0), (False, "x", "b", 0.0, 0), (False, "y", "b", 0.0, 0)], Thompson(pooling=9.0)
    )
    fork = arms.fork()
    arms.prune({"a"})
    assert (np.array(arms.posterior("x", ["b"])) == np.array(arms.posterior("unseen", ["new"]))).all()
    assert arms.posterior("x", ["a"])[1][0] > fork.posterior("unseen", ["new"])[1][0]
    assert fork.posterior("y", ["b"])[1][0] > arms.posterior("y", ["b"])[1][0]
    assert len(arms.dump()) < len(fork.dump())


def test_what_has_faded_is_not_dumped():
    arms = Arms(Thompson(half_life=1.0))
    for i in range(500):
        arms.view(f"source {i}", "a", at=0.0, position=0)
    arms.view("x", "b", at=100 * DAY, position=0)
    state = json.loads(zlib.decompress(arms.dump()))
    assert list(state["contexts"]) == ["x"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"not compressed",
        zlib.compress(b"not json"),
        zlib.compress(b"[]"),
        zlib.compress(b"{}"),
        zlib.compress(b'{"version": 0}'),
        Arms(POLICY).dump()[:-4],
        zlib.compress(zlib.decompress(folded([(False, "x", "a", 0.0, 0)]).dump()).replace(b'"a":[', b'"a":[3,')),
        zlib.compress(zlib.decompress(folded([(False, "x", "a", 0.0, 0)]).dump()).replace(b'"now":0.0', b'"now":"?"')),
    ],
)
def test_a_dump_that_cannot_be_read(raw):
    with pytest.raises(ValueError):  # noqa: PT011  any message will do
        Arms(POLICY).load(raw)


def test_a_dump_weighed_in_another_way_is_refused_and_other_priors_are_not():
    dumped = folded([(False, "x", "a", 0.0, 0)], Thompson(half_life=3.0)).dump()
    with pytest.raises(ValueError, match="weighed in another way"):
        Arms(Thompson(half_life=4.0)).load(dumped)
    assert Arms(Thompson(half_life=3.0, prior_misses=50.0)).load(dumped).posterior("x", ["a"])[1][0] == 51.0


@pytest.mark.parametrize("at", [-1.0, float("nan"), float("inf")])
def test_times_that_are_none(at):
    with pytest.raises(Problem, match="at: found"):
        Arms(Thompson()).view("x", "a", at, 0)


def test_places_are_counted_from_nought():
    with pytest.raises(Problem, match="position: found -1"):
        Arms(Thompson()).click("x", "a", 0.0, -1)


def test_what_is_refused_leaves_no_trace():
    arms = folded([(False, "x", "a", 5.0, 0)])
    before = arms.dump()
    with pytest.raises(Problem):
        arms.view("x", "b", 1e9, -1)
    assert arms.dump() == before
