"""The policy on made-up visitors: as much traffic as the data had, click rates and their swings assumed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hanok.core.report import Chart, Grid, Measure, Series
from hanok.parts.bandit import Environment, Greedy, Outcome, Policy, Thompson, simulate
from hanok.systems.video.arms import policy
from hanok.systems.video.data import Floats
from hanok.systems.video.judged import shown

if TYPE_CHECKING:
    from hanok.systems.video.system import Video

DAYS, CONTEXTS, PLACES = 30, 20, 10
REQUESTS = (20.0, 200.0)
"""Slates a day: the data's views a day, but within these."""

SLATES = 1000
"""Regret is given per this many slates."""

UNTUNED = Thompson(prior_clicks=1.0, prior_misses=1.0)
"""What a bandit that nobody thought about would be."""

ASSUMED = (
    "Simulated sites of {sources} sources with {candidates} candidates each and {requests:.0f} slates a day for {days} "
    "days. Traffic and its swing over the day are the data's. Assumed are a click rate of .02 with a spread of .5 "
    "between videos and as much between sources, a swing of .3 over the day and the week, half of the clicks in the "
    "third place, scores of the ensemble off by a factor of e, and one video in a hundred replaced every day."
)


class Simulated(NamedTuple):
    """What policies lost on the same sites."""

    site: Environment
    outcomes: dict[str, Outcome]
    n: int

    @classmethod
    def of(cls, video: Video, n: int) -> Simulated:
        """Enough sites for `n` days, the same for every model of the same data."""
        site = environment(video)
        seeds = range(-(-n // DAYS))
        own = policy(video.config)
        policies: dict[str, Policy] = {
            "as configured": own,
            "untuned, Beta(1, 1)": UNTUNED,
            "the same, never exploring": Greedy(**{field.name: getattr(own, field.name) for field in fields(Greedy)}),
        }
        return cls(site, {name: simulate(each, site, seeds) for name, each in policies.items()}, n)

    def measure(self) -> Measure:
        """Clicks lost per thousand slates, day by day."""
        ours, trivial = (self._daily(name) for name in list(self.outcomes)[:2])
        about = f"clicks lost per {SLATES} slates against whoever knows every click rate; trivial: {UNTUNED_WORDS}"
        return Measure("simulated regret", ours, trivial, maximize=False, about=about)

    def table(self) -> Grid:
        """Every policy."""
        rows: list[list[str | int | float | None]] = [
            [
                name,
                shown(outcome.total / self._slates() * SLATES),
                round(float(outcome.clicks.sum() / self._views()), 4),
            ]
            for name, outcome in self.outcomes.items()
        ]
        site = self.site
        note = ASSUMED.format(sources=site.contexts, candidates=site.candidates, requests=site.requests, days=site.days)
        columns = ["policy", f"clicks lost per {SLATES} slates", "click rate"]
        return Grid(title="The policy in the simulator", columns=columns, rows=rows, note=note)

    def chart(self) -> Chart:
        """Regret as it grows."""
        days = [float(day) for day in range(1, self.site.days + 1)]
        series = [
            Series(name=name, x=days, y=np.cumsum(outcome.regret.mean(axis=0)).tolist())
            for name, outcome in self.outcomes.items()
        ]
        return Chart(title="Regret in the simulator", x_label="day", y_label="clicks lost until then", series=series)

    def _daily(self, name: str) -> Floats:
        daily = self.outcomes[name].regret / self.site.requests * SLATES
        return daily.ravel()[: self.n].astype(np.float64)

    def _slates(self) -> float:
        return self.site.requests * self.site.days

    def _views(self) -> float:
        return self._slates() * self.site.k * len(next(iter(self.outcomes.values())).clicks)


UNTUNED_WORDS = "Thompson sampling from Beta(1, 1)"


def environment(video: Video) -> Environment:
    """A site with the data's traffic."""
    n_items = len(video.rankers.catalogue)
    candidates = min(video.config.pool, n_items)
    return Environment(
        days=DAYS,
        requests=float(np.clip(video.facts["views per day"], *REQUESTS)),
        contexts=min(CONTEXTS, n_items),
        arms=min(max(100, candidates), n_items),
        candidates=candidates,
        k=min(PLACES, candidates),
        traffic_swing=video.facts["traffic swing"],
        hour_swing=0.3,
        weekend_swing=0.3,
        position_bias=0.63,
        births=min(max(100, candidates), n_items) / 100,
        score_noise=1.0,
    )
