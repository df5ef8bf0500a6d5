"""What an evaluation of the rule recommender shows."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.report import Chart, Grid, Measure, Report, Series
from hanok.parts.calibration import reliability
from hanok.parts.ranking import ndcg_at, recall_at
from hanok.parts.text import normalise
from hanok.systems.rules.data import Data
from hanok.systems.rules.fitting import matrix
from hanok.systems.rules.items import Competition
from hanok.systems.rules.optimization import given
from hanok.systems.rules.room import Room
from hanok.systems.rules.simple import popular, ranked

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

K, SHOWN, DROPPED, SLICES = 10, 10, 60, 20
"""Rules that count; rules and dropped features that are shown; most groups of a slice."""


def report(room: Room, data: Data) -> Report:
    """Judge what was learnt on competitions whose rules are known.

    Parameters
    ----------
    room : Room
        Fitted or loaded.
    data : Data
        Not used for fitting. A rule that no past competition had cannot be suggested, and counts as missed.

    Returns
    -------
    Report
        Measures per competition beside the commonest rules of its game, simpler answers, features, calibration.
    """
    features, chosen, legal = given(room, data)
    truth = csr_matrix(matrix(data, room.rules))
    ids, scores = room.scorer.rank(features, chosen, legal, len(room.rules))
    ids = np.where(np.isfinite(scores), ids, -1)
    trivial = ranked(popular(room, data.games), legal)
    beside = {
        "this model": ids,
        "commonest rules of the game": trivial,
        "commonest rules": ranked(popular(room, [""] * len(data)), legal),
        "rules of the 20 competitions most alike": ranked(room.past.votes(features, 20, 4.0), legal),
    }
    return Report(
        measures=_measures(ids, trivial, truth),
        items=[Competition(features=dict(features)) for features in data.features],
        expected=[", ".join(rules[:SHOWN]) for rules in data.rules],
        predicted=[", ".join(room.rules[rule] for rule in row[:SHOWN] if rule >= 0) for row in ids],
        slices=_slices(room, data),
        charts=[_curve(beside, truth), _reliability(room, scores, ids, truth)],
        tables=[_simpler(beside, truth), *_history(room, data), *_features(room), *_optimised(room)],
        notes=_notes(room, data, truth),
    )


def average_precision(ids: Ints, truth: csr_matrix) -> Floats:
    """Mean precision at the places of the right rules, (n,); those that are nowhere count 0.

    Source
    ------
    Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 8.4.
    """
    wanted = truth.toarray() > 0
    hit = np.take_along_axis(wanted, np.maximum(ids, 0), axis=1) & (ids >= 0)
    precision = np.cumsum(hit, axis=1) / np.arange(1, ids.shape[1] + 1)
    found: Floats = (precision * hit).sum(axis=1) / np.maximum(wanted.sum(axis=1), 1)
    return found


def _measures(ids: Ints, trivial: Ints, truth: csr_matrix) -> list[Measure]:
    return [
        Measure(
            f"ndcg@{K}", ndcg_at(ids, truth, K), ndcg_at(trivial, truth, K), about="right rules first; 1 is perfect"
        ),
        Measure(
            f"recall@{K}",
            recall_at(ids, truth, K),
            recall_at(trivial, truth, K),
            about=f"right rules among the first {K}, of as many as there could be",
        ),
        Measure(
            "map",
            average_precision(ids, truth),
            average_precision(trivial, truth),
            about="mean precision over the whole list",
        ),
    ]


def _slices(room: Room, data: Data) -> dict[str, list[str]]:
    """By game, and by the categories that say most about the rules."""
    found = {"game": [game or "not given" for game in data.games]}
    names = {normalise(column.name): column for column in room.encoder.columns if column.kind == "category"}
    said = {name: sum(room.selection.times[room.encoder.spans[column.name]]) for name, column in names.items()}
    for name in sorted(said, key=lambda name: -said[name])[:3]:
        values = [{normalise(key): text for key, text in row.items()}.get(name, "not given") for row in data.features]
        if 1 < len(set(values)) <= SLICES:
            found.setdefault(names[name].name, values)
    return found


def _curve(beside: dict[str, Ints], truth: csr_matrix) -> Chart:
    ks = [k for k in (1, 2, 3, 5, 10, 15, 20, 30) if k <= truth.shape[1]]
    series = [
        Series(name=name, x=[float(k) for k in ks], y=[float(recall_at(ids, truth, k).mean()) for k in ks])
        for name, ids in beside.items()
    ]
    return Chart(title="Recall", x_label="rules suggested", y_label="recall", series=series)


def _reliability(room: Room, scores: npt.NDArray[np.float32], ids: Ints, truth: csr_matrix) -> Chart:
    some = ids >= 0
    right = np.take_along_axis(truth.toarray() > 0, np.maximum(ids, 0), axis=1)[some]
    said = reliability(room.probabilities(scores[some]), right)
    return Chart(
        title="Reliability",
        x_label="probability given",
        y_label="share that was taken",
        series=[
            Series(name="this model", x=said.said.tolist(), y=said.right.tolist()),
            Series(name="perfect", x=[0.0, 1.0], y=[0.0, 1.0]),
        ],
        note=f"Expected calibration error {said.error:.3f}, over every candidate of every competition.",
    )


def _simpler(beside: dict[str, Ints], truth: csr_matrix) -> Grid:
    rows: list[list[str | int | float | None]] = [
        [
            name,
            *(
                round(float(values.mean()), 3)
                for values in (ndcg_at(ids, truth, K), recall_at(ids, truth, K), average_precision(ids, truth))
            ),
        ]
        for name, ids in beside.items()
    ]
    note = "The competitions most alike are found by the features that were selected; their votes count by likeness."
    return Grid(title="Beside simpler answers", columns=["", f"ndcg@{K}", f"recall@{K}", "map"], rows=rows, note=note)


def _history(room: Room, data: Data) -> list[Grid]:
    """What knowing every second rule of a competition adds for the others."""
    known = [[room.place[normalise(rule)] for rule in rules if normalise(rule) in room.place] for rules in data.rules]
    some = [row for row, rules in enumerate(known) if len(rules) > 1]
    if not some:
        return []
    features, chosen, legal = given(room, data.take(some))
    truth = np.zeros(chosen.shape, np.float32)
    told = chosen.copy()
    for row, number in enumerate(some):
        told[row, known[number][::2]] = 1
        truth[row, known[number][1::2]] = 1
    candidates = legal & (told == 0)
    rows: list[list[str | int | float | None]] = []
    for name, history in (("features only", chosen), ("features and half of the rules", told)):
        ids, scores = room.scorer.rank(features, history, candidates, min(K, len(room.rules)))
        ids = np.where(np.isfinite(scores), ids, -1)
        rows.append([name, *(round(float(f(ids, csr_matrix(truth), K).mean()), 3) for f in (ndcg_at, recall_at))])
    note = f"{len(some)} competitions with two known rules or more; every second one is told, the others are wanted."
    return [Grid(title="Rules already chosen", columns=["known", f"ndcg@{K}", f"recall@{K}"], rows=rows, note=note)]


def _features(room: Room) -> list[Grid]:
    encoder, selection = room.encoder, room.selection
    columns: list[list[str | int | float | None]] = []
    for column in encoder.columns:
        span = encoder.spans[column.name]
        kept = sum(not reason for reason in selection.reasons[span])
        best = max(range(span.start, span.stop), key=lambda i: selection.times[i], default=None)
        columns.append(
            [
                column.name,
                column.kind,
                len(column.terms),
                kept,
                round(sum(selection.times[span]), 1),
                "" if best is None else encoder.names[best],
            ]
        )
    order = sorted(range(len(encoder.names)), key=lambda i: -selection.times[i])
    dropped: list[list[str | int | float | None]] = [
        [encoder.names[i], round(selection.times[i], 2), selection.reasons[i]] for i in order if selection.reasons[i]
    ]
    why = Counter(reason.split(" ")[0] for reason in selection.reasons if reason)
    words = {"repeats": "repeat a better one", "explains": "say too little", "never": "never vary"}
    note = ", ".join(f"{n} {words[first]}" for first, n in why.most_common()) or "none"
    about = "Explained: variance of the rules, in times of what a feature that has nothing to do with them explains."
    heads = ["column", "read as", "features", "kept", "explained", "best"]
    found = [Grid(title="Columns", columns=heads, rows=columns, note=about)]
    if dropped:
        heads = ["feature", "explained", "why"]
        found.append(Grid(title="Features dropped", columns=heads, rows=dropped[:DROPPED], note=f"In all: {note}."))
    return found


def _optimised(room: Room) -> list[Grid]:
    names = dict.fromkeys(name.rpartition(" ")[0] for name in room.graph)
    rows: list[list[str | int | float | None]] = [
        [name, room.graph[f"{name} before"], room.graph[f"{name} after"]] for name in names
    ]
    note = "One competition to its ten rules, from encoded features; onnxruntime on one thread, median of 30 calls."
    return [Grid(title="Operations", columns=["", "before", "after"], rows=rows, note=note)] if rows else []


def _notes(room: Room, data: Data, truth: csr_matrix) -> list[str]:
    reachable, n = len(room.rules), int(truth.sum())
    missed = int(truth[:, reachable:].sum())
    notes = [
        f"{len(room.names)} past competitions, {reachable} rules; {len(room.selection.kept)} of "
        f"{len(room.encoder.names)} features are used.",
    ]
    if missed:
        notes.append(f"{missed} of {n} rules wanted were had by no past competition: nobody could have suggested them.")
    foreign = sum(bool(game) and not room.legality.knows(game) for game in data.games)
    if foreign:
        notes.append(f"{foreign} of {len(data)} competitions are of a game without any known rule: all are candidates.")
    return [*data.notes, *notes]
