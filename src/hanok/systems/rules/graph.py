"""The serving path as a graph of operations: as it was fitted, step by step; and run by onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hanok.core.problem import Problem
from hanok.systems.rules.model import Bools, Floats32, Ints, Model

if TYPE_CHECKING:
    import onnx

    from hanok.parts.onnx_graph import Builder

FEATURES, CHOSEN, LEGAL, MOST = "features", "chosen", "legal", "k"
SCORES, IDS, BEST = "scores", "ids", "best"


class Graph:
    """Scores and ranks with onnxruntime alone.

    Parameters
    ----------
    onnx : bytes
        The model.
    kept : array (n_inputs,), int64
        Which of the encoded features it reads.
    """

    def __init__(self, onnx: bytes, kept: Ints) -> None:
        from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self.onnx, self.kept = onnx, kept
        self._session = InferenceSession(onnx, options, providers=["CPUExecutionProvider"])

    def scores(self, features: Floats32, chosen: Floats32) -> Floats32:
        """A score for every rule, (n, n_rules)."""
        given = self._given(features, chosen, np.ones(chosen.shape, np.bool_), 1)
        found: Floats32 = self._session.run([SCORES], given)[0]
        return found

    def rank(self, features: Floats32, chosen: Floats32, legal: Bools, k: int) -> tuple[Ints, Floats32]:
        """The k best legal rules."""
        ids, best = self._session.run([IDS, BEST], self._given(features, chosen, legal, k))
        return ids, best

    def _given(self, features: Floats32, chosen: Floats32, legal: Bools, k: int) -> dict[str, object]:
        narrow = np.ascontiguousarray(features[:, self.kept])
        return {FEATURES: narrow, CHOSEN: chosen, LEGAL: legal, MOST: np.array([k], np.int64)}


def faithful(model: Model) -> onnx.ModelProto:
    """The fitted model as a graph, an operation for each step of `Model.scores` and `Model.rank`.

    Raises
    ------
    Problem
        The method is ``knn``: looking at every past competition cannot be merged into fewer operations.
    Unavailable
        The package onnx is not installed.
    """
    from hanok.parts.onnx_graph import Builder

    if model.method == "knn":
        hint = "hanok train rules with --set method=blend"
        raise Problem("cannot_optimize", "nearest competitions have no operations that could be merged", hint=hint)
    past, n_rules = model.past, len(model.items)
    kinds = {FEATURES: ("float32", len(past.mean)), CHOSEN: ("float32", n_rules), LEGAL: ("bool", n_rules)}
    graph = Builder({**kinds, MOST: ("int64", None)})
    add, constant = graph.add, graph.constant
    centred = add("Sub", FEATURES, constant(past.mean, "mean"))
    scaled = add("Mul", centred, constant(past.scale, "scale"))
    seen = add("Gather", scaled, constant(past.kept, "kept"), axis=1)
    basis = seen if model.kernel == "linear" else _likeness(graph, seen, model)
    transposed = add("Transpose", constant(model.items, "items"), perm=[1, 0])
    folded = add("MatMul", add("MatMul", CHOSEN, "items"), constant(model.history, "history"))
    score = add("Add", add("MatMul", folded, transposed), constant(model.apart, "apart"))
    parts = []
    if model.method in ("als", "blend"):
        factors = add("MatMul", basis, constant(model.to_factors, "to_factors"))
        placed = add("Add", factors, constant(model.factors_at, "factors_at"))
        parts.append(add("MatMul", placed, transposed))
    if model.method in ("direct", "blend"):
        straight = add("MatMul", basis, constant(model.to_rules, "to_rules"))
        parts.append(add("Add", straight, constant(model.base, "base")))
    for part in parts:
        share = part if len(parts) == 1 else add("Mul", part, constant(np.float32(1 / len(parts))))
        score = add("Add", score, share)
    score = add("Identity", score, name=SCORES)
    candidates = add("Where", LEGAL, score, constant(np.float32(-np.inf), "never"))
    add("TopK", candidates, MOST, outputs=[BEST, IDS], axis=1)
    return graph.model({SCORES: ("float32", n_rules), IDS: ("int64", None), BEST: ("float32", None)})


def _likeness(graph: Builder, seen: str, model: Model) -> str:
    """exp(-width (1 - cosine)) with every past competition."""
    add, constant = graph.add, graph.constant
    length = add("ReduceL2", seen, constant(np.array([1], np.int64)), keepdims=1)
    unit = add("Div", seen, add("Max", length, constant(np.array([1e-9], np.float32))))
    transposed = add("Transpose", constant(model.past.known, "known"), perm=[1, 0])
    cosine = add("MatMul", unit, transposed)
    distance = add("Sub", cosine, constant(np.float32(1)))
    return add("Exp", add("Mul", distance, constant(np.float32(model.width))))
