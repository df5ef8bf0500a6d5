"""Policies: how evidence is weighed, and how arms are ordered by it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem

Floats = npt.NDArray[np.float64]

DAY = 86_400.0

HALVINGS = 16
"""Steps of a bisection."""


@dataclass(frozen=True, kw_only=True)
class Policy(ABC):
    """How a bandit weighs what it saw: each arm's click rate has a Beta posterior. Subclasses order arms by it.

    Parameters
    ----------
    prior_clicks, prior_misses : float
        The Beta prior of an arm nobody saw: Beta(1, 15) explores, Beta(1, 100) trusts arms that have converged.
    half_life : float, optional
        Days after which a view counts half; None forgets nothing.
    pooling : float
        How many views an arm's rate over all contexts is worth as a prior in each of them; 0 keeps contexts apart.
    position_bias : float
        Correct for position: a view in place p, counted from 0, weighs (1 + p) ** -position_bias. 0 does not correct.
    hours : int
        Correct for the time of day: a view weighs as much as the click rate of its part of the day, of this many equal
        parts, is above that of the day; they are learnt from all arms and contexts. 0 does not correct.

    Raises
    ------
    Problem
        A number is not finite or outside its range.
    """

    name: ClassVar[str] = ""

    prior_clicks: float = 1.0
    prior_misses: float = 15.0
    half_life: float | None = None
    pooling: float = 0.0
    position_bias: float = 0.0
    hours: int = 0

    def __post_init__(self) -> None:
        _check(self.prior_clicks > 0, "prior_clicks", self.prior_clicks, "more than 0")
        _check(self.prior_misses > 0, "prior_misses", self.prior_misses, "more than 0")
        _check(self.half_life is None or self.half_life > 0, "half_life", self.half_life, "more than 0 days, or None")
        _check(self.pooling >= 0, "pooling", self.pooling, "0 or more")
        _check(0 <= self.position_bias <= 5, "position_bias", self.position_bias, "0 to 5")
        _check(0 <= self.hours <= 24, "hours", self.hours, "0 to 24")

    @abstractmethod
    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """One number for each arm, (n_arms,), drawn or computed from its posterior: the highest are shown."""

    def order(self, rng: np.random.Generator, alpha: Floats, beta: Floats, k: int) -> npt.NDArray[np.int64]:
        """The k arms to show, best first; all of them where there are fewer."""
        return np.argsort(-self.index(rng, alpha, beta), kind="stable")[:k].astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Thompson(Policy):
    """Thompson sampling: each arm draws a click rate from its posterior, the draws order the slate.

    Parameters
    ----------
    sharpness : float
        Draws are from Beta(sharpness · alpha, sharpness · beta): more than 1 explores less, less than 1 more.

    Example
    -------
    >>> policy = Thompson(prior_misses=100.0)
    >>> policy.order(np.random.default_rng(0), np.array([1.0, 30.0, 5.0]), np.array([100.0, 900.0, 900.0]), 2).tolist()
    [1, 2]

    Source
    ------
    Chapelle and Li 2011, "An empirical evaluation of Thompson sampling", algorithm 2, the k best draws as a slate;
    sharpness is the posterior reshaping of their section 3.
    """

    name: ClassVar[str] = "thompson"
    sharpness: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self.sharpness > 0, "sharpness", self.sharpness, "more than 0")

    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """A draw from each posterior."""
        return rng.beta(self.sharpness * alpha, self.sharpness * beta)


@dataclass(frozen=True, kw_only=True)
class Greedy(Policy):
    """The highest posterior mean first; never explores on purpose."""

    name: ClassVar[str] = "greedy"

    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """The posterior means, ties broken at random."""
        return alpha / (alpha + beta) + 1e-12 * rng.random(len(alpha))


@dataclass(frozen=True, kw_only=True)
class EpsilonGreedy(Policy):
    """Greedy, but each arm is put first with probability `epsilon`, those put first in random order.

    On a slate of k of n arms, ε · n of the k places go to chance, where the ε-greedy of one place gives ε of it.

    Source
    ------
    Sutton and Barto 2018, "Reinforcement learning", section 2.2.
    """

    name: ClassVar[str] = "epsilon-greedy"
    epsilon: float = 0.1

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(0 <= self.epsilon <= 1, "epsilon", self.epsilon, "0 to 1")

    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """The posterior means; with probability `epsilon` an arm is put before the others, in random order, instead."""
        lucky, other = rng.random((len(alpha), 2)).T
        mixed: Floats = np.where(lucky < self.epsilon, 1 + other, alpha / (alpha + beta) + 1e-12 * other)
        return mixed


@dataclass(frozen=True, kw_only=True)
class UCB(Policy):
    """The highest upper bound first: mean + sqrt(exploration ln N / n), n being the arm's evidence and N that of all.

    Source
    ------
    Auer et al. 2002, "Finite-time analysis of the multiarmed bandit problem", UCB1, where exploration is 2.
    """

    name: ClassVar[str] = "ucb"
    exploration: float = 2.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _check(self.exploration >= 0, "exploration", self.exploration, "0 or more")

    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """The bounds, ties broken at random."""
        n = alpha + beta
        bound = np.sqrt(self.exploration * np.log(max(float(n.sum()), 1.0)) / n)
        found: Floats = alpha / n + bound + 1e-12 * rng.random(len(n))
        return found


@dataclass(frozen=True, kw_only=True)
class KLUCB(UCB):
    """The highest rate q that n · kl(mean, q) ≤ exploration · ln N still allows.

    Source
    ------
    Garivier and Cappé 2011, "The KL-UCB algorithm for bounded stochastic bandits and beyond", algorithm 1 with c = 0.
    """

    name: ClassVar[str] = "kl-ucb"
    exploration: float = 1.0

    def index(self, rng: np.random.Generator, alpha: Floats, beta: Floats) -> Floats:
        """The bounds by bisection below Pinsker's, mean + sqrt(exploration ln N / 2 n); ties broken at random."""
        n = alpha + beta
        mean = alpha / n
        room = self.exploration * np.log(max(float(n.sum()), 1.0)) / n
        entropy = mean * np.log(mean) + (1 - mean) * np.log(1 - mean)
        low, high = mean, np.minimum(mean + np.sqrt(room / 2), 1 - 1e-15)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            inside = entropy - mean * np.log(middle) - (1 - mean) * np.log(1 - middle) <= room
            low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        bound: Floats = low + 1e-12 * rng.random(len(n))
        return bound


def _check(good: bool, field: str, found: object, expected: str) -> None:
    if not good or (isinstance(found, float) and not np.isfinite(found)):
        raise Problem("bad_policy", f"found {found!r}, expected {expected}", field)
