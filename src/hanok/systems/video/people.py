"""What is known of the people: what each watched last, and what all of them watch most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from hanok.systems.video.data import Data, Ints
from hanok.systems.video.folds import latest


@dataclass(frozen=True)
class People:
    """Histories and popularity.

    Parameters
    ----------
    names : sequence of str, (n_users,)
    starts : array (n_users + 1,), int64
        The history of user i is ``videos[starts[i]:starts[i + 1]]``.
    videos : array (n,), int64
        Of each user the last ones, the latest last.
    viewers : array (n_items,), int64
        How many people watched each video.
    """

    names: Sequence[str]
    starts: Ints
    videos: Ints
    viewers: Ints

    @classmethod
    def of(cls, data: Data) -> Self:
        """From the views that are learnt."""
        found = [(name, latest(data.items[views])) for name, views in zip(data.names, data.by_user(), strict=True)]
        there = [(name, history) for name, history in found if len(history)]
        starts = np.cumsum([0, *(len(history) for _, history in there)])
        videos = np.concatenate([history for _, history in there])
        return cls([name for name, _ in there], starts.astype(np.int64), videos.astype(np.int64), data.popularity)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}

    def history(self, name: str) -> list[int] | None:
        """What somebody watched, the latest last; None of a stranger."""
        place = self._place.get(name)
        if place is None:
            return None
        found: list[int] = self.videos[self.starts[place] : self.starts[place + 1]].tolist()
        return found

    @cached_property
    def popular(self) -> Ints:
        """All videos, the most watched first, (n_items,)."""
        return np.argsort(-self.viewers, kind="stable").astype(np.int64)
