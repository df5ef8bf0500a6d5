"""What a policy would have earned, told from what another one logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.bootstrap import interval
from hanok.core.problem import Problem
from hanok.core.summary import Interval
from hanok.parts.bandit.arms import Arms
from hanok.parts.bandit.policy import Policy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Log:
    """What was shown, and what came of it.

    Parameters
    ----------
    arms : array (n,), int64
        The arm shown, from 0.
    rewards : array (n,)
        1 for a click, 0 for none; any finite number will do but for `replay`.
    propensities : array (n,), more than 0, at most 1
        Probability with which the policy that logged showed that arm in that place.
    positions : array (n,), int64, optional
        Place on the slate, from 0; without it all are 0.

    Raises
    ------
    Problem
        Names the first row that is not usable.
    """

    arms: Ints
    rewards: Floats
    propensities: Floats
    positions: Ints | None = None

    def __post_init__(self) -> None:
        n = len(self.arms)
        if n == 0:
            raise Problem("bad_log", "found no rows, expected at least one", "arms")
        fields = {"rewards": self.rewards, "propensities": self.propensities, "positions": self.places}
        for name, column in fields.items():
            if column.shape != (n,):
                raise Problem("bad_log", f"found shape {column.shape}, expected ({n},) as of the arms", name)
        _rows(np.isfinite(self.rewards), self.rewards, "rewards", "a finite number")
        _rows(
            (self.propensities > 0) & (self.propensities <= 1),
            self.propensities,
            "propensities",
            "more than 0, at most 1",
        )
        _rows(self.arms >= 0, self.arms, "arms", "0 or more")
        _rows(self.places >= 0, self.places, "positions", "0 or more")

    @property
    def places(self) -> Ints:
        """The positions, zeros where none were given."""
        return np.zeros(len(self.arms), np.int64) if self.positions is None else self.positions


class Estimate(NamedTuple):
    """Mean reward of a view under a policy, with its 95 % bootstrap interval over rows.

    `n` rows took part; they are worth `effective` rows that the policy had logged itself, (Σ w)² / Σ w².
    """

    value: float
    low: float
    high: float
    n: int
    effective: float


def ips(log: Log, chances: Floats) -> Estimate:
    """Inverse propensity scoring: unbiased, of high variance where the policies differ.

    Parameters
    ----------
    log : Log
        Of the policy that ran.
    chances : array (n, n_arms) or (n_arms,)
        Probability with which the policy asked about would show each arm in the place of each row.

    Returns
    -------
    Estimate

    Raises
    ------
    Problem
        Chances are of another shape, outside 0 to 1, or do not sum to 1 in a row.

    Example
    -------
    >>> log = Log(np.array([0, 1, 0, 1]), np.array([0.0, 1.0, 0.0, 1.0]), np.full(4, 0.5))
    >>> ips(log, np.array([0.25, 0.75])).value
    0.75

    Source
    ------
    Horvitz and Thompson 1952; for policies Strehl et al. 2010, "Learning from logged implicit exploration data".
    """
    weights = _weights(log, _checked(log, chances))
    return _estimate(interval(weights * log.rewards), weights)


def snips(log: Log, chances: Floats) -> Estimate:
    """Self-normalised inverse propensity scoring: divides by the weights' sum; slightly biased, steadier than `ips`.

    Parameters and what is raised are those of `ips`; a Problem also where the log shows nothing the policy would.

    Source
    ------
    Swaminathan and Joachims 2015, "The self-normalized estimator for counterfactual learning", equation 8.
    """
    weights = _weights(log, _checked(log, chances))
    if not weights.any():
        raise Problem("no_overlap", "the log shows nothing that the policy would", "chances")
    pairs = np.column_stack([weights * log.rewards, weights])
    return _estimate(interval(pairs, _ratio), weights)


def dr(log: Log, chances: Floats, rewards: Floats | None = None) -> Estimate:
    """Doubly robust: a reward model's word, put right by weighted errors; good where model or propensities are.

    Parameters
    ----------
    log, chances
        As of `ips`.
    rewards : array (n, n_arms) or (n_arms,), optional
        Expected reward of each arm; without it that of `reward_model`.

    Source
    ------
    Dudík et al. 2014, "Doubly robust policy evaluation and optimization", equation 3.3.
    """
    table = _checked(log, chances)
    weights = _weights(log, table)
    model = reward_model(log, table.shape[1]) if rewards is None else np.broadcast_to(rewards, table.shape)
    said = np.take_along_axis(model, log.arms[:, None], axis=1)[:, 0]
    return _estimate(interval((table * model).sum(axis=1) + weights * (log.rewards - said)), weights)


def reward_model(log: Log, n_arms: int, strength: float = 100.0) -> Floats:
    """Mean reward of each arm in the other half of the rows, (n, n_arms), drawn to all arms' by `strength` views.

    Rows are halved by turns, so that no row's own reward is in its model (cross-fitting).
    """
    model = np.empty((len(log.arms), n_arms))
    half = np.arange(len(log.arms)) % 2
    for mine in (0, 1):
        other = half != mine
        overall = float(log.rewards[other].mean()) if other.any() else 0.0
        views = np.bincount(log.arms[other], minlength=n_arms)
        total = np.bincount(log.arms[other], log.rewards[other], minlength=n_arms)
        model[half == mine] = (total + strength * overall) / (views + strength)
    return model


def replay(policy: Policy, log: Log, n_arms: int, seed: int = 0) -> Estimate:
    """Let a bandit learn on a log: it sees a row's reward where it would have shown the same arm, others pass by.

    Parameters
    ----------
    policy : Policy
        Starts from its prior. Rows are a second apart, each place is a context of its own.
    log : Log
        Of arms shown evenly at random, with rewards of 0 and 1.
    n_arms : int
        How many there are.
    seed : int
        Of the policy's draws.

    Returns
    -------
    Estimate
        Of the rows that matched: about n / n_arms.

    Raises
    ------
    Problem
        Propensities differ, a reward is neither 0 nor 1, an arm is not below `n_arms`, or no row matched.

    Source
    ------
    Li et al. 2011, "Unbiased offline evaluation of contextual-bandit-based news article recommendation algorithms",
    algorithm 2.
    """
    if np.ptp(log.propensities) > 1e-6:
        raise Problem("bad_log", "replay expects arms shown evenly at random, propensities differ", "propensities")
    _rows(log.arms < n_arms, log.arms, "arms", f"less than {n_arms}")
    _rows((log.rewards == 0) | (log.rewards == 1), log.rewards, "rewards", "0 or 1")
    rng = np.random.default_rng(seed)
    names = [str(arm) for arm in range(n_arms)]
    state, got = Arms(policy), []
    for at, (arm, reward, place) in enumerate(
        zip(log.arms.tolist(), log.rewards.tolist(), log.places.tolist(), strict=True)
    ):
        if state.slate(rng, str(place), names, 1)[0] == arm:
            got.append(reward)
            state.view(str(place), names[arm], float(at))
            if reward:
                state.click(str(place), names[arm], float(at))
    if not got:
        raise Problem("no_overlap", "the policy chose what was logged in no row", "log")
    return _estimate(interval(got), np.ones(len(got)))


def chances(policy: Policy, rng: np.random.Generator, alpha: Floats, beta: Floats, k: int, draws: int = 1000) -> Floats:
    """How likely a policy shows each arm in each place, by drawing slates, (k, n_arms).

    Example
    -------
    >>> from hanok.parts.bandit import Thompson
    >>> table = chances(Thompson(), np.random.default_rng(0), np.array([1.0, 1.0]), np.array([15.0, 15.0]), 1)
    >>> bool(abs(table[0, 0] - 0.5) < 0.1)
    True
    """
    k = min(k, len(alpha))
    shown = np.stack([policy.order(rng, alpha, beta, k) for _ in range(draws)])  # (draws, k)
    return np.stack([np.bincount(shown[:, p], minlength=len(alpha)) for p in range(k)]) / draws


def position_bias(log: Log) -> float:
    """The exponent of `Policy.position_bias` under which a log's clicks are likeliest, 0 to 3.

    Example
    -------
    >>> arms, places = np.repeat([0, 1], 200), np.tile(np.repeat([0, 1], 100), 2)
    >>> clicks = np.concatenate([np.arange(100) < n for n in (20, 10, 40, 20)]).astype(float)
    >>> round(position_bias(Log(arms, clicks, np.full(400, 0.5), places)), 2)
    1.0

    Source
    ------
    Clicks of an arm in a place as Poisson counts of mean rate · views · (1 + p) ** -exponent, the arms' rates at their
    optimum for each exponent: what better arms on top do to the places' averages drops out.
    """
    n_places = int(log.places.max()) + 1
    size = (int(log.arms.max()) + 1) * n_places
    cell = log.arms * n_places + log.places
    views = np.bincount(cell, minlength=size).reshape(-1, n_places)
    clicks = np.bincount(cell, log.rewards, minlength=size).reshape(-1, n_places)
    if n_places == 1 or not clicks.any():
        return 0.0
    logs = np.log1p(np.arange(n_places))

    tried = np.linspace(0.0, 3.0, 301)
    seen = views @ (1.0 + np.arange(n_places))[:, None] ** -tried  # (n_arms, n_tried)
    loss = clicks.sum(axis=1) @ np.log(np.maximum(seen, 1e-300)) + tried * (clicks @ logs).sum()
    return float(tried[np.argmin(loss)])


def _checked(log: Log, table: Floats) -> Floats:
    table = np.asarray(table, dtype=np.float64)
    if table.ndim not in (1, 2) or (table.ndim == 2 and len(table) != len(log.arms)):
        expected = f"(n_arms,) or ({len(log.arms)}, n_arms)"
        raise Problem("bad_chances", f"found shape {table.shape}, expected {expected}", "chances")
    if not (np.isfinite(table) & (table >= 0) & (table <= 1 + 1e-9)).all():
        raise Problem("bad_chances", "found a number that is not a probability from 0 to 1", "chances")
    if np.abs(table.sum(axis=-1) - 1).max() > 1e-6:
        raise Problem("bad_chances", "a row does not sum to 1", "chances")
    if log.arms.max() >= table.shape[-1]:
        raise Problem("bad_chances", f"found {table.shape[-1]} arms, the log has arm {log.arms.max()}", "chances")
    return np.broadcast_to(table, (len(log.arms), table.shape[-1]))


def _weights(log: Log, table: Floats) -> Floats:
    found: Floats = table[np.arange(len(log.arms)), log.arms] / log.propensities
    return found


def _ratio(pairs: Floats) -> float:
    return float(pairs[:, 0].sum() / pairs[:, 1].sum())


def _estimate(found: Interval, weights: Floats) -> Estimate:
    square = float((weights**2).sum())
    effective = float(weights.sum()) ** 2 / square if square > 0 else 0.0
    return Estimate(found.value, found.low, found.high, len(weights), effective)


def _rows(good: npt.NDArray[np.bool_], column: npt.NDArray[np.generic], field: str, expected: str) -> None:
    if not good.all():
        row = int(np.argmin(good))
        raise Problem("bad_log", f"row {row}: found {column[row]}, expected {expected}", field)
