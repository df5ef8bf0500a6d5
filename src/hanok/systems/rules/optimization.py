"""Optimising: from the graph as fitted to the smallest one with the same ranking."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.systems.rules.data import Data
from hanok.systems.rules.graph import Graph, faithful
from hanok.systems.rules.model import Bools, Floats32, Model, Scorer
from hanok.systems.rules.room import Room

DEPTH = 50
"""Places of a ranking that have to agree."""

ROUNDING = 2e-6
"""Scores that differ less are the same: a fifth of what keeps rules that always came together apart."""

TURNS = 30


def optimized(room: Room, calibration: Data, run: Run) -> Room:
    """The same room answering from a smaller graph.

    Parameters
    ----------
    room : Room
        As fitted.
    calibration : Data
        Competitions on which both are compared.
    run : Run
        Is told of the steps.

    Raises
    ------
    Problem
        It was optimised already, the method cannot be, or the rankings differ.
    Unavailable
        The package onnx is not installed.
    """
    if not isinstance(room.scorer, Model):
        raise Problem("cannot_optimize", "this version is optimised already", hint="hanok optimize its parent")
    from hanok.parts.onnx_graph import multiplications, operations, slim

    steps = run.stage("optimize")
    before = faithful(room.scorer)
    steps.report(1, 3)
    small = slim(before)
    steps.report(2, 3)
    n_features, n_rules = len(room.past.mean), len(room.rules)
    slow = Graph(before.SerializeToString(), np.arange(n_features))
    fast = Graph(small.model.SerializeToString(), small.kept["features"])
    if len(small.kept["chosen"]) != n_rules:
        raise Problem("cannot_optimize", "a rule was chosen by nobody")  # then its column would be gone
    items = given(room, calibration)
    _refuse_other_rankings(slow, fast, items)
    one = items[0][:1], items[1][:1], items[2][:1]
    k = min(10, n_rules)
    times = {"before": _milliseconds(lambda: slow.rank(*one, k)), "after": _milliseconds(lambda: fast.rank(*one, k))}
    graph = {
        "operations before": sum(operations(before).values()),
        "operations after": sum(operations(small.model).values()),
        "multiplications before": multiplications(before),
        "multiplications after": multiplications(small.model),
        "features before": n_features,
        "features after": len(small.kept["features"]),
        "bytes before": before.ByteSize(),
        "bytes after": small.model.ByteSize(),
        **{f"milliseconds {name}": round(found, 4) for name, found in times.items()},
    }
    steps.report(3, 3, **{name.replace(" ", "_"): float(value) for name, value in graph.items()})
    return replace(room, scorer=fast, graph=graph)


def given(room: Room, data: Data) -> tuple[Floats32, Floats32, Bools]:
    """What scorers are given for competitions: features, nothing chosen, legal rules."""
    rows, _ = room.encoder.encode(data.features)
    legal = np.array([room.legal(game) for game in data.games])
    return rows.astype(np.float32), np.zeros((len(data), len(room.rules)), np.float32), legal


def _refuse_other_rankings(slow: Scorer, fast: Scorer, items: tuple[Floats32, Floats32, Bools]) -> None:
    """Places may be swapped only where scores differ by no more than rounding."""
    k = min(DEPTH, items[1].shape[1])
    (ours, _), (_, values) = fast.rank(*items, k), slow.rank(*items, k)
    scores = np.where(items[2], slow.scores(*items[:2]), np.float32(-np.inf))
    found, ranked = np.take_along_axis(scores, ours, axis=1), np.isfinite(values)
    differ = (np.abs(np.where(ranked, found, 0) - np.where(ranked, values, 0)) > ROUNDING).any(axis=1)
    if differ.any():
        raise Problem("other_ranking", f"{int(differ.sum())} of {len(differ)} rankings differ; nothing was published")


def _milliseconds(call: Callable[[], object]) -> float:
    call()
    taken = []
    for _ in range(TURNS):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken)) * 1000
