"""Clicks as views: what the next version learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.systems.video.data import Data
from hanok.systems.video.items import Click, Request, Slate


def with_clicks(data: Data, events: Sequence[Event[Request, Slate, Click]]) -> Data:
    """The views, and every click as one more, after the view of its source.

    A click of a user who was not named is a person of its own who watched the source and then what was clicked.

    Raises
    ------
    Problem
        No event is a click on a video that is known.
    """
    number, users = data.catalogue.number, {name: place for place, name in enumerate(data.names)}
    rows: list[tuple[int, int, float]] = []
    clicks = 0
    for event in events:
        clicked = None if event.feedback is None else number.get(event.feedback.clicked)
        if clicked is None or event.feedback is None:
            continue
        if all(entry.item != event.feedback.clicked for entry in event.output.entries):
            continue
        clicks += 1
        user = users.setdefault(event.item.user or f"click {event.seq}", len(users))
        source = None if event.item.source is None else number.get(event.item.source)
        rows += [(user, source, event.at)] if source is not None else []
        rows.append((user, clicked, event.at + 1e-3))
    if not clicks:
        raise Problem("nothing_to_learn", "no video of a slate was clicked", hint="hanok feedback video")
    who, what, when = (np.array(column) for column in zip(*rows, strict=True))
    times = np.concatenate([data.times, when])
    order = np.argsort(times, kind="stable")
    return replace(
        data,
        users=np.concatenate([data.users, who])[order],
        items=np.concatenate([data.items, what])[order],
        times=times[order],
        ratings=np.concatenate([data.ratings, np.ones(len(rows))])[order],
        names=list(users),
        judged=np.concatenate([data.judged, np.ones(len(rows), bool)])[order],
        notes=(*data.notes, f"{clicks} clicks were learnt as views."),
    )
