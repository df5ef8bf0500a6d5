"""Made-up visitors: what a bandit is tried on before anyone real sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HOURS = 24


class World(NamedTuple):
    """One draw of an environment: all that happens but for what a policy decides. Times are days.

    Slots are places in the catalogue; the arm in a slot changes when a new one replaces it. Arms are numbered: first
    those of the beginning by slot, then those that came, in order.
    """

    times: Floats  # (n_requests,) ascending
    contexts: Ints  # (n_requests,)
    season: Floats  # (n_requests,) what click rates are multiplied by at that time
    chance: Floats  # (n_requests, k) a view is clicked where this is less than the rate
    delay: Floats  # (n_requests, k) from view to click
    candidates: Ints  # (n_contexts, n_candidates) slots
    awake: npt.NDArray[np.bool_]  # (n_slots, 24) hours in which a slot may be shown
    births: Floats  # (n_births,) ascending
    born: Ints  # (n_births,) slot whose arm is replaced
    rates: Floats  # (n_contexts, n_arms) click rate in the first place at an average time
    scores: Floats  # (n_contexts, n_arms) of an ensemble; (0, 0) without
    places: Floats  # (k,) what click rates are multiplied by in a place


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A site: its traffic, its arms, and what else moves the click rate.

    Parameters
    ----------
    days : int
        How long it is watched.
    requests : float
        Slates shown per day, over all contexts, on average.
    contexts, arms, candidates, k : int
        Source items; arms in the catalogue; arms each context may show; places on a slate.
    rate : float, 0 to 1
        Mean click rate of an arm.
    arm_spread, context_spread : float
        Standard deviation of the logarithm of the click rate between arms, and for one arm between contexts.
    arm_rates : tuple of float
        Click rates to draw the arms' from instead of `rate` and `arm_spread`, such as smoothed ones of a log.
    traffic_swing, hour_swing, weekend_swing : float, 0 to 1
        How much traffic moves with the hour, and the click rate with the hour and at the weekend. They peak eight hours
        apart, so that most is shown when little is clicked.
    scheduled : float, 0 to 1
        Share of the arms that may be shown during half of the day only, each half being as frequent.
    position_bias : float
        Place p, counted from 0, gets (1 + p) ** -position_bias of the first place's clicks.
    delay : float, hours
        Mean time from view to click.
    births : float
        Arms per day that are replaced by new ones.
    score_noise : float, optional
        An ensemble scores arms by their click rate times a log-normal error of this spread; None: there is none.

    Raises
    ------
    Problem
        A number is outside its range.
    """

    days: int = 60
    requests: float = 200.0
    contexts: int = 50
    arms: int = 100
    candidates: int = 20
    k: int = 5
    rate: float = 0.02
    arm_spread: float = 0.5
    context_spread: float = 0.5
    arm_rates: tuple[float, ...] = ()
    traffic_swing: float = 0.8
    hour_swing: float = 0.0
    weekend_swing: float = 0.0
    scheduled: float = 0.0
    position_bias: float = 0.0
    delay: float = 2.0
    births: float = 0.0
    score_noise: float | None = None

    def __post_init__(self) -> None:
        for field in ("days", "requests", "contexts", "arms", "candidates", "k"):
            _check(getattr(self, field) > 0, field, getattr(self, field), "more than 0")
        _check(self.k <= self.candidates, "k", self.k, f"at most the {self.candidates} candidates")
        _check(self.candidates <= self.arms, "candidates", self.candidates, f"at most the {self.arms} arms")
        for field in ("traffic_swing", "hour_swing", "weekend_swing", "scheduled"):
            _check(0 <= getattr(self, field) <= 1, field, getattr(self, field), "0 to 1")
        for field in ("arm_spread", "context_spread", "position_bias", "delay", "births"):
            _check(getattr(self, field) >= 0, field, getattr(self, field), "0 or more")
        _check(self.score_noise is None or self.score_noise >= 0, "score_noise", self.score_noise, "0 or more")
        for rate in (self.rate, *self.arm_rates):
            _check(0 < rate <= 1, "rate", rate, "more than 0, at most 1")

    def world(self, seed: int) -> World:
        """One draw; the same for the same seed."""
        rng = np.random.default_rng(seed)
        hour = np.arange(HOURS)
        times = self._times(rng, 1 + self.traffic_swing * np.cos(2 * np.pi * (hour - 20) / HOURS))
        hourly = 1 + self.hour_swing * np.cos(2 * np.pi * (hour - 12) / HOURS)
        daily = 1 + self.weekend_swing * np.where(np.arange(7) >= 5, 1.0, -0.4)
        season = hourly[(times * HOURS).astype(int) % HOURS] * daily[times.astype(int) % 7]
        popularity = 1 / np.arange(1, self.contexts + 1)
        contexts = rng.choice(self.contexts, len(times), p=popularity / popularity.sum())
        candidates = np.stack([rng.permutation(self.arms)[: self.candidates] for _ in range(self.contexts)])
        births = np.sort(rng.random(rng.poisson(self.births * self.days)) * self.days)
        rates = self._rates(rng, self.arms + len(births))
        scores = np.zeros((0, 0))
        places: Floats = (1.0 + np.arange(self.k, dtype=np.float64)) ** -self.position_bias
        chance, delay = rng.random((len(times), self.k)), rng.exponential(self.delay / HOURS, (len(times), self.k))
        born = rng.integers(0, self.arms, len(births))
        awake = self._awake(rng)
        if self.score_noise is not None:
            scores = rates * np.exp(self.score_noise * rng.standard_normal(rates.shape))
        return World(times, contexts, season, chance, delay, candidates, awake, births, born, rates, scores, places)

    def _times(self, rng: np.random.Generator, traffic: Floats) -> Floats:
        n = max(int(rng.poisson(self.requests * self.days)), 1)
        hours = rng.choice(HOURS, n, p=traffic / traffic.sum())
        return np.sort(rng.integers(0, self.days, n) + (hours + rng.random(n)) / HOURS)

    def _rates(self, rng: np.random.Generator, n: int) -> Floats:
        def spread(sd: float, shape: tuple[int, ...]) -> Floats:
            wide: Floats = np.exp(sd * rng.standard_normal(shape) - sd**2 / 2)
            return wide

        known = np.array(self.arm_rates)
        arms = rng.choice(known, n) if len(known) else self.rate * spread(self.arm_spread, (n,))
        return np.clip(arms * spread(self.context_spread, (self.contexts, n)), 1e-6, 0.9)

    def _awake(self, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
        """Scheduled slots have the half of the day around noon or the one around midnight."""
        noon = np.abs(np.arange(HOURS) - 11.5) < 6
        halves = np.where(rng.random(self.arms)[:, None] < 0.5, noon, ~noon)
        scheduled: npt.NDArray[np.bool_] = rng.random(self.arms) < self.scheduled
        return np.where(scheduled[:, None], halves, True)


def _check(good: bool, field: str, found: object, expected: str) -> None:
    if not good:
        raise Problem("bad_environment", f"found {found!r}, expected {expected}", field)
