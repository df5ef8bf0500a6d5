"""Learning: vectors of the network, then a responder that uses them; what serving needs is in `room`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.core.run import Run
from hanok.parts.graph import check_leaks
from hanok.parts.response import Responder
from hanok.systems.network.config import Config
from hanok.systems.network.data import Bools, Data, Floats, Ints
from hanok.systems.network.encoder import Encoder
from hanok.systems.network.folds import hidden
from hanok.systems.network.room import Room, evidence_of, links_of
from hanok.systems.network.vectors import learn, places, resisted, unit, woven

Floats32 = npt.NDArray[np.float32]

VECTORS = "vectors"
"""Name of the similarity of right nodes that the network gives."""


def furnish(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Learn everything.

    Raises
    ------
    Problem
        ``leak``: a pair of the validation part is in the network. ``one_label``: the training part has responsive pairs
        only, or resistant ones.
    """
    if len(np.unique(train.responses.label)) < 2:
        raise Problem("one_label", "expected responsive and resistant pairs to learn from", "responses")
    graph = woven(train.network, train.responses, config.directed)
    check_leaks(valid.responses, graph=graph, positives=train.responses)
    lefts, rows = train.network.of_type(train.left_type), np.unique(train.responses.left)
    encoder = Encoder.fit([train.features.get(node, {}) for node in rows.tolist()])
    bare = not (encoder.numbers or encoder.words)
    away = places(train.network, lefts, config, run.stage("places")) if bare else np.zeros((0, 0), np.float32)
    evidence = evidence_of(train, lefts, encoder, away, links_of(train.network, lefts))
    known = {} if config.model == "node2vec" else inputs(train)
    vectors = learn(graph, train.responses, known, config, run.stage("vectors"))
    room = Room(
        network=train.network,
        directed=config.directed,
        left_type=train.left_type,
        right_type=train.right_type,
        learnt=train.responses,
        strengths=train.strengths,
        lists=resisted(train.responses, config),
        vectors=vectors,
        encoder=encoder,
        places=away,
        evidence=evidence,
        responder=Responder(),
        groups={node: group for node in train.features if (group := train.group(node))},
    )
    responder, chosen = _responder(room, valid, known, config, run)
    if away.shape[1]:
        chosen.append("No left node has a feature: places in the network, of their edges, stand in for features.")
    return replace(room, responder=responder, chosen=chosen)


def _responder(
    room: Room, valid: Data, features: Mapping[str, Floats32], config: Config, run: Run
) -> tuple[Responder, list[str]]:
    """Chosen on parts of the training responses, calibrated on the validation part; and both in words."""
    known = room.evidence.take(np.searchsorted(room.lefts, room.rows))
    cold = not len(valid) or bool(np.isin(valid.responses.left, room.rows).mean() < 0.5)
    splits = hidden(room.labels.astype(np.float64), cold, config.choices, run.seed)
    responder = Responder.choose(
        known,
        room.labels,
        splits,
        similarities={VECTORS: _similarities(room, features, splits, config, run)},
        strengths=_table(room) if np.isfinite(room.strengths).any() else None,
        report=run.stage("responder").report,
    )
    judged = np.intersect1d(np.unique(valid.responses.left), room.lefts)
    at = np.searchsorted(room.lefts, judged)
    truth = valid.responses.table(judged, room.rights)
    responder.calibrate(responder.predict(room.evidence.take(at), room.own[at]), truth)
    return responder, _words(responder, cold, config)


def _similarities(
    room: Room, features: Mapping[str, Floats32], splits: Sequence[Bools], config: Config, run: Run
) -> list[Floats]:
    """Cosine of right nodes by vectors: learnt from all training responses; and without what each split hides."""
    found = [_cosine(room.vectors, room.rights)]
    rows, columns = np.searchsorted(room.rows, room.learnt.left), np.searchsorted(room.rights, room.learnt.right)
    for number, split in enumerate(splits, 1):
        rest = room.learnt.subset(~split[rows, columns])
        graph = woven(room.network, rest, room.directed)
        vectors = learn(graph, rest, features, config, run.stage(f"vectors without part {number}"))
        found.append(_cosine(vectors, room.rights))
    return found


def _cosine(vectors: Floats32, nodes: Ints) -> Floats:
    sides = unit(vectors[nodes]).astype(np.float64)
    cosine: Floats = sides @ sides.T
    return cosine


def _table(room: Room) -> Floats:
    """Strengths of training, (n_rows, n_rights), NaN where there is none."""
    found = np.full(room.labels.shape, np.nan)
    found[np.searchsorted(room.rows, room.learnt.left), np.searchsorted(room.rights, room.learnt.right)] = (
        room.strengths
    )
    return found


def inputs(data: Data) -> dict[str, Floats32]:
    """Features of every type that has some, numbers and words side by side, NaN where missing: (n_of_type, n)."""
    found: dict[str, Floats32] = {}
    for kind in data.network.type_names:
        told = [data.features.get(node, {}) for node in data.network.of_type(kind).tolist()]
        numbers, words, _ = Encoder.fit([row for row in told if row]).encode(told)
        rows = np.hstack([numbers, words])
        if rows.shape[1]:
            found[kind] = rows
    return found


def _words(responder: Responder, cold: bool, config: Config) -> list[str]:
    """What was chosen, for the report."""
    settings = responder.settings
    how = "left nodes" if cold else "pairs"
    told = [f"ridge {settings.ridge:g}", f"{'scaled' if settings.scale else 'unscaled'} numbers"]
    if settings.sharing:
        by = "responses and vectors" if settings.similarity == VECTORS else settings.similarity
        told.append(f"right nodes share {settings.sharing:.0%} by their {by}")
    else:
        told.append("right nodes share nothing")
    if settings.own:
        told.append(f"{settings.own:g} of a left node is its own")
    told.append(
        "edges do not count by themselves"
        if settings.threshold is None
        else f"edges count from {settings.threshold:g} standard errors"
    )
    first = f"Of {len(responder.tried)} settings, judged on {config.choices} parts of the training {how}, the best: "
    return [first + ", ".join(told) + "."]
