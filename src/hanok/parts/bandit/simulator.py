"""A policy let loose on an environment, and what it lost against one that knows every click rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from hanok.core.problem import Problem
from hanok.parts.bandit.arms import FEW
from hanok.parts.bandit.environment import Environment, World
from hanok.parts.bandit.policy import HALVINGS, KLUCB, UCB, EpsilonGreedy, Greedy, Policy, Thompson

Floats = npt.NDArray[np.float64]

MOST_HALVINGS = 1000.0
"""Weights grow by doubling from the first day on; more doublings than this do not fit a number."""


class Outcome(NamedTuple):
    """What a policy got on each draw of an environment."""

    regret: Floats  # (n_seeds, n_days) clicks expected of the best slates less those of the ones shown, by day
    clicks: Floats  # (n_seeds,) expected of the slates shown

    @property
    def total(self) -> Floats:
        """Cumulative regret at the end, (n_seeds,)."""
        return np.asarray(self.regret.sum(axis=1))


def simulate(policy: Policy, environment: Environment, seeds: Sequence[int]) -> Outcome:
    """Run a policy on draws of an environment, as `Arms` would, only much faster.

    Parameters
    ----------
    policy : Policy
        One of this part's; the simulator is compiled.
    environment : Environment
        The site.
    seeds : sequence of int
        One draw each. Two policies meet the same visitors for the same seed, so compare them by pairs.

    Returns
    -------
    Outcome
        In clicks that are expected, so that the luck of single clicks does not blur it.

    Raises
    ------
    Problem
        No seeds, a policy of another class, or a half-life under a thousandth of the days.

    Example
    -------
    >>> from hanok.parts.bandit import Environment, Greedy, Thompson
    >>> site = Environment(days=5, contexts=3, arms=30)
    >>> outcome = simulate(Thompson(prior_misses=50.0), site, seeds=[0, 1])
    >>> outcome.regret.shape, bool((outcome.total > 0).all())
    ((2, 5), True)

    Source
    ------
    Weights that grow instead of counts that shrink: Cormode et al. 2009, "Forward decay", section 3.
    """
    if not seeds:
        raise Problem("no_seeds", "expected at least one seed", "seeds")
    return play(policy, environment, [environment.world(seed) for seed in seeds], seeds)


def play(policy: Policy, environment: Environment, worlds: Sequence[World], seeds: Sequence[int]) -> Outcome:
    """`simulate` on worlds drawn before."""
    if policy.half_life is not None and environment.days / policy.half_life > MOST_HALVINGS:
        raise Problem("bad_policy", f"found {policy.half_life}, too short for {environment.days} days", "half_life")
    kind, parameter = _kind(policy)
    numbers = (policy.prior_clicks, policy.prior_misses, policy.half_life or 0.0, policy.pooling, policy.position_bias)
    regrets, clicks = np.zeros((len(worlds), environment.days)), np.zeros(len(worlds))
    for row, (world, seed) in enumerate(zip(worlds, seeds, strict=True)):
        rng = np.random.default_rng([seed, 1])
        lost, got = _run(rng, world, kind, parameter, numbers, max(policy.hours, 1))
        day = np.minimum(world.times.astype(np.int64), environment.days - 1)
        regrets[row] = np.bincount(day, lost, minlength=environment.days)
        clicks[row] = got.sum()
    return Outcome(regrets, clicks)


def _kind(policy: Policy) -> tuple[int, float]:
    """Number of a class, and its own parameter."""
    if isinstance(policy, Thompson):
        return 0, policy.sharpness
    if isinstance(policy, EpsilonGreedy):
        return 2, policy.epsilon
    if isinstance(policy, Greedy):
        return 1, 0.0
    if isinstance(policy, KLUCB):
        return 4, policy.exploration
    if isinstance(policy, UCB):
        return 3, policy.exploration
    raise Problem("bad_policy", f"found {type(policy).__name__}, expected one of this part's policies", "policy")


@njit(cache=True)
def _index(rng, kind, parameter, alpha, beta, log_total):  # type: ignore[no-untyped-def]  # numba types it
    """As `Policy.index`, of one arm."""
    if kind == 0:
        return rng.beta(parameter * alpha, parameter * beta)
    n = alpha + beta
    mean = alpha / n
    if kind == 1:
        return mean + 1e-12 * rng.random()
    if kind == 2:
        lucky, other = rng.random(), rng.random()
        return 1 + other if lucky < parameter else mean + 1e-12 * other
    if kind == 3:
        return mean + np.sqrt(parameter * log_total / n) + 1e-12 * rng.random()
    room = parameter * log_total / n
    entropy = mean * np.log(mean) + (1 - mean) * np.log(1 - mean)
    low, high = mean, min(mean + np.sqrt(room / 2), 1 - 1e-15)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if entropy - mean * np.log(middle) - (1 - mean) * np.log(1 - middle) <= room:
            low = middle
        else:
            high = middle
    return low + 1e-12 * rng.random()


@njit(cache=True)
def _weighed(views, weight):  # type: ignore[no-untyped-def]  # numba types it
    total = 0.0
    for h in range(len(weight)):
        total += views[h] * weight[h]
    return total


@njit(cache=True)
def _run(rng, world, kind, parameter, numbers, hours):  # type: ignore[no-untyped-def]  # numba types it
    """Regret and expected clicks of each request, (n_requests,) each."""
    prior_clicks, prior_misses, half_life, pooling, position_bias = numbers
    strength = prior_clicks + prior_misses
    n_contexts, n_candidates = world.candidates.shape
    n_slots, (n_requests, k) = len(world.awake), world.chance.shape
    speed = 0.0 if half_life == 0 else 1 / half_life

    arm_in = np.arange(n_slots)  # the arm in a slot now
    coming = 0
    views, clicks = np.zeros((n_contexts, n_candidates, hours)), np.zeros((n_contexts, n_candidates))
    all_views, all_clicks = np.zeros((n_slots, hours)), np.zeros(n_slots)
    day_views, day_clicks = np.zeros(hours), np.zeros(hours)
    first, after = np.full(n_requests + 1, -1), np.full(n_requests * k, -1)  # clicks by the request they arrive before
    shown, shown_arm = np.zeros((n_requests, k), np.int64), np.zeros((n_requests, k), np.int64)

    regret, expected = np.zeros(n_requests), np.zeros(n_requests)
    alpha, beta = np.zeros(n_candidates), np.zeros(n_candidates)
    index, rate, weight = np.zeros(n_candidates), np.zeros(n_candidates), np.ones(hours)
    for r in range(n_requests):
        now, context = world.times[r], world.contexts[r]
        hour, part = int(now * 24) % 24, int(now % 1.0 * hours)
        while coming < len(world.births) and world.births[coming] <= now:  # a new arm is at the prior
            slot = world.born[coming]
            arm_in[slot] = n_slots + coming
            all_views[slot], all_clicks[slot] = 0, 0
            for c in range(n_contexts):
                for j in range(n_candidates):
                    if world.candidates[c, j] == slot:
                        views[c, j], clicks[c, j] = 0, 0
            coming += 1
        event = first[r]
        while event >= 0:  # clicks that have arrived by now
            q, p = event // k, event % k
            j, grown = shown[q, p], 2.0 ** (world.times[q] * speed)
            slot = world.candidates[world.contexts[q], j]
            if shown_arm[q, p] == arm_in[slot]:
                clicks[world.contexts[q], j] += grown
                all_clicks[slot] += grown
            day_clicks[int(world.times[q] % 1.0 * hours)] += grown
            event = after[event]

        scale = 2.0 ** (-now * speed)
        if hours > 1:
            mean = (day_clicks.sum() * scale + prior_clicks) / (day_views.sum() * scale + strength)
            for h in range(hours):
                weight[h] = (day_clicks[h] * scale + FEW) / (day_views[h] * scale * mean + FEW)
        mean_score, awake, total = 0.0, 0, 0.0
        for j in range(n_candidates):
            slot = world.candidates[context, j]
            rate[j] = world.rates[context, arm_in[slot]] if world.awake[slot, hour] else 0.0
            awake += world.awake[slot, hour]
            if len(world.scores) and world.awake[slot, hour]:
                mean_score += world.scores[context, arm_in[slot]]
        for j in range(n_candidates):
            slot = world.candidates[context, j]
            mean = prior_clicks / strength
            if len(world.scores):
                lift = world.scores[context, arm_in[slot]] * awake / mean_score if mean_score > 0 else 1.0
                mean = min(mean * min(max(lift, 0.1), 10.0), 0.5 + mean / 2)
            alpha[j], beta[j] = mean * strength, (1 - mean) * strength
            if pooling > 0:
                seen, clicked = _weighed(all_views[slot], weight) * scale, all_clicks[slot] * scale
                pooled = (alpha[j] + clicked) / (strength + max(seen, clicked))
                alpha[j], beta[j] = alpha[j] + pooling * pooled, beta[j] + pooling * (1 - pooled)
            seen, clicked = _weighed(views[context, j], weight) * scale, clicks[context, j] * scale
            alpha[j], beta[j] = alpha[j] + clicked, beta[j] + max(seen - clicked, 0.0)
            total += alpha[j] + beta[j] if world.awake[slot, hour] else 0.0
        for j in range(n_candidates):
            asleep = not world.awake[world.candidates[context, j], hour]
            index[j] = -1.0 if asleep else _index(rng, kind, parameter, alpha[j], beta[j], np.log(max(total, 1.0)))

        best, grown = np.sort(rate)[::-1], 2.0 ** (now * speed)
        for p in range(min(k, awake)):
            j = int(np.argmax(index))
            index[j] = -1.0
            slot = world.candidates[context, j]
            here = world.places[p] * world.season[r]
            expected[r] += rate[j] * here
            regret[r] += (best[p] - rate[j]) * here
            shown[r, p], shown_arm[r, p] = j, arm_in[slot]
            seen = grown * (1.0 + p) ** -position_bias
            views[context, j, part] += seen
            all_views[slot, part] += seen
            day_views[part] += seen
            if world.chance[r, p] < rate[j] * here:
                arrives = max(int(np.searchsorted(world.times, now + world.delay[r, p])), r + 1)
                after[r * k + p] = first[arrives]
                first[arrives] = r * k + p
    return regret, expected
