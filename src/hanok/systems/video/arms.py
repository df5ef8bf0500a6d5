"""Which videos were shown beside which source, and which of them were clicked: a fold of the whole ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Self

import numpy as np

from hanok.core.lasting import Lasting
from hanok.core.ledger import Event
from hanok.parts.bandit import Arms, Thompson
from hanok.systems.video.config import Config
from hanok.systems.video.data import Floats, Ints
from hanok.systems.video.items import Arm, Click, Request, Slate


class Shown:
    """State of the bandits, one for each source video: what `hanok.core.lasting` folds events into.

    Parameters
    ----------
    arms : Arms
        Contexts are source videos, arms the videos on their slates.
    """

    def __init__(self, arms: Arms) -> None:
        self.arms = arms

    def fork(self) -> Self:
        """A copy that may be changed."""
        return type(self)(self.arms.fork())

    def step(self, event: Event[Request, Slate, Click]) -> None:
        """An answer is one view of every video on its slate; feedback is a click on one of them.

        Answers without a source have no bandit, and clicks on what was not on the slate say nothing.
        """
        source, slate = event.item.source, event.output
        if source is None or slate.based_on != "source":
            return
        for entry in slate.entries:
            if event.feedback is None:
                self.arms.view(source, entry.item, event.at, entry.position)
            elif entry.item == event.feedback.clicked:
                self.arms.click(source, entry.item, event.at, entry.position)

    def dump(self) -> bytes:
        """All of it."""
        return self.arms.dump()

    def load(self, dumped: bytes) -> Self:
        """A new state from what `dump` gave."""
        return type(self)(self.arms.load(dumped))

    def slate(self, config: Config, request: Request, candidates: Sequence[str], scores: Floats) -> Ints:
        """Which candidates are shown in which order, as places among them.

        The ensemble's first ones keep their place on the slate but for the share that is explored; draws decide on the
        others, and on the order of all. The generator comes from the request's seed, what was seen and the source,
        so one request of one state always gets one slate.

        Parameters
        ----------
        config : Config
            Says how much is explored.
        request : Request
            Says how many, and the seed.
        candidates : sequence of str
            Best first.
        scores : array (n_candidates,)
            Of the ensemble, 0 or more: they lift the prior of an arm.
        """
        k = min(request.k, len(candidates))
        source = request.source or ""
        order = self.arms.slate(
            generator(request.seed, self.arms.events, source), source, candidates, len(candidates), scores
        )
        kept = k - round(config.explored * k)
        free = order[order >= kept][: k - kept]
        chosen = np.concatenate([np.arange(kept), free])
        return order[np.isin(order, chosen)]

    def beliefs(self, source: str, videos: Sequence[str], scores: Floats) -> list[Arm]:
        """What is believed of videos beside a source."""
        alpha, beta = self.arms.posterior(source, videos, scores)
        before, without = self.arms.posterior(NOWHERE, videos, scores)
        clicks, misses = alpha - before, beta - without
        return [
            Arm(alpha=round(a, 4), beta=round(b, 4), views=round(c + m, 4), clicks=round(c, 4))
            for a, b, c, m in zip(alpha.tolist(), beta.tolist(), clicks.tolist(), misses.tolist(), strict=True)
        ]


NOWHERE = "\0"
"""A source that no video is: its arms are at their priors."""


def generator(seed: int, events: int, source: str) -> np.random.Generator:
    """The generator of one request's draws."""
    digest = hashlib.sha256(source.encode()).digest()
    return np.random.default_rng([seed, events, int.from_bytes(digest[:8], "little")])


def policy(config: Config) -> Thompson:
    """The policy as configured."""
    return Thompson(
        prior_clicks=config.prior_clicks,
        prior_misses=config.prior_misses,
        half_life=config.half_life or None,
        position_bias=config.position_bias,
        hours=config.hours,
        sharpness=config.sharpness,
        pooling=config.pooling,
    )


def lasting(config: Config) -> Lasting[Shown]:
    """The arms of everything that happened; priors may change without folding it again, weighing may not."""
    key = f"arms half_life={config.half_life} position_bias={config.position_bias} hours={config.hours}"
    return Lasting(key, Shown(Arms(policy(config))))
