"""Recommending from a limited list: where in the rankers' own order it lies, and who ranks it best."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hanok.core.report import Chart, Grid, Series
from hanok.parts.ranking import Ranked, best
from hanok.systems.video.data import Ints
from hanok.systems.video.ensemble import Ask, many, ndcg, ranks
from hanok.systems.video.judged import ENSEMBLE, Judged, shown
from hanok.systems.video.rankers import NAMES

if TYPE_CHECKING:
    from hanok.systems.video.system import Video

MOST = 400
"""Questions: every one asks for the rank of every video."""

SHARE, FEWEST = 0.05, 10
"""Of the catalogue, and how many videos a list has at least."""

SHOWN = 5
"""Places of the restricted list whose origin is counted."""

TAIL = 0.2
"""The long tail: the videos watched least that have this share of all views."""

EDGES = (1, 6, 11, 21, 31, 41, 101)


def restricted(video: Video, judged: Judged) -> tuple[Grid, Chart]:
    """The table of rankers on restricted lists, and the histogram of ranks that such lists came from."""
    some = np.unique(np.linspace(0, len(judged.questions) - 1, MOST).astype(int))
    sources, targets = judged.questions.sources[some], judged.questions.targets[some]
    n_items, rng = len(video.rankers.catalogue), np.random.default_rng(0)
    size = min(n_items, max(FEWEST, round(SHARE * n_items)))
    drawn = [np.union1d(rng.choice(n_items, size, replace=False), [target]) for target in targets.tolist()]
    asks = [Ask([s], [s], allowed) for s, allowed in zip(sources.tolist(), drawn, strict=True)]
    tail = _tail(video)
    rare = np.isin(targets, tail)
    tails = [Ask([source], [source], tail) for source in sources[rare].tolist()]
    columns = {f"{size} drawn at random": (asks, targets)}
    if rare.any():
        columns[f"the long tail, {len(tail)} videos"] = tails, targets[rare]
    lists = {title: _lists(video, given) for title, (given, _) in columns.items()}
    rows: list[list[str | int | float | None]] = [
        [name, *(shown(ndcg(lists[title][name].ids, wanted)) for title, (_, wanted) in columns.items())]
        for name in (*NAMES, ENSEMBLE)
    ]
    note = (
        "ndcg@20 where only some videos may be recommended: a list drawn at random for each question, with the right "
        "video among it, and the videos watched least that together have a fifth of the views."
    )
    table = Grid(title="Restricted lists", columns=["ranker", *columns], rows=rows, note=note)
    return table, _origins(video, sources, next(iter(lists.values())))


def _lists(video: Video, asks: list[Ask]) -> dict[str, Ranked]:
    single = many(video.rankers, asks, video.config.recency, video.config.depth)
    return {**dict(zip(NAMES, single, strict=True)), ENSEMBLE: video.blend(single, video.config.depth)}


def _tail(video: Video) -> Ints:
    rising = video.people.popular[::-1]
    rising = rising[video.people.viewers[rising] > 0]
    views = np.cumsum(video.people.viewers[rising])
    return np.sort(rising[views <= max(TAIL * views[-1], views[0])])


def _origins(video: Video, sources: Ints, lists: dict[str, Ranked]) -> Chart:
    """Unrestricted ranks of what the restricted lists show first."""
    counts = {name: np.zeros(len(EDGES)) for name in NAMES}
    for row, source in enumerate(sources.tolist()):
        scores = video.rankers.scores([source], video.config.recency)
        scores[:, source] = -np.inf
        for name, own in zip(NAMES, scores, strict=True):
            first = lists[name].ids[row, :SHOWN]
            first = first[first >= 0]
            whole = np.tile(best(own, len(own)), (len(first), 1))
            if len(first) and whole.shape[1]:
                place = np.searchsorted(EDGES, ranks(whole, first), side="right") - 1
                np.add.at(counts[name], place, 1)
    labels = [f"{a}–{b - 1}" for a, b in pairwise(EDGES)] + [f"{EDGES[-1]} and below"]
    series = [
        Series(name=name, x=labels, y=(found / found.sum()).tolist()) for name, found in counts.items() if found.sum()
    ]
    return Chart(
        title="Where restricted lists come from",
        kind="bar",
        x_label="rank among all videos",
        y_label=f"share of the first {SHOWN} of the restricted list",
        series=series,
        note="The further right, the less a ranker has to say about the videos it may recommend.",
    )
