"""Which policy does best on a simulated site."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.bandit.environment import Environment
from hanok.parts.bandit.policy import Policy
from hanok.parts.bandit.simulator import play

Floats = npt.NDArray[np.float64]
PolicyT = TypeVar("PolicyT", bound=Policy)


class Tuned(NamedTuple):
    """Policies by their mean cumulative regret, best first."""

    policies: tuple[Policy, ...]
    regret: Floats  # (n_policies, n_seeds)

    @property
    def best(self) -> Policy:
        """The one with the least mean regret."""
        return self.policies[0]


def grid(kind: type[PolicyT], most: int | None = None, seed: int = 0, **values: Sequence[Any]) -> list[PolicyT]:
    """Policies of one class with all combinations of the given values of its parameters.

    Parameters
    ----------
    kind : class of Policy
        Such as `Thompson`.
    most : int, optional
        Draw this many of the combinations, so that classes with more parameters do not get more trials.
    seed : int
        Of that draw.
    **values : sequence
        For each parameter the values to try.

    Example
    -------
    >>> from hanok.parts.bandit import Thompson
    >>> [policy.prior_misses for policy in grid(Thompson, prior_misses=[15.0, 100.0])]
    [15.0, 100.0]
    """
    every = [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]
    if most is not None and most < len(every):
        every = [every[i] for i in np.random.default_rng(seed).permutation(len(every))[:most]]
    return [kind(**chosen) for chosen in every]


def tune(environment: Environment, policies: Sequence[Policy], seeds: Sequence[int] = range(1000, 1016)) -> Tuned:
    """Try policies on the same draws of an environment.

    Parameters
    ----------
    environment : Environment
        The site; make it as sparse and as seasonal as the real one.
    policies : sequence of Policy
        Say of `grid`.
    seeds : sequence of int
        Draws to tune on; judge the winner on others.

    Returns
    -------
    Tuned
        Best first; of equals the one named first.

    Raises
    ------
    Problem
        No policies or no seeds.

    Example
    -------
    >>> from hanok.parts.bandit import Environment, Thompson
    >>> site = Environment(days=5, contexts=3, arms=30)
    >>> tune(site, grid(Thompson, prior_misses=[15.0, 100.0]), seeds=[0, 1]).regret.shape
    (2, 2)
    """
    if not policies or not seeds:
        raise Problem(
            "nothing_to_tune", f"found {len(policies)} policies and {len(seeds)} seeds, expected some of each"
        )
    worlds = [environment.world(seed) for seed in seeds]
    regret = np.stack([play(policy, environment, worlds, seeds).total for policy in policies])
    order = np.argsort(regret.mean(axis=1), kind="stable")
    return Tuned(tuple(policies[i] for i in order), regret[order])
