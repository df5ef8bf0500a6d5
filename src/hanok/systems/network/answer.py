"""Answers: right nodes ranked for a left one, left nodes for a right one, and who is near by."""

from __future__ import annotations

import numpy as np

from hanok.systems.network.asked import Asked, asked, near_names
from hanok.systems.network.data import Floats, Ints
from hanok.systems.network.items import Answer, Entry, Neighbour, Query
from hanok.systems.network.room import Floats32, Room

NEIGHBOURS, EDGES, ALIKE, LOOKED = 5, 2, 2, 50
"""Neighbours shown; edges and left nodes named for an entry; left nodes looked at for these."""


def answer(room: Room, item: Query) -> Answer:
    """Answer one question.

    Raises
    ------
    Problem
        ``unknown_node``, ``ambiguous_node`` or ``nothing_asked``.
    """
    about = asked(room, item)
    if about.evidence is not None:
        entries = _rights(room, about, item)
    elif about.node in room.rights:
        entries = _lefts(room, about, item)
    else:
        entries = []
        about.notes.append(
            f"it is neither a {room.left_type} nor a {room.right_type} that was measured: see its neighbours"
        )
    if about.node >= 0 and not room.vectors[about.node].any():
        about.notes.append("no edge, or no walk, leads to it: its vector is zero, and nothing is near it")
    return Answer(
        entries=entries,
        node=item.node,
        type=room.left_type if about.node < 0 else room.type_of(about.node),
        based_on=about.based_on,
        neighbours=_neighbours(room, about),
        notes=about.notes,
    )


def _rights(room: Room, about: Asked, item: Query) -> list[Entry]:
    """Right nodes for a left one."""
    assert about.evidence is not None
    prediction = room.responder.predict(about.evidence, np.array([about.own]))
    chance, low, high = (part[0] for part in room.responder.probabilities(prediction))
    known = room.labels[about.own] if about.own >= 0 else np.full(len(room.rights), np.nan)
    alike, likeness = room.responder.alike(about.evidence, LOOKED)
    alike = alike[(alike != about.own) & (likeness > 0)]
    entries = []
    for column in _best(chance, _candidates(room, room.rights, item, about), item.k):
        why = _edges(room, room.responder.links_of(about.evidence, column))
        why += _alike(room, alike, room.labels[alike, column], chance[column])
        name = room.network.names[room.rights[column]]
        entries.append(_entry(name, chance[column], low[column], high[column], known[column], why))
    return entries


def _lefts(room: Room, about: Asked, item: Query) -> list[Entry]:
    """Left nodes for a right one."""
    column = int(np.searchsorted(room.rights, about.node))
    prediction = room.responder.predict(room.evidence, room.own)
    chance, low, high = (part[:, column] for part in room.responder.probabilities(prediction))
    known = np.where(room.own >= 0, room.labels[room.own, column], np.nan)
    entries = []
    for row in _best(chance, _candidates(room, room.lefts, item, about), item.k):
        why = _edges(room, room.responder.links_of(room.evidence.take([row]), column))
        entries.append(_entry(room.network.names[room.lefts[row]], chance[row], low[row], high[row], known[row], why))
    return entries


def _candidates(room: Room, nodes: Ints, item: Query, about: Asked) -> Ints:
    """Places among `nodes` of those asked for; all if none are."""
    if not item.candidates:
        return np.arange(len(nodes))
    places = {room.network.names[node]: place for place, node in enumerate(nodes.tolist())}
    for name in item.candidates:
        if name not in places:
            near = near_names(name, places)
            about.notes.append(f"the candidate {name!r} is not known" + f"; did you mean {near}?" * bool(near))
    return np.array(sorted({places[name] for name in item.candidates if name in places}), np.int64)


def _best(chance: Floats, places: Ints, k: int) -> list[int]:
    order = np.argsort(-chance[places], kind="stable")[:k]
    found: list[int] = places[order].tolist()
    return found


def _entry(name: str, chance: float, low: float, high: float, known: float, why: list[str]) -> Entry:
    return Entry(
        node=name,
        probability=round(float(chance), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
        measured=None if np.isnan(known) else bool(known),
        why=why,
    )


def _edges(room: Room, effects: list[tuple[int, float]]) -> list[str]:
    """The edges that say most."""
    return [
        f"{room.network.names[node]} speaks {'for' if effect > 0 else 'against'} it" for node, effect in effects[:EDGES]
    ]


def _alike(room: Room, rows: Ints, known: Floats32, chance: float) -> list[str]:
    """The left nodes most alike of which it was measured what is likely here."""
    likely = bool(chance >= 0.5)
    found = [room.network.names[room.rows[row]] for row, label in zip(rows, known, strict=True) if label == likely]
    return [f"alike and {'responsive' if likely else 'resistant'}: {', '.join(found[:ALIKE])}"] if found else []


def _neighbours(room: Room, about: Asked) -> list[Neighbour]:
    """By vectors; of a new node by features."""
    if about.node < 0:
        assert about.evidence is not None
        if not (about.evidence.words.any() or np.isfinite(about.evidence.numbers).any()):
            return []
        rows, likeness = room.responder.alike(about.evidence, NEIGHBOURS)
        found, near = room.rows[rows[likeness > 0]], likeness[likeness > 0]
    else:
        cosine = room.units @ room.units[about.node]
        cosine[about.node] = -np.inf
        found = np.argsort(-cosine, kind="stable")[:NEIGHBOURS]
        found = found[cosine[found] > 0]
        near = cosine[found]
    return [
        Neighbour(node=room.network.names[node], type=room.type_of(node), likeness=round(float(value), 4))
        for node, value in zip(found.tolist(), near.tolist(), strict=True)
    ]
