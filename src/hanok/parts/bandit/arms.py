"""What a bandit saw: views and clicks of every arm in every context."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.bandit.layered import Layered
from hanok.parts.bandit.policy import DAY, Policy

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VERSION = 1

FEW = 10.0
"""Clicks a part of the day must have before its own rate weighs as much as that of the whole day."""

FORGOTTEN = 1e-9
"""Views that weigh less are not kept."""


class Cell(NamedTuple):
    """Clicks, and views by part of the day (n_hours,), as they weighed at a time; never changed in place."""

    at: float
    clicks: float
    views: tuple[float, ...]


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

    Source
    ------
    The weight of a view in place p is the examination probability of the position-based model, Lagrée et al. 2016,
    "Multiple-play bandits in the position-based model", section 2; to treat the part of the day alike is ours.
    Discounting: Raj and Kalyani 2017, "Taming non-stationary bandits", by time instead of by pull.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.now = 0.0
        self.events = 0
        self._parts = max(policy.hours, 1)
        self._contexts: Layered[dict[str, Cell]] = Layered()
        self._mine: set[str] = set()  # contexts that no fork shares, which may be changed in place
        self._arms: Layered[Cell] = Layered()  # each arm over all contexts
        self._viewed = self._clicked = Cell(0.0, 0.0, (0.0,) * self._parts)  # both by part of the day, over everything

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
            How good each arm is thought to be, 0 or more, on any scale: an arm's prior mean is multiplied by how far
            its score is above the mean score, between a tenth and tenfold; the strength of the prior stays.

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
        weight = self._weight_of_parts()
        if policy.pooling > 0:
            views, clicks = self._counts(self._arms.get, arms, weight)
            rate = (alpha + clicks) / (strength + np.maximum(views, clicks))
            alpha, beta = alpha + policy.pooling * rate, beta + policy.pooling * (1 - rate)
        views, clicks = self._counts((self._contexts.get(context) or {}).get, arms, weight)
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
        """Forget every arm but these, in all contexts; what comes of the others later is taken in again."""
        kept = {context: {a: c for a, c in cells.items() if a in arms} for context, cells in self._contexts.items()}
        self._contexts, self._mine = Layered({context: cells for context, cells in kept.items() if cells}), set()
        self._arms = Layered({arm: cell for arm, cell in self._arms.items() if arm in arms})

    def fork(self) -> Self:
        """A copy that may be changed while others read this one; cheap however much was seen."""
        other = type(self)(self.policy)
        other.now, other.events = self.now, self.events
        self._mine = set()
        other._contexts, other._arms = self._contexts.fork(), self._arms.fork()
        other._viewed, other._clicked = self._viewed, self._clicked
        return other

    def dump(self) -> bytes:
        """All of it but what is forgotten: compressed JSON."""
        state: dict[str, Any] = {
            "version": VERSION,
            "weighing": self._weighing(),
            "now": self.now,
            "events": self.events,
            "day": [self._viewed, self._clicked],
            "arms": self._remembered(dict(self._arms.items())),
            "contexts": {c: cells for c, old in self._contexts.items() if (cells := self._remembered(old))},
        }
        return zlib.compress(json.dumps(state, separators=(",", ":")).encode(), 1)

    def load(self, dumped: bytes) -> Self:
        """A new state of this policy from what `dump` gave; a ValueError where it cannot be read."""
        try:
            state = json.loads(zlib.decompress(dumped))
            if state["version"] != VERSION or state["weighing"] != self._weighing():
                raise ValueError("kept by another version, or weighed in another way")
            other = type(self)(self.policy)
            other.now, other.events = float(state["now"]), int(state["events"])
            other._viewed, other._clicked = map(_cell, state["day"])
            other._arms = Layered(_cells(state["arms"]))
            other._contexts = Layered({context: _cells(cells) for context, cells in state["contexts"].items()})
            return other
        except (zlib.error, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"not a dump of arms: {error}") from error

    def _weighing(self) -> list[float | None]:
        """Of the policy, what the counts depend on."""
        return [self.policy.half_life, self.policy.position_bias, self.policy.hours]

    def _add(self, context: str, arm: str, at: float, position: int, *, click: bool) -> None:
        if not (math.isfinite(at) and at >= 0):
            raise Problem("bad_event", f"found {at}, expected UTC seconds of 0 or more", "at")
        if position < 0:
            raise Problem("bad_event", f"found {position}, expected 0 or more", "position")
        if at > self.now:
            self.now = at
        self.events += 1
        part = int(at % DAY * self._parts // DAY)
        clicks, views = (1.0, 0.0) if click else (0.0, (1.0 + position) ** -self.policy.position_bias)
        cells = self._contexts.get(context)
        if cells is None or context not in self._mine:
            cells = {} if cells is None else dict(cells)
            self._contexts.put(context, cells)
            self._mine.add(context)
        cells[arm] = self._added(cells.get(arm), at, part, clicks, views)
        self._arms.put(arm, self._added(self._arms.get(arm), at, part, clicks, views))
        if click:
            self._clicked = self._added(self._clicked, at, part, 0.0, clicks)
        else:
            self._viewed = self._added(self._viewed, at, part, 0.0, views)

    def _added(self, cell: Cell | None, at: float, part: int, clicks: float, views: float) -> Cell:
        if cell is None:
            return Cell(at, clicks, (0.0,) * part + (views,) + (0.0,) * (self._parts - 1 - part))
        then, old, by_part = cell
        if at > then:
            keep, then = self._decay(at - then), at
            if keep != 1.0:
                old, by_part = old * keep, tuple([v * keep for v in by_part])
        elif at < then:
            weight = self._decay(then - at)
            clicks, views = clicks * weight, views * weight
        if views:
            by_part = (*by_part[:part], by_part[part] + views, *by_part[part + 1 :])
        return Cell(then, old + clicks, by_part)

    def _decay(self, seconds: float) -> float:
        half_life = self.policy.half_life
        return 1.0 if half_life is None else 0.5 ** (seconds / (DAY * half_life))

    def _weight_of_parts(self) -> Floats:
        """How much a view in each part of the day weighs, (n_hours,): its click rate over that of the day."""
        policy = self.policy
        if self._parts == 1:
            return np.ones(1)
        views = np.array(self._viewed.views) * self._decay(self.now - self._viewed.at)
        clicks = np.array(self._clicked.views) * self._decay(self.now - self._clicked.at)
        rate = (clicks.sum() + policy.prior_clicks) / (views.sum() + policy.prior_clicks + policy.prior_misses)
        weight: Floats = (clicks + FEW) / (views * rate + FEW)
        return weight

    def _counts(self, get: Callable[[str], Cell | None], arms: Sequence[str], weight: Floats) -> tuple[Floats, Floats]:
        """Views and clicks of arms, as they weigh now, (n_arms,) each."""
        views, clicks = np.zeros((len(arms), self._parts)), np.zeros(len(arms))
        for i, arm in enumerate(arms):
            cell = get(arm)
            if cell is not None:
                keep = self._decay(self.now - cell.at)
                clicks[i] = cell.clicks * keep
                views[i] = cell.views if keep == 1.0 else [v * keep for v in cell.views]
        return views @ weight, clicks

    def _remembered(self, cells: dict[str, Cell]) -> dict[str, Cell]:
        return {
            arm: c for arm, c in cells.items() if self._decay(self.now - c.at) * (sum(c.views) + c.clicks) > FORGOTTEN
        }


def _cell(raw: Any) -> Cell:
    at, clicks, views = raw
    return Cell(float(at), float(clicks), tuple([float(v) for v in views]))


def _cells(raw: dict[str, Any]) -> dict[str, Cell]:
    return {arm: _cell(cell) for arm, cell in raw.items()}


def _lift(scores: npt.ArrayLike, n: int) -> Floats:
    """What each prior mean is multiplied by."""
    found = np.asarray(scores, dtype=np.float64)
    if found.shape != (n,) or not np.isfinite(found).all() or (found < 0).any():
        raise Problem("bad_scores", f"expected {n} finite numbers of 0 or more", "scores")
    mean = float(found.mean()) if n else 0.0
    return np.clip(found / mean, 0.1, 10.0) if mean > 0 else np.ones(n)
