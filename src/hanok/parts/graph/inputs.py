"""What is known of nodes before any message passes: who they are, of which type, and their features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.graph.graph import Graph

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Given = Mapping[str, npt.ArrayLike]
"""Features by type: a row for each node of ``graph.of_type(type)``, NaN where there is none."""


@dataclass(frozen=True, eq=False)
class Scale:
    """Mean and spread of one type's features, (n_features,), over the nodes that a model has learnt from."""

    mean: Floats32
    spread: Floats32

    @classmethod
    def of(cls, rows: Floats32) -> Scale:
        """Of rows, those with NaN left out; a feature without spread is left as it is."""
        whole = rows[np.isfinite(rows).all(axis=1)].astype(np.float64)
        mean = whole.mean(axis=0) if len(whole) else np.zeros(rows.shape[1])
        spread = whole.std(axis=0) if len(whole) else np.ones(rows.shape[1])
        return cls(mean.astype(np.float32), np.where(spread > 0, spread, 1).astype(np.float32))

    def __call__(self, rows: Floats32) -> Floats32:
        """Rows of mean 0 and variance 1; zeros for those with NaN."""
        scaled = (rows - self.mean) / self.spread
        known = np.isfinite(scaled).all(axis=1, keepdims=True)
        found: Floats32 = np.where(known, scaled, 0).astype(np.float32)
        return found


@dataclass(frozen=True, eq=False)
class Inputs:
    """The nodes of one graph as a model numbers them.

    Parameters
    ----------
    own : array (n,), int64
        Row of each node's learnt vector; 0 where it has none.
    known : array (n,), bool
        Whether it has one.
    types : array (n,), int64
        Of each node.
    features : dict of int to (array (m,), array (m, n_features))
        By type: nodes that have features, and these, scaled.
    """

    own: Ints
    known: npt.NDArray[np.bool_]
    types: Ints
    features: dict[int, tuple[Ints, Floats32]]


def rows_of(graph: Graph, given: Given | None) -> dict[str, Floats32]:
    """Features by type as arrays, checked against the graph.

    Raises
    ------
    Problem
        ``bad_features``: not a row for each node, or infinite; ``unknown_type``.
    """
    found = {}
    for kind, rows in (given or {}).items():
        n, array = len(graph.of_type(kind)), np.asarray(rows, np.float32)
        if array.ndim != 2 or len(array) != n:
            message = f"found shape {array.shape}; expected a row for each of {n} nodes"
            raise Problem("bad_features", message, f"features of {kind}")
        if np.isinf(array).any():
            raise Problem("bad_features", "some are infinite; expected numbers, or NaN", f"features of {kind}")
        found[kind] = array
    return found


def types_of(graph: Graph, type_names: Sequence[str]) -> Ints:
    """Type of each node as a model numbers types.

    Raises
    ------
    Problem
        ``unknown_type``: the model has not seen one.
    """
    place = {name: i for i, name in enumerate(type_names)}
    used = {graph.type_names[t] for t in np.unique(graph.types).tolist()}
    if unknown := sorted(used - set(place)):
        found = f"found nodes of type {unknown[0]!r}; expected {', '.join(type_names)}"
        raise Problem("unknown_type", found, "graph", "train again with nodes of this type")
    return np.array([place.get(name, -1) for name in graph.type_names], np.int64)[graph.types]


def scaled(graph: Graph, rows: Mapping[str, Floats32], scales: Mapping[str, Scale]) -> dict[str, tuple[Ints, Floats32]]:
    """Nodes with features, and these, scaled as in training.

    Raises
    ------
    Problem
        ``bad_features``: training had none of this type, or not so many.
    """
    found = {}
    for kind, given in rows.items():
        wanted = len(scales[kind].mean) if kind in scales else 0
        if given.shape[1] != wanted:
            message = f"found {given.shape[1]} of each node; training had {wanted}"
            raise Problem("bad_features", message, f"features of {kind}")
        there = np.isfinite(given).all(axis=1)
        found[kind] = graph.of_type(kind)[there], scales[kind](given[there])
    return found
