"""What a traced model's results look like: shapes with an open batch, and what does not depend on the input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.fx import GraphModule, Interpreter, Node

from hanok.core.problem import Problem
from hanok.parts.quantization.model import Quantized, traced

BATCHES = (2, 3)
OPEN = -1
"""In a shape, the axis that grows with the batch."""


class Fact(NamedTuple):
    """Of one result.

    Parameters
    ----------
    shape : tuple of int
        `OPEN` where it grows with the batch; () for what is no tensor.
    value : Tensor, int, tuple ... or None
        None for what depends on the values of the input.
    kind : str
        Type of a tensor, as NumPy calls it.
    """

    shape: tuple[int, ...]
    value: Any
    kind: str


class _Recorder(Interpreter):
    """Keeps every result, and whether it depends on the values of the input."""

    def __init__(self, graph: GraphModule) -> None:
        super().__init__(graph, garbage_collect_values=False)
        self.results: dict[Node, Any] = {}
        self.moving: set[Node] = set()

    def run_node(self, node: Node) -> Any:
        """Run it, and note what came out."""
        result = super().run_node(node)
        self.results[node] = result
        given = node.op == "placeholder" or any(one in self.moving for one in node.all_input_nodes)
        parts = result if isinstance(result, tuple | list) else [result]
        if given and any(isinstance(part, Tensor) for part in parts):
            self.moving.add(node)
        return result


def examples(shapes: Tensor, batch: int) -> list[Tensor]:
    """Inputs like those the model was given, all 0: what `Quantized.shapes` says."""
    found = []
    for axes, is_float, *sizes in shapes.tolist():
        kind = torch.float32 if is_float else torch.int64
        found.append(torch.zeros(batch, *sizes[: axes - 1], dtype=kind))
    return found


def facts(model: Quantized) -> Mapping[Node, Fact]:
    """Of every node of a model in evaluation, from two runs with batches of different sizes.

    Raises
    ------
    Problem
        ``no_example``: the model has not been called yet; ``not_traceable``.
    """
    graph, shapes = traced(model), model.shapes
    if not bool((shapes[:, 0] > 0).all()):
        hint = "call it, train it or calibrate it"
        raise Problem("no_example", "found a model that was never given an input; expected one", "inputs", hint)
    runs = []
    for batch in BATCHES:
        recorder = _Recorder(graph)
        model.grouping.ids = torch.zeros(batch, dtype=torch.int64)
        with torch.no_grad():
            recorder.run(*examples(shapes, batch))
        model.grouping.ids = None
        runs.append(recorder)
    one, other = runs
    return {node: _fact(node, one, other.results[node]) for node in one.results}


def _fact(node: Node, run: _Recorder, other: Any) -> Fact:
    result = run.results[node]
    if not isinstance(result, Tensor):
        return Fact((), None if node in run.moving else result, "")
    shape = tuple(a if a == b else OPEN for a, b in zip(result.shape, other.shape, strict=True))
    return Fact(shape, None if node in run.moving else result, str(result.dtype).removeprefix("torch."))


def target(shape: Sequence[int], name: str) -> tuple[int, ...]:
    """A shape to reshape to.

    Raises
    ------
    Problem
        ``cannot_export``: two axes grow with the batch.
    """
    if sum(size == OPEN for size in shape) > 1:
        raise Problem("cannot_export", f"found shape {tuple(shape)}, -1 growing; expected one axis that grows", name)
    return tuple(shape)
