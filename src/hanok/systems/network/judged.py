"""The pairs that an evaluation judges, how they were scored, and that nothing of them was learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]

from hanok.core.problem import Problem
from hanok.parts.graph import Responses, check_leaks
from hanok.parts.response import Evidence
from hanok.systems.network.data import Data, Floats, Ints
from hanok.systems.network.room import Room, evidence_of, links_of

Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Judged:
    """Left nodes that are judged, by all right nodes of the room.

    Parameters
    ----------
    names : list of str, (n,)
        Of left nodes.
    nodes : array (n,), int64
        Their ids in the room, -1 for one that is new.
    own : array (n,), int64
        Rows in the responder, -1 for one without responses in training.
    scores, chance : arrays (n, n_right), float64
    labels : array (n, n_right), float64
        1 responsive, 0 resistant, NaN not judged.
    notes : list of str
        What was left out.
    """

    names: list[str]
    nodes: Ints
    own: Ints
    scores: Floats
    chance: Floats
    labels: Floats
    notes: list[str]

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which of the left nodes are in the room's network, (n,)."""
        return self.nodes >= 0


def judge(room: Room, data: Data) -> Judged:
    """Score the pairs that were not learnt from, once it is sure that they were not.

    Raises
    ------
    Problem
        ``nothing_to_judge``: all pairs were learnt from, or are of unknown right nodes; ``leak``.
    """
    names, pairs, notes = _kept(room, data)
    lefts = {room.network.names[node]: node for node in room.lefts.tolist()}
    rows = {
        name: row for row, name in enumerate(sorted({name for name, _, _ in pairs}, key=lambda n: (n not in lefts, n)))
    }
    nodes = np.array([lefts.get(name, -1) for name in rows], np.int64)
    labels = np.full((len(rows), len(room.rights)), np.nan)
    for name, column, label in pairs:
        labels[rows[name], column] = label
    refuse_leaks(room, nodes, labels)
    known = np.searchsorted(room.lefts, nodes[nodes >= 0])
    own = np.full(len(nodes), -1)
    own[: len(known)] = room.own[known]
    strangers = np.array([names[name] for name, node in zip(rows, nodes, strict=True) if node < 0], np.int64)
    evidence = _joined(room.evidence.take(known), _translated(room, data, strangers))
    prediction = room.responder.predict(evidence, own)
    chance, _, _ = room.responder.probabilities(prediction)
    return Judged(list(rows), nodes, own, prediction.score, chance, labels, notes)


def _kept(room: Room, data: Data) -> tuple[dict[str, int], list[tuple[str, int, bool]], list[str]]:
    """Ids of left nodes in the data, pairs (left, column, label) that are judged, and what is not, in words."""
    columns = {room.network.names[node]: column for column, node in enumerate(room.rights.tolist())}
    learnt = {(room.network.names[a], room.network.names[b]) for a, b in room.learnt.pairs.tolist()}
    ids: dict[str, int] = {}
    found: list[tuple[str, int, bool]] = []
    strange = taken = 0
    for (a, b), label in zip(data.responses.pairs.tolist(), data.responses.label.tolist(), strict=True):
        left, right = data.network.names[a], data.network.names[b]
        if right not in columns:
            strange += 1
        elif (left, right) in learnt:
            taken += 1
        else:
            ids[left] = a
            found.append((left, columns[right], label))
    notes = []
    if strange:
        notes.append(f"{strange} of {len(data)} pairs are of right nodes without a training response: not judged.")
    if taken:
        notes.append(f"{taken} of {len(data)} pairs were learnt from: not judged.")
    if not found:
        raise Problem("nothing_to_judge", " ".join(notes) or "found no measured pair", "responses")
    return ids, found, notes


def refuse_leaks(room: Room, nodes: Ints, labels: Floats) -> None:
    """Look for judged pairs in the network, in training pairs, in lists of negatives and in features.

    Parameters
    ----------
    room : Room
        Fitted or loaded.
    nodes : array (n,), int64
        Left nodes, -1 for one that is not in the network, of which nothing can leak.
    labels : array (n, n_right)
        Of the pairs that are judged, else NaN.
    """
    row, column = np.nonzero(np.isfinite(labels) & (nodes >= 0)[:, None])
    held = Responses(nodes[row], room.rights[column], labels[row, column] == 1)
    features = np.hstack([room.evidence.numbers, room.evidence.words])
    check_leaks(
        held,
        graph=room.graph,
        positives=room.learnt,
        negatives=room.lists,
        features={room.left_type: features} if features.shape[1] else None,
    )


def _translated(room: Room, data: Data, nodes: Ints) -> Evidence:
    """Evidence of nodes that the room does not know, with columns as the room has them."""
    found = links_of(data.network, nodes)
    ids = {(room.type_of(i), name): i for i, name in enumerate(room.network.names)} if len(nodes) else {}
    types, names = data.network.type_names, data.network.names
    at = [ids.get((types[data.network.types[j]], names[j]), -1) for j in found.indices.tolist()]
    kept = np.array(at, np.int64) >= 0
    rows = np.repeat(np.arange(len(nodes)), np.diff(found.indptr))
    parts = found.data[kept], (rows[kept], np.array(at, np.int64)[kept])
    links = csr_matrix(parts, shape=(len(nodes), len(room.network)))
    return evidence_of(data, nodes, room.encoder, room.places, links)


def _joined(first: Evidence, second: Evidence) -> Evidence:
    return Evidence(
        np.vstack([first.numbers, second.numbers]),
        np.vstack([first.words, second.words]),
        vstack([first.links, second.links]).tocsr().astype(np.float32),
    )


def thinned(
    x: Sequence[float] | Floats, y: Sequence[float] | Floats, most: int = 60
) -> tuple[list[float], list[float]]:
    """At most so many points of a curve, its ends among them."""
    at = np.unique(np.linspace(0, len(x) - 1, min(most, len(x))).round().astype(int))
    return np.asarray(x, float)[at].tolist(), np.asarray(y, float)[at].tolist()
