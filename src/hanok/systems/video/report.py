"""What an evaluation of related videos shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.parts.ranking import leave_one_out
from hanok.systems.video.data import Data
from hanok.systems.video.ensemble import K, ndcg, wanted
from hanok.systems.video.items import Request
from hanok.systems.video.judged import ENSEMBLE, POPULAR, Judged, comparison, recall, reciprocal
from hanok.systems.video.rankers import NAMES
from hanok.systems.video.restricted import restricted
from hanok.systems.video.simulated import Simulated

if TYPE_CHECKING:
    from hanok.systems.video.system import Video

VIEWED = ((0, "nobody in training"), (1, "1 to 9 people"), (10, "10 to 99 people"), (100, "100 people and more"))


def report(video: Video, data: Data) -> Report:
    """Judge a fitted system on views it has not learnt.

    Parameters
    ----------
    video : Video
        Fitted or loaded.
    data : Data
        The views marked as judged are predicted from those before.

    Returns
    -------
    Report
        Measures per view, tables of rankers and restricted lists, the policy in the simulator.
    """
    judged = Judged.of(video, data)
    questions, catalogue = judged.questions, video.rankers.catalogue
    first = judged.related[ENSEMBLE].ids[:, 0]
    table, origins = restricted(video, judged)
    simulated = Simulated.of(video, len(questions))
    return Report(
        measures=[*_measures(judged), simulated.measure()],
        items=[Request(source=catalogue.items[source]) for source in questions.sources.tolist()],
        expected=[_name(video, target) for target in questions.targets.tolist()],
        predicted=[_name(video, number) for number in first.tolist()],
        slices=_slices(video, judged),
        charts=[_curve(judged), origins, simulated.chart()],
        tables=[
            comparison(video, judged),
            _weights(video),
            *_key(video, judged),
            table,
            simulated.table(),
            _facts(video),
        ],
        notes=_notes(video, data),
    )


def _measures(judged: Judged) -> list[Measure]:
    targets, (ours, trivial) = judged.questions.targets, (judged.related[n] for n in (ENSEMBLE, POPULAR))
    mine, theirs = (judged.personal[name].ids for name in (ENSEMBLE, POPULAR))
    about = "the source alone is known"
    return [
        Measure(f"ndcg@{K}", ndcg(ours.ids, targets), ndcg(trivial.ids, targets), about=f"the next video; {about}"),
        Measure(f"recall@{K}", recall(ours, targets), recall(trivial, targets), about=f"it is among {K}; {about}"),
        Measure("mrr", reciprocal(ours, targets), reciprocal(trivial, targets), about=f"1/rank; {about}"),
        Measure(f"personal ndcg@{K}", ndcg(mine, targets), ndcg(theirs, targets), about="the history is known, too"),
    ]


def _slices(video: Video, judged: Judged) -> dict[str, list[str]]:
    edges = [edge for edge, _ in VIEWED]
    viewers = video.people.viewers
    bands = {
        by: [VIEWED[place][1] for place in (np.searchsorted(edges, viewers[numbers], side="right") - 1).tolist()]
        for by, numbers in (("watched by", judged.questions.targets), ("source watched by", judged.questions.sources))
    }
    categories = video.rankers.catalogue.categories
    if any(categories):
        bands["category"] = [categories[target] or "none" for target in judged.questions.targets.tolist()]
    return bands


def _curve(judged: Judged) -> Chart:
    ks = [1, 2, 3, 5, 10, 15, 20, 30, 50, 75, 100]
    ks = [k for k in ks if k <= judged.related[ENSEMBLE].ids.shape[1]]
    targets = judged.questions.targets
    return Chart(
        title="Next video found",
        x_label="k",
        y_label="share of next videos among the first k",
        series=[
            Series(name=name, x=[float(k) for k in ks], y=[float(recall(found, targets, k).mean()) for k in ks])
            for name, found in judged.related.items()
        ],
        note="The source video alone is known.",
    )


def _weights(video: Video) -> Grid:
    blend = video.blend
    said = blend.said
    rows: list[list[str | int | float | None]] = [
        [name, round(said[name], 4) if said else None, round(blend.fusion.weights[name], 3)] for name in NAMES
    ]
    note = f"Method {blend.fusion.method}. The weights were given, not tuned."
    if said:
        rows += [[name, round(said[name], 4), None] for name in ("equal weights", "tuned weights")]
        gain = f"{said['gain']:+.4f} [{said['gain low']:+.4f}, {said['gain high']:+.4f}]"
        won = (
            f"{blend.alone} alone is used: the fusion did not beat it for certain"
            if blend.alone
            else "the fusion is used"
        )
        note = (
            f"Method {blend.fusion.method}. Gain of the better weights over the best ranker {gain}; {won}. Tuned "
            "weights are judged on questions they were not tuned on; half of the questions know the source only."
        )
    return Grid(title="The ensemble", columns=["ranker", f"ndcg@{K} on validation", "weight"], rows=rows, note=note)


def _key(video: Video, judged: Judged) -> list[Grid]:
    """What each ranker adds to the ensemble, on the test."""
    lists = {name: judged.related[name] for name in NAMES}
    if video.blend.alone:
        return []
    relevant = wanted(judged.questions, len(video.rankers.catalogue))
    found = leave_one_out(video.blend.fusion, lists, relevant, at=K)
    rows: list[list[str | int | float | None]] = [
        [name, f"{gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"] for name, gain in found.items()
    ]
    note = "What the ensemble loses where a ranker is left out and the others keep their weights."
    return [Grid(title="Which ranker is the key one", columns=["ranker", f"it adds to ndcg@{K}"], rows=rows, note=note)]


def _facts(video: Video) -> Grid:
    rows: list[list[str | int | float | None]] = [
        [name, int(value) if float(value).is_integer() else round(value, 5)]
        for name, value in video.facts.items()
        if isinstance(value, int | float)
    ]
    note = "Density: the share of all pairs of a user and a video that were watched."
    return Grid(title="What was learnt from", columns=["", "in training"], rows=rows, note=note)


def _notes(video: Video, data: Data) -> list[str]:
    cold = int((~video.rankers.factored).sum())
    notes = [
        "A question is a view that follows another video and is new to its user: what is watched next is to be found "
        "from the video watched before.",
        f"{cold} of {len(video.rankers.catalogue)} videos have no views in training: only their texts can find them.",
    ]
    return [*notes, *data.notes]


def _name(video: Video, number: int) -> str:
    catalogue = video.rankers.catalogue
    return "nothing" if number < 0 else f"{catalogue.titles[number]} ({catalogue.items[number]})"
