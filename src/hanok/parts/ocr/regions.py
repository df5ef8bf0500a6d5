"""Regions: where the texts of a field may stand on a board, learnt from where they stood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

MARGIN = 0.3  # of a field's height: letters reach over the boxes they were learnt with
ROOM = 0.5  # of the way to the next field: how far a longer name may reach
ON_ITS_SIDE = 0.8  # of that way for a text that begins, or ends, in line: it grows to one side only
LONGER = 1.5  # of a field's height: how far any text may grow; one that was seen wider, by its own width
IN_LINE = 0.5  # of a field's height: texts whose beginnings differ by less begin at one place


class Region(NamedTuple):
    """Where a field may stand on the board: 0 to 1 across and down."""

    left: float
    top: float
    right: float
    bottom: float


def with_room(places: Mapping[str, Sequence[Region]], aspect: float) -> dict[str, Region]:
    """Around all places of a field, with room for longer names where no other field is.

    Texts that begin at one place and end at several have no room before them, and the other way round: what stands
    there is the side of a plate or a rule.
    """
    low = {field: np.min(of, axis=0)[:2] for field, of in places.items()}
    high = {field: np.max(of, axis=0)[2:] for field, of in places.items()}
    regions = {}
    for field, of in places.items():
        (left, top), (right, bottom) = low[field], high[field]
        margin = MARGIN * (bottom - top)
        beside = [each for each in places if each != field and low[each][1] < bottom and high[each][1] > top]
        before = max((float(high[each][0]) for each in beside if high[each][0] <= left), default=0.0)
        after = min((float(low[each][0]) for each in beside if low[each][0] >= right), default=1.0)
        ends = np.array(of)[:, [0, 2]]
        most = max(float(np.diff(ends).max()), LONGER * (bottom - top) / aspect)
        begins, stops = np.ptp(ends, axis=0) <= IN_LINE * (bottom - top) / aspect
        if begins and stops:  # of one length so far: fields above and below tell which side grows
            begins, stops = _in_column(of, places.values(), aspect)
        grows = ON_ITS_SIDE if begins != stops else ROOM
        start, end = left - min(grows * max(left - before, 0), most), right + min(grows * max(after - right, 0), most)
        if begins and not stops:
            start = max(start, np.median(ends[:, 0]) - margin / aspect)
        elif stops and not begins:
            end = min(end, np.median(ends[:, 1]) + margin / aspect)
        sides = (start, top - margin, end, bottom + margin)
        regions[field] = Region(*(round(float(side), 5) for side in sides))
    return regions


def _in_column(of: Sequence[Region], others: Iterable[Sequence[Region]], aspect: float) -> tuple[bool, bool]:
    """Whether most fields in line with this one begin where it does, or end where it ends."""
    near = IN_LINE * (of[0].bottom - of[0].top) / aspect
    ends = np.array([each for field in others for each in field])[:, [0, 2]]
    own = np.median(np.array(of)[:, [0, 2]], axis=0)
    begin, stop = np.count_nonzero(np.abs(ends - own) <= near, axis=0)
    middle = np.count_nonzero(np.abs(ends.mean(axis=1) - own.mean()) <= near / 2)
    return bool(begin > max(stop, middle)), bool(stop > max(begin, middle))
