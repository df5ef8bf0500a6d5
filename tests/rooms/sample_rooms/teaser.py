"""Shows the teaser that people click: Thompson sampling on feedback folded into online state.

Source: Chapelle & Li 2011, "An Empirical Evaluation of Thompson Sampling", algorithm 2 (Beta-Bernoulli).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, Field

from hanok.rooms import (
    LOG_SEARCH,
    Event,
    Fold,
    Measure,
    Objective,
    Online,
    Problem,
    Report,
    Run,
    Stage,
    System,
    Table,
)

Arms = dict[str, list[float]]  # teaser -> [shown, clicked]


class Config(BaseModel):
    """Hyper-parameters: `prior` clicks and misses are assumed."""

    prior: Annotated[float, Field(ge=0.1, le=10), LOG_SEARCH, Stage("rank")] = 1.0


class Row(BaseModel):
    """How a teaser did before."""

    teaser: Annotated[str, Field(min_length=1)]
    shown: Annotated[int, Field(ge=0)]
    clicked: Annotated[int, Field(ge=0)]


class Sources(BaseModel):
    """What the user brings."""

    teasers: Table[Row]


class Visit(BaseModel):
    """A page view; the same seed draws the same teaser."""

    seed: Annotated[int, Field(ge=0)] = 0
    without: list[str] = []


class Shown(BaseModel):
    """The teaser to show, and what it is known to have got."""

    teaser: str
    shown: float
    clicked: float


class Click(BaseModel):
    """Whether it was clicked."""

    clicked: bool


def count(arms: Arms, event: Event[Visit, Shown, Click]) -> None:
    """Take one click or miss in."""
    if event.feedback and event.output.teaser in arms:
        arms[event.output.teaser][0] += 1
        arms[event.output.teaser][1] += event.feedback.clicked


class Teaser(System[Config, Sources, list[Row], Visit, Shown, Click]):
    """The room."""

    name, title = "teaser", "Teasers"
    summary = "Shows the teaser that people click, and learns from every click at once."
    objectives = (Objective("click rate"),)
    arms: Online[Arms, Visit, Shown, Click]

    @classmethod
    def read(cls, sources: Sources) -> list[Row]:
        """The rows."""
        return [Row(**row) for row in sources.teasers.read().to_dicts()]

    @classmethod
    def folds(cls, data: list[Row], config: Config, *, seed: int) -> Iterable[Fold[list[Row]]]:
        """Everything is known before: the past is all there is to judge on."""
        yield Fold("past", data, data, data)

    def fit(self, train: list[Row], valid: list[Row], run: Run) -> Self:
        """Start from the past."""
        self.arms = Online({row.teaser: [row.shown, row.clicked] for row in train}, count)
        run.report(1, 1)
        return self

    def reconfigure(self, config: Config) -> Self:
        """Another prior needs no new fit."""
        new = copy.copy(self)
        new.config = config
        return new

    def predict(self, batch: Sequence[Visit]) -> Sequence[Shown | Problem]:
        """One draw per visit, from its own seed: a shared generator would be neither pure nor thread-safe."""
        arms = self.arms.now(self.ledger)
        return [self._draw(arms, visit) for visit in batch]

    def _draw(self, arms: Arms, visit: Visit) -> Shown | Problem:
        rng, prior = np.random.default_rng(visit.seed), self.config.prior
        drawn = {
            name: rng.beta(prior + clicked, prior + shown - clicked)
            for name, (shown, clicked) in sorted(arms.items())
            if name not in visit.without
        }
        if not drawn:
            return Problem("nothing_left", "every teaser is excluded", "without", "leave one in")
        best = max(drawn, key=drawn.__getitem__)
        return Shown(teaser=best, shown=arms[best][0], clicked=arms[best][1])

    def evaluate(self, data: list[Row]) -> Report:
        """The expected click rate of 200 draws, beside a teaser picked blindly."""
        rates = {row.teaser: row.clicked / max(row.shown, 1) for row in data}
        visits = [Visit(seed=seed) for seed in range(200)]
        chosen = [shown.teaser for shown in self.predict(visits) if isinstance(shown, Shown)]
        blind = np.full(len(chosen), np.mean(list(rates.values())))
        rate = Measure("click rate", np.array([rates[name] for name in chosen]), blind)
        return Report([rate], visits)

    def learn(self, fold: Fold[list[Row]], events: Sequence[Event[Visit, Shown, Click]], run: Run) -> Self:
        """The clicks become the start of a new artifact."""
        new, arms = copy.copy(self), copy.deepcopy(self.arms.start)
        for event in events:
            count(arms, event)
        new.arms = Online(arms, count)
        return new

    @classmethod
    def reward(cls, event: Event[Visit, Shown, Click]) -> float | None:
        """A click is worth one."""
        return float(event.feedback.clicked) if event.feedback else None

    def save(self, folder: Path) -> None:
        """The start, never the present: what came later is in the ledger."""
        (folder / "arms.json").write_text(json.dumps(self.arms.start), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """The mirror of `save`."""
        self.arms = Online(json.loads((folder / "arms.json").read_text(encoding="utf-8")), count)
