"""What an evaluation of the network room shows."""

from __future__ import annotations

import numpy as np

from hanok.core.problem import Problem
from hanok.core.report import Grid, Measure, Report
from hanok.parts.graph import centroids, per_right, pooled, separation
from hanok.systems.network.data import Data, Floats, Ints
from hanok.systems.network.figures import curves, heat, histogram, plane
from hanok.systems.network.items import Query
from hanok.systems.network.judged import Judged, judge
from hanok.systems.network.room import Room

SHOWN = 5
"""Left nodes named for a right one."""

MODEL, USUAL = "this model", "usual of the right node"


def report(room: Room, data: Data) -> Report:
    """Judge what was learnt on pairs that were not learnt from.

    Parameters
    ----------
    room : Room
        Fitted or loaded.
    data : Data
        Pairs that were learnt from, and those of right nodes without a training response, are left out and counted.

    Returns
    -------
    Report
        Measures for each right node with both labels.

    Raises
    ------
    Problem
        ``leak``, or ``nothing_to_judge``.
    """
    judged = judge(room, data)
    ranking = per_right(judged.scores, judged.labels)
    both = np.flatnonzero(np.isfinite(ranking.auroc))
    if not len(both):
        raise Problem("nothing_to_judge", "no right node has both responsive and resistant pairs", "responses")
    share = ranking.positives[both] / ranking.measured[both]
    names = [room.network.names[node] for node in room.rights[both]]
    beside = _beside(room, judged)
    return Report(
        measures=[
            Measure(
                "auroc",
                ranking.auroc[both],
                np.full(len(both), 0.5),
                about="a responsive pair above a resistant one, for each right node",
            ),
            Measure("aupr", ranking.aupr[both], share, about="mean precision; chance is the share of responsive pairs"),
        ],
        items=[Query(node=name, type=room.right_type) for name in names],
        expected=[_best(judged, np.where(judged.labels[:, j] == 1, judged.scores[:, j], -np.inf)) for j in both],
        predicted=[
            _best(judged, np.where(np.isfinite(judged.labels[:, j]), judged.scores[:, j], -np.inf)) for j in both
        ],
        slices=_slices(ranking.positives[both]),
        charts=[
            *curves({name: beside[name] for name in (MODEL, USUAL)}, judged.labels),
            *histogram(room, judged),
            *heat(room),
            *plane(room),
        ],
        tables=[_simpler(beside, judged.labels), *_separation(room, judged)],
        notes=_notes(room, judged, both),
    )


def _best(judged: Judged, scores: Floats) -> str:
    order = np.argsort(-scores, kind="stable")[:SHOWN]
    return ", ".join(judged.names[row] for row in order.tolist() if np.isfinite(scores[row]))


def _beside(room: Room, judged: Judged) -> dict[str, Floats]:
    """Scores of this model and of simpler ones, (n, n_right) each."""
    usual = np.nanmean(room.labels, axis=0)
    found = {MODEL: judged.chance, USUAL: np.broadcast_to(usual, judged.scores.shape).copy()}
    if (judged.own >= 0).any():
        rows = np.nanmean(room.labels, axis=1)
        level = np.where(judged.own >= 0, rows[judged.own], rows.mean())
        found["usual of both nodes"] = usual + level[:, None]
    cosine = np.zeros(judged.scores.shape)
    cosine[judged.known] = room.units[judged.nodes[judged.known]] @ room.units[room.rights].T
    found["cosine of vectors"] = cosine
    return found


def _simpler(beside: dict[str, Floats], labels: Floats) -> Grid:
    rows: list[list[str | int | float | None]] = []
    for name, scores in beside.items():
        ranking = per_right(scores, labels)
        figures = ranking.macro_auroc, ranking.macro_aupr, *pooled(scores, labels)
        rows.append([name, *(round(float(value), 3) for value in figures)])
    note = (
        "Per right node and then averaged; and over all pairs together, where knowing the usual is enough to do well."
    )
    return Grid(
        title="Beside simpler answers",
        columns=["", "auroc", "aupr", "pooled auroc", "pooled aupr"],
        rows=rows,
        note=note,
    )


def _separation(room: Room, judged: Judged) -> list[Grid]:
    """Mean cosine to responsive nodes less that to resistant ones, in training and held out."""
    right = room.vectors[room.rights]
    middle = centroids(room.vectors[room.rows], room.labels)
    rows: list[list[str | int | float | None]] = []
    for name, nodes, labels in (
        ("training", room.rows, room.labels),
        ("held out", judged.nodes[judged.known], judged.labels[judged.known]),
    ):
        if not len(nodes):
            continue
        found = [separation(room.vectors[nodes], sides, labels).mean for sides in (right, middle)]
        rows.append([name, *(round(value, 3) if np.isfinite(value) else None for value in found)])
    note = "Right nodes by their own vectors; and by the mean of the left nodes that respond in training."
    return [Grid(title="Separation", columns=["pairs", "own vectors", "centroids"], rows=rows, note=note)]


def _slices(positives: Ints) -> dict[str, list[str]]:
    middle = int(np.median(positives))
    names = f"up to {middle} responsive", f"more than {middle}"
    return {"responsive pairs": [names[int(count > middle)] for count in positives.tolist()]}


def _notes(room: Room, judged: Judged, both: Ints) -> list[str]:
    n, warm = len(judged.names), int((judged.own >= 0).sum())
    pairs = int(np.isfinite(judged.labels).sum())
    how = (
        "none of them has a response in training, so all are cold"
        if not warm
        else f"{warm} of them have other responses in training"
    )
    notes = [
        f"{pairs} pairs of {n} left nodes were judged; {how}. No judged pair was found in the network, in training "
        "pairs, in lists of negatives or in features.",
        *room.chosen,
        *judged.notes,
    ]
    if left := len(room.rights) - len(both):
        notes.append(
            f"{left} of {len(room.rights)} right nodes have not both labels among the judged pairs: no figure."
        )
    new = n - int(judged.known.sum())
    if new:
        notes.append(f"{new} left nodes are not in the network learnt from: their features and edges were used.")
    lonely = int((~room.vectors.any(axis=1)).sum())
    if lonely:
        notes.append(
            f"{lonely} of {len(room.network)} nodes have a vector of zeros: no edge, or no walk, leads to them."
        )
    return notes
