"""Cutting views by time, and the questions a test asks of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hanok.core.contract import Fold
from hanok.systems.video.data import Bools, Data, Floats, Ints

BY_TIME, LAST = "next views by time", "last views"

SHARES = (0.8, 0.9)
"""Views before the first share are learnt, up to the second they are for validation, the others for the test."""

MOST = 2000
"""Questions of a test: of more, as many evenly spread over its time."""

RECENT = 50
"""Videos of a history that are looked at: the latest."""


def cut(data: Data) -> Iterator[Fold[Data]]:
    """Two protocols: the future of everybody, and the last views of each user.

    "next views by time" cuts at two moments, the same for all, so nothing of the future is known; new users and new
    videos are part of it. "last views" tests the last view of each user and validates with the one before: more users,
    but others' later views are learnt. Only the first one is there if the moments can be told apart, else the second.
    """
    edges = [data.times[min(int(share * len(data)), len(data) - 1)] for share in SHARES]
    parts = data.times < edges[0], (data.times >= edges[0]) & (data.times < edges[1]), data.times >= edges[1]
    if all(len(asked(data.take(data.times <= data.times[part][-1], part))) for part in parts if part.any()) and all(
        part.any() for part in parts
    ):
        yield _fold(BY_TIME, data, *parts)
    fromlast = _from_last(data)
    parts = fromlast > 1, fromlast == 1, fromlast == 0
    if (
        parts[0].any()
        and len(asked(data.take(parts[0] | parts[1], parts[1])))
        and len(asked(data.take(data.judged, parts[2])))
    ):
        yield _fold(LAST, data, *parts)


def _fold(name: str, data: Data, train: Bools, valid: Bools, test: Bools) -> Fold[Data]:
    """A test knows the views before it, and is judged on its own."""
    return Fold(name, data.take(train, train), data.take(train | valid, valid), data.take(train | valid | test, test))


def _from_last(data: Data) -> Ints:
    """How many later views its user has, for each view, (n_views,)."""
    later = np.zeros(len(data), np.int64)
    for views in data.by_user():
        later[views] = np.arange(len(views))[::-1]
    return later


@dataclass(frozen=True)
class Questions:
    """What comes next: a view that is to be predicted from those before it.

    Parameters
    ----------
    sources : array (n_questions,), int64
        The video watched before.
    targets : array (n_questions,), int64
        The video watched next, by a user who had not watched it.
    times : array (n_questions,), float64
        When.
    histories : sequence of arrays, (n_questions,)
        The videos watched until then, the latest, which is the source, last; at most `RECENT`.
    """

    sources: Ints
    targets: Ints
    times: Floats
    histories: Sequence[Ints]

    def __len__(self) -> int:
        return len(self.targets)


def asked(data: Data, most: int = MOST) -> Questions:
    """The judged views that follow another video and are new to their user, in order of time.

    Example
    -------
    >>> from hanok.systems.video.data import Catalogue
    >>> data = Data.of(Catalogue("abc", "ABC", [""] * 3, [""] * 3), "uuuu", "abac", [1.0, 2.0, 3.0, 4.0])
    >>> found = asked(data)
    >>> found.sources.tolist(), found.targets.tolist(), [h.tolist() for h in found.histories]
    ([0, 0], [1, 2], [[0], [1, 0]])
    """
    places: list[tuple[int, Ints]] = []
    for views in data.by_user():
        if not data.judged[views].any():
            continue
        watched = data.items[views]
        _, first = np.unique(watched, return_index=True)
        for place in np.sort(first)[1:].tolist():
            if data.judged[views[place]]:
                places.append((int(views[place]), watched[:place]))
    places.sort(key=lambda found: found[0])
    if len(places) > most:
        places = [places[i] for i in np.linspace(0, len(places) - 1, most).astype(int)]
    views = np.array([view for view, _ in places], np.int64)
    histories = [latest(before) for _, before in places]
    sources = np.array([history[-1] for history in histories], np.int64)
    return Questions(sources, data.items[views], data.times[views], histories)


def latest(watched: Ints) -> Ints:
    """The last `RECENT` different videos, each where it was watched last."""
    back, first = np.unique(watched[::-1], return_index=True)
    return back[np.argsort(first)][:RECENT][::-1]
