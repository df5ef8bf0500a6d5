"""What a bandit saw: views and clicks of every arm in every context."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.bandit.layered import Layered
from hanok.parts.bandit.policy import DAY, Policy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VERSION = 1
POOL = ""  # no context: the rates of strata over everything


class Cell(NamedTuple):
    """Clicks, and views by stratum, as they weighed at a time; never changed in place."""

    at: float
    clicks: float
    views: dict[int, float]


class Arms:
    """Views and clicks of the arms of many contexts, weighed as a policy says.

    Pure: no clock in it; "now" is the time of the latest event. Events may come in any order and give the same state.
    A view counts as a miss until its click arrives. An arm that nobody saw is at the prior.

    Parameters
    ----------
    policy : Policy
        How evidence is weighed and arms are ordered.

    Example
    -------
    >>> from hanok.parts.bandit import Thompson
    >>> arms = Arms(Thompson(prior_clicks=1.0, prior_misses=15.0))
    >>> for arm in "abc":
    ...     arms.view("source", arm, at=0.0, position=0)
    >>> arms.click("source", "b", at=0.0, position=0)
    >>> [numbers.tolist() for numbers in arms.posterior("source", ["a", "b", "new"])]
    [[1.0, 2.0, 1.0], [16.0, 15.0, 15.0]]
    >>> arms.slate(np.random.default_rng(0), "source", ["a", "b", "new"], 2).shape
    (2,)
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.now = 0.0
        self.events = 0
        self._contexts: Layered[dict[str, Cell]] = Layered()
        self._arms: Layered[Cell] = Layered()  # each arm over all contexts
        self._strata = Cell(0.0, 0.0, {})
        self._clicked: Cell = Cell(0.0, 0.0, {})

    def view(self, context: str, arm: str, at: float, position: int = 0) -> None:
        """An arm was shown, at UTC seconds, in a place counted from 0; a Problem where either is negative."""
        self._add(context, arm, at, position, click=False)

    def click(self, context: str, arm: str, at: float, position: int = 0) -> None:
        """The arm shown then and there was clicked: `at` and `position` are those of the view."""
        self._add(context, arm, at, position, click=True)

    def posterior(
        self, context: str, arms: Sequence[str], scores: npt.ArrayLike | None = None
    ) -> tuple[Floats, Floats]:
        """The Beta posteriors of arms in a context.

        Parameters
        ----------
        context : str
            A source video, say.
        arms : sequence of str, (n_arms,)
            Their ids.
        scores : array (n_arms,), optional
            How good each arm is thought to be, 0 or more, on any scale: an arm's prior mean is multiplied by its share
            of their mean, between a tenth and tenfold; the strength of the prior stays.

        Returns
        -------
        alpha, beta : array (n_arms,), float64

        Raises
        ------
        Problem
            Scores are of another number, negative or not finite.
        """
        policy = self.policy
        strength = policy.prior_clicks + policy.prior_misses
        mean = np.full(len(arms), policy.prior_clicks / strength)
        if scores is not None:
            mean = np.minimum(mean * _lift(scores, len(arms)), 0.5 + mean / 2)
        alpha, beta = mean * strength, (1 - mean) * strength
        exposure = self._exposure()
        if policy.pooling > 0:
            views, clicks = self._counts(self._arms.get, arms, exposure)
            rate = (policy.prior_clicks + clicks) / (strength + np.maximum(views, clicks))
            alpha, beta = alpha + policy.pooling * rate, beta + policy.pooling * (1 - rate)
        cells = self._contexts.get(context) or {}
        views, clicks = self._counts(cells.get, arms, exposure)
        return alpha + clicks, beta + np.maximum(views - clicks, 0.0)

    def slate(
        self,
        rng: np.random.Generator,
        context: str,
        candidates: Sequence[str],
        k: int,
        scores: npt.ArrayLike | None = None,
    ) -> Ints:
        """The candidates to show: indices into `candidates`, best first.

        Parameters
        ----------
        rng : numpy Generator
            All chance comes from it.
        context, candidates, scores
            As of `posterior`.
        k : int
            How many; all candidates where there are fewer, none where there are none.

        Returns
        -------
        array (min(k, n_candidates),), int64

        Raises
        ------
        Problem
            k is less than 1, or scores are of another number, negative or not finite.
        """
        if k < 1:
            raise Problem("bad_slate", f"found {k}, expected 1 or more", "k")
        alpha, beta = self.posterior(context, candidates, scores)
        return self.policy.order(rng, alpha, beta, k)

    def prune(self, arms: Collection[str]) -> None:
        """Forget every arm but these, in all contexts."""
        kept: dict[str, dict[str, Cell]] = {}
        for context, cells in self._contexts.items():
            left = {arm: cell for arm, cell in cells.items() if arm in arms}
            if left:
                kept[context] = left
        self._contexts = Layered(kept)
        self._arms = Layered({arm: cell for arm, cell in self._arms.items() if arm in arms})

    def fork(self) -> Self:
        """A copy that may be changed while others read this one; cheap however much was seen."""
        other = type(self)(self.policy)
        other.now, other.events = self.now, self.events
        other._contexts, other._arms = self._contexts.fork(), self._arms.fork()
        other._strata, other._clicked = self._strata, self._clicked
        return other

    def dump(self) -> bytes:
        """All of it."""
        state: dict[str, Any] = {
            "version": VERSION,
            "weighing": self._weighing(),
            "now": self.now,
            "events": self.events,
            "strata": [self._strata, self._clicked],
            "arms": dict(self._arms.items()),
            "contexts": dict(self._contexts.items()),
        }
        return zlib.compress(json.dumps(state).encode())

    def load(self, dumped: bytes) -> Self:
        """A new state of this policy from what `dump` gave; a ValueError where it cannot be read."""
        try:
            state = json.loads(zlib.decompress(dumped))
            if state["version"] != VERSION or state["weighing"] != self._weighing():
                raise ValueError("kept by another version, or weighed in another way")
            other = type(self)(self.policy)
            other.now, other.events = state["now"], state["events"]
            other._strata, other._clicked = map(_cell, state["strata"])
            other._arms = Layered({arm: _cell(cell) for arm, cell in state["arms"].items()})
            other._contexts = Layered(
                {
                    context: {arm: _cell(cell) for arm, cell in cells.items()}
                    for context, cells in state["contexts"].items()
                }
            )
            return other
        except (zlib.error, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a dump of arms: {error}") from error

    def _weighing(self) -> list[float | None]:
        return [self.policy.half_life, self.policy.positions, self.policy.hours]

    def _add(self, context: str, arm: str, at: float, position: int, *, click: bool) -> None:
        if not (np.isfinite(at) and at >= 0):
            raise Problem("bad_event", f"found {at}, expected UTC seconds of 0 or more", "at")
        if position < 0:
            raise Problem("bad_event", f"found {position}, expected 0 or more", "position")
        self.now, self.events = max(self.now, at), self.events + 1
        stratum = self._stratum(at, position)
        cells = dict(self._contexts.get(context) or {})
        cells[arm] = self._added(cells.get(arm), at, stratum, click)
        self._contexts.put(context, cells)
        self._arms.put(arm, self._added(self._arms.get(arm), at, stratum, click))
        if click:
            self._clicked = self._added(self._clicked, at, stratum, False)
        else:
            self._strata = self._added(self._strata, at, stratum, False)

    def _added(self, cell: Cell | None, at: float, stratum: int, click: bool) -> Cell:
        if cell is None:
            cell = Cell(at, 0.0, {})
        then = max(cell.at, at)
        weight, keep = self._decay(then - at), self._decay(then - cell.at)
        views = {s: v * keep for s, v in cell.views.items()} if keep != 1 else dict(cell.views)
        if click:
            return Cell(then, cell.clicks * keep + weight, views)
        views[stratum] = views.get(stratum, 0.0) + weight
        return Cell(then, cell.clicks * keep, views)

    def _decay(self, seconds: float) -> float:
        return 1.0 if self.policy.half_life is None else 0.5 ** (seconds / (DAY * self.policy.half_life))

    def _stratum(self, at: float, position: int) -> int:
        hours, positions = max(self.policy.hours, 1), max(self.policy.positions, 1)
        return int(at % DAY * hours // DAY) * positions + min(position, positions - 1)

    def _exposure(self) -> Floats:
        """How much a view of each stratum is worth: its click rate over that of all, (hours · positions,)."""
        hours, positions = max(self.policy.hours, 1), max(self.policy.positions, 1)
        if hours * positions == 1:
            return np.ones(1)
        views, clicks = np.zeros(hours * positions), np.zeros(hours * positions)
        for s, v in self._strata.views.items():
            views[s] = v
        for s, v in self._clicked.views.items():
            clicks[s] = v
        by_views, by_clicks = views.reshape(hours, positions), clicks.reshape(hours, positions)
        rate = (clicks.sum() + self.policy.prior_clicks) / (
            views.sum() + self.policy.prior_clicks + self.policy.prior_misses
        )
        few = 10.0  # clicks a stratum must have before its own rate counts for half
        hourly = (by_clicks.sum(1) + few) / (by_views.sum(1) + few / rate) / rate
        placed = (by_clicks.sum(0) + few) / (by_views.sum(0) + few / rate) / rate
        return np.outer(hourly, placed).ravel()

    def _counts(self, get: Any, arms: Sequence[str], exposure: Floats) -> tuple[Floats, Floats]:
        views, clicks = np.zeros(len(arms)), np.zeros(len(arms))
        for i, arm in enumerate(arms):
            cell = get(arm)
            if cell is not None:
                keep = self._decay(self.now - cell.at)
                views[i] = keep * sum(v * exposure[s] for s, v in cell.views.items())
                clicks[i] = keep * cell.clicks
        return views, clicks


def _cell(raw: Any) -> Cell:
    return Cell(float(raw[0]), float(raw[1]), {int(s): float(v) for s, v in raw[2].items()})


def _lift(scores: npt.ArrayLike, n: int) -> Floats:
    """What each prior mean is multiplied by."""
    found = np.asarray(scores, dtype=np.float64)
    if found.shape != (n,) or not np.isfinite(found).all() or (found < 0).any():
        raise Problem("bad_scores", f"expected {n} finite numbers of 0 or more", "scores")
    mean = float(found.mean()) if n else 0.0
    return np.clip(found / mean, 0.1, 10.0) if mean > 0 else np.ones(n)
