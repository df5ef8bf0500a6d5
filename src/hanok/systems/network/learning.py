"""What people measured since, as responses to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from hanok.core.contract import Fold
from hanok.core.ledger import Event
from hanok.core.problem import Problem
from hanok.parts.graph import Responses
from hanok.systems.network.data import Data, Edge
from hanok.systems.network.items import Answer, Measured, Query


class Told(NamedTuple):
    """One pair that feedback tells of; of a new left node also its edges (name, type, weight) and features."""

    node: str
    other: str
    responsive: bool
    edges: Sequence[tuple[str, str, float]] = ()
    features: Mapping[str, str] = {}


def told(events: Sequence[Event[Query, Answer, Measured]]) -> list[Told]:
    """Feedback in the order it came; what is about no node by name is left out."""
    found = []
    for event in events:
        measured, item = event.feedback, event.item
        if measured is None or not (node := measured.node or item.node):
            continue
        own = node == item.node
        edges = [(link.node, link.type, link.weight) for link in item.edges] if own else []
        found.append(Told(node, measured.other, measured.responsive, edges, item.features if own else {}))
    return found


def measured_since(fold: Fold[Data], news: Sequence[Told]) -> tuple[Data, Data]:
    """Training and validation parts with what was measured since; the last word on a pair counts.

    A pair that is in the validation or test part stays there; one of the training part is corrected. A left node that
    is not in the network comes in with its edges and features.

    Raises
    ------
    Problem
        ``nothing_to_learn``: no pair is of a left and a right node.
    """
    train, valid = _grown([fold.train, fold.valid], news)
    places = {
        kind: {train.network.names[i]: i for i in train.network.of_type(kind).tolist()}
        for kind in (train.left_type, train.right_type)
    }
    lefts, rights = places[train.left_type], places[train.right_type]
    held = {pair for part in (fold.valid, fold.test) for pair in _named(part)}
    fresh: dict[tuple[int, int], bool] = {}
    for one in news:
        for left, right in ((one.node, one.other), (one.other, one.node)):
            if left in lefts and right in rights and (left, right) not in held:
                fresh[lefts[left], rights[right]] = one.responsive
    if not fresh:
        hint = "a pair that is judged by is not learnt from"
        raise Problem("nothing_to_learn", "no feedback is about a new pair of a left and a right node", hint=hint)
    pairs = train.responses
    kept = np.array([pair not in fresh for pair in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)], bool)
    train = train.take(kept)
    new = np.array(list(fresh), np.int64)
    responses = Responses(
        np.r_[train.responses.left, new[:, 0]],
        np.r_[train.responses.right, new[:, 1]],
        np.r_[train.responses.label, [*fresh.values()]],
    )
    return replace(train, responses=responses, strengths=np.r_[train.strengths, np.full(len(fresh), np.nan)]), valid


def _named(data: Data) -> list[tuple[str, str]]:
    names = data.network.names
    return [(names[a], names[b]) for a, b in data.responses.pairs.tolist()]


def _grown(parts: Sequence[Data], news: Sequence[Told]) -> list[Data]:
    """The same data in a network that has the new left nodes, too."""
    first = parts[0]
    known = set(first.network.names)
    new = {one.node: one for one in news if one.node not in known and (one.edges or one.features)}
    if not new:
        return list(parts)
    network = first.network
    types: dict[str, list[str]] = {}
    for name, kind in zip(network.names, network.types.tolist(), strict=True):
        types.setdefault(name, []).append(network.type_names[kind])
    edges: list[Edge] = []
    for name, one in new.items():
        for other, kind, weight in one.edges:
            found = [kind] if kind else types.get(other, [])
            if len(found) == 1 and found[0] in types.get(other, ()) and weight > 0:
                edges.append((name, first.left_type, other, found[0], weight))
    features = {(name, first.left_type): dict(one.features) for name, one in new.items()}
    return [part.grown(edges, features) for part in parts]
