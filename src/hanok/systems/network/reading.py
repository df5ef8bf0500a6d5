"""The user's tables, checked row by row and against each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hanok.core.problem import Problem
from hanok.core.sources import Table
from hanok.systems.network.data import Data, Edge, Features
from hanok.systems.network.kinds import NODE, Kinds
from hanok.systems.network.rows import EdgeRow, FeatureRow, ResponseRow, Sources

if TYPE_CHECKING:
    import polars as pl

Measured = tuple[str, str, bool, float | None]
Node = tuple[str, str]


def read(sources: Sources) -> Data:
    """The tables, joined.

    Raises
    ------
    Problem
        A row cannot be used, a name may be of several types, left or right nodes are not of one type, a pair is both
        responsive and resistant, features stand there twice and differ, all responses are alike, or no edge is left;
        naming file and row.
    """
    edges, responses = sources.edges.read(), sources.responses.read()
    features = None if sources.features is None else sources.features.read()
    kinds = Kinds()
    for side in ("source", "target"):
        kinds.add(edges[side].to_list(), edges[f"{side}_type"].to_list())
    if features is not None:
        kinds.add(features["node"].to_list(), features["type"].to_list())
    file = sources.responses.path.name
    left, right = (
        kinds.side(responses[side].to_list(), responses[f"{side}_type"].to_list(), side, file)
        for side in ("left", "right")
    )
    if left == right:
        found = f"found left and right nodes of the same type {left!r}; expected two"
        raise Problem("one_type", found, f"{file} left, right", "left_type and right_type may say them")
    notes: list[str] = []
    measured = _measured(sources.responses, responses, notes)
    listed = _edges(sources.edges, edges, kinds, (left, right), measured, notes)
    known = {} if sources.features is None or features is None else _features(sources.features, features, kinds, left)
    data = Data.of(listed, measured, known, left_type=left, right_type=right, notes=notes)
    lonely = int((data.network.adjacency.getnnz(axis=0) + data.network.adjacency.getnnz(axis=1) == 0).sum())
    if lonely:
        notes.append(f"{lonely} of {len(data.network)} nodes have no edge.")
    return data


def _measured(table: Table[ResponseRow], frame: pl.DataFrame, notes: list[str]) -> list[Measured]:
    """Pairs with a label, each once."""
    columns = (frame[name].to_list() for name in ("left", "right", "label", "strength"))
    found: dict[Node, tuple[int, Measured]] = {}
    both: set[Node] = set()
    for row, (left, right, label, strength) in enumerate(zip(*columns, strict=True), 1):
        if label is None:
            continue
        first, before = found.setdefault((left, right), (row, (left, right, label, strength)))
        if before[2] == label:
            continue
        if not table.skip:
            message = f"found ({left}, {right}) both responsive and resistant, in rows {first} and {row}"
            hint = "decide which holds, or leave such pairs out with --skip"
            raise Problem("contradiction", f"{message}; expected one label", f"{table.path.name} row {row} label", hint)
        both.add((left, right))
    pairs = [pair for key, (_, pair) in found.items() if key not in both]
    if both:
        notes.append(f"{len(both)} pairs are both responsive and resistant: they are left out.")
    if unknown := frame["label"].null_count():
        notes.append(f"{unknown} rows of responses have no label: not measured.")
    if len({label for _, _, label, _ in pairs}) < 2:
        message = f"found {len(pairs)} measured pairs, all alike; expected responsive and resistant ones"
        raise Problem("one_label", message, f"{table.path.name} label")
    return pairs


def _edges(
    table: Table[EdgeRow],
    frame: pl.DataFrame,
    kinds: Kinds,
    sides: tuple[str, str],
    measured: Sequence[Measured],
    notes: list[str],
) -> list[Edge]:
    """Edges with types, without loops and without pairs that were measured."""
    file = table.path.name
    ends = [
        [
            kind or kinds.of(name, f"{file} row {row} {side}") or NODE
            for row, (name, kind) in enumerate(zip(frame[side], frame[f"{side}_type"], strict=True), 1)
        ]
        for side in ("source", "target")
    ]
    pairs = {pair[:2] for pair in measured}
    found: list[Edge] = []
    loops = told = 0
    columns = frame["source"].to_list(), ends[0], frame["target"].to_list(), ends[1], frame["weight"].to_list()
    for edge in zip(*columns, strict=True):
        a, kind, b, other, _ = edge
        if (a, kind) == (b, other):
            loops += 1
        elif ((kind, other) == sides and (a, b) in pairs) or ((other, kind) == sides and (b, a) in pairs):
            told += 1
        else:
            found.append(edge)
    if loops:
        notes.append(f"{loops} edges lead from a node to itself: they are left out.")
    if told:
        notes.append(f"{told} edges are between pairs that were measured: they are left out, the responses decide.")
    if not any(weight > 0 for *_, weight in found):
        left = f"of {frame.height} edges none is left that has a weight above 0"
        hint = "edges between measured pairs do not count: the network is what is known besides"
        raise Problem("no_edges", f"{left}; expected some", file, hint)
    return found


def _features(table: Table[FeatureRow], frame: pl.DataFrame, kinds: Kinds, left: str) -> Mapping[Node, Features]:
    """Cells that are not empty, by node; one that is nowhere else is a left node."""
    columns = [name for name in frame.columns if name not in ("node", "type")]
    found: dict[Node, Features] = {}
    for row, cells in enumerate(frame.iter_rows(named=True), 1):
        name, where = cells["node"], f"{table.path.name} row {row} node"
        node = name, cells["type"] or kinds.of(name, where) or left
        told = {column: text for column in columns if (text := as_text(cells[column]))}
        if found.setdefault(node, told) != told:
            message = f"found {name!r} again with other features; expected each node once"
            raise Problem("repeated_node", message, where, "remove one of the two")
    return found


def as_text(value: Any) -> str:
    """A cell as it would stand in a CSV; "" for none.

    Example
    -------
    >>> [as_text(value) for value in (None, " a ", 3.0, 2.5, True, float("nan"))]
    ['', 'a', '3', '2.5', 'true', '']
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value).strip()
