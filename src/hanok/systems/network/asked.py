"""Which node a question is about, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import NotFound, Problem
from hanok.parts.response import Evidence
from hanok.systems.network.data import GROUP
from hanok.systems.network.items import Query
from hanok.systems.network.room import Room
from hanok.systems.network.vectors import placed

NEAR = 3


@dataclass(frozen=True, eq=False)
class Asked:
    """A node of the network, or a new left node.

    Parameters
    ----------
    node : int
        Its id; -1 for a new node.
    evidence : Evidence or None
        Of a left node, one row.
    own : int
        Its row in the responder, -1 without responses of its own.
    based_on : list of str
    notes : list of str
    """

    node: int
    evidence: Evidence | None = None
    own: int = -1
    based_on: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def asked(room: Room, item: Query) -> Asked:
    """Find the node, or take the question's edges and features for a new one.

    Raises
    ------
    Problem
        ``unknown_node``: it is neither known nor does the question say anything of it; ``ambiguous_node``.
    """
    told = bool(item.edges or item.features)
    node = find(room, item.node, item.type, needed=not told) if item.node else -1
    if node < 0:
        if not told:
            hint = "name a node, or give features and edges of a new one"
            raise Problem("nothing_asked", "found neither a node nor features nor edges", "node", hint)
        if item.type not in ("", room.left_type):
            found = f"found a new node of type {item.type!r}; expected {room.left_type!r}"
            raise Problem("unknown_node", found, "type", "of other types only nodes of the network are known")
        return _new(room, item)
    notes = ["It is in the network: its edges and features of the training count, not those given."] if told else []
    if room.type_of(node) != room.left_type:
        return Asked(node, based_on=_of_other(room, node), notes=notes)
    row = int(np.searchsorted(room.lefts, node))
    evidence, own = room.evidence.take([row]), int(room.own[row])
    basis = _basis(room, evidence, int(np.isfinite(room.labels[own]).sum()) if own >= 0 else 0)
    return Asked(node, evidence, own, basis, notes)


def find(room: Room, name: str, type: str = "", *, needed: bool = True) -> int:
    """The id of a node, by name and, where that is not clear, by type; -1 if there is none and none is needed.

    Raises
    ------
    NotFound
        ``unknown_node``, with the names that are nearest.
    Problem
        ``ambiguous_node``.
    """
    found = [i for i in room.ids.get(name, ()) if type in ("", room.type_of(i))]
    if len(found) > 1:
        types = ", ".join(repr(room.type_of(i)) for i in found)
        raise Problem("ambiguous_node", f"found nodes {name!r} of types {types}; expected one", "type", "say the type")
    if found:
        return found[0]
    if not needed:
        return -1
    near = near_names(name, [*named(room, room.lefts), *named(room, room.rights)]) or near_names(name, room.ids)
    hint = f"did you mean {near}?" if near else f"a new {room.left_type} needs features or edges"
    raise NotFound("unknown_node", f"found {name!r}, which is no node{f' of type {type!r}' * bool(type)}", "node", hint)


def named(room: Room, nodes: Iterable[int]) -> list[str]:
    """Names of nodes."""
    return [room.network.names[int(node)] for node in nodes]


def near_names(name: str, names: Iterable[str]) -> str:
    """Names that are nearly this one, for a hint; "" for none."""
    plain = {one.casefold(): one for one in names}
    return " or ".join(repr(plain[near]) for near in get_close_matches(name.casefold(), plain, n=NEAR))


def _new(room: Room, item: Query) -> Asked:
    numbers, words, (notes,) = room.encoder.encode([item.features])
    row = np.zeros(len(room.network), np.float32)
    for n, link in enumerate(item.edges):
        try:
            other = find(room, link.node, link.type)
        except NotFound as unknown:
            notes.append(
                f"the edge to {link.node!r} says nothing: no such node" + f"; {unknown.hint}" * ("?" in unknown.hint)
            )
        except Problem as several:
            raise Problem(several.code, several.message, f"edges {n} type", several.hint) from None
        else:
            row[other] = max(row[other], link.weight)
    links = csr_matrix(row[None])
    evidence = Evidence(np.hstack([numbers, placed(links, room.places)]), words, links)
    return Asked(-1, evidence, -1, _basis(room, evidence, 0, len(item.edges)), notes)


def _basis(room: Room, evidence: Evidence, measured: int, given: int | None = None) -> list[str]:
    """What an answer about a left node rests on."""
    found = []
    if measured:
        found.append(f"{measured} measured response{'s' * (measured != 1)}")
    if numbers := int(np.isfinite(evidence.numbers[:, : len(room.encoder.numbers)]).sum()):
        found.append(f"{numbers} number{'s' * (numbers != 1)}")
    said = [column for column, words in room.encoder.words.items() for _ in words]
    columns = list(dict.fromkeys(said[j] for j in np.flatnonzero(evidence.words[0])))
    found += ["group"] * (GROUP in columns)
    if words := sum(column != GROUP for column in columns):
        found.append(f"{words} word{'s' * (words != 1)}")
    edges = evidence.links.nnz if given is None else given
    if telling := int(room.telling[evidence.links.indices].sum()):
        found.append(f"{telling} of {edges} edge{'s' * (edges != 1)}")
    return found or ["nothing but what is usual"]


def _of_other(room: Room, node: int) -> list[str]:
    if node in room.rights:
        measured = int((room.learnt.right == node).sum())
        return [f"{measured} measured responses"]
    return ["its vector"] if room.vectors[node].any() else ["nothing"]
