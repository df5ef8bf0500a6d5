"""From a traced model to a program of whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.fx import GraphModule, Node

from hanok.core.problem import Problem
from hanok.parts.quantization.facts import OPEN, Fact, facts, target
from hanok.parts.quantization.folding import folded, whole_weights
from hanok.parts.quantization.kinds import RELUS, alone, words
from hanok.parts.quantization.model import Quantized, traced
from hanok.parts.quantization.program import KEPT, Array, Grid, Program, Step
from hanok.parts.quantization.quantizer import Quantizer
from hanok.parts.quantization.settings import SETTINGS, Asked, Settings, convolution
from hanok.parts.quantization.weights import original, rounding


def lower(model: Quantized, *, activations: bool = True, weights: bool = True) -> Program:
    """The program of a model in evaluation.

    Parameters
    ----------
    model : Quantized
        On the CPU, in evaluation.
    activations, weights : bool
        What becomes whole numbers; activations do with weights only. Where neither does, batch normalisation is an
        operation of its own.

    Raises
    ------
    Problem
        ``cannot_export``: an operation that is not known here, named; ``not_traceable``; ``not_calibrated``;
        ``no_example``.
    """
    return _Lowering(traced(model), facts(model), model.grouping.count, activations, weights).program()


class _Lowering:
    def __init__(
        self, graph: GraphModule, known: Mapping[Node, Fact], groups: int, activations: bool, weights: bool
    ) -> None:
        self.traced, self.facts, self.groups = graph, known, groups if activations else 1
        self.activations, self.weights = activations, weights
        self.kinds = words(graph)
        self.names: dict[Node, str] = {}
        self.grids: dict[str, Grid] = {}
        self.constants: dict[str, Array] = {}
        self.steps: list[Step] = []

    def program(self) -> Program:
        """All steps."""
        inputs: dict[str, tuple[str, tuple[int, ...]]] = {}
        outputs: dict[str, tuple[int, ...]] = {}
        for node, fact in self.facts.items():
            if node.op == "placeholder":
                if fact.shape:
                    inputs[node.name] = fact.kind, fact.shape[1:]
                    self.names[node] = node.name
            elif node.op == "output":
                for one in node.all_input_nodes:
                    outputs[self._output(one)] = self.facts[one].shape
            elif node not in self.names and fact.value is None:
                self._lower(node)
        return Program(inputs, self.steps, outputs, self.constants, self.groups)

    def _output(self, node: Node) -> str:
        """Results leave as float."""
        name = self._name(node)
        if name in self.grids:
            self._add(Step("decode", [name], f"{name}_float"))
            return f"{name}_float"
        return name

    def _lower(self, node: Node) -> None:
        word = self.kinds[node]
        if word in ("conv", "linear") and (self._grid_of(node.args[0]) if self.activations else self.weights):
            self._layer(node)
        elif word == "quantize":
            self._quantize(node)
        elif word == "same":
            self.names[node] = self._name(node.args[0])
        elif word in ("add", "concat", "matmul", "avgpool", "globalpool"):
            self._sum(node, word)
        else:
            self._plain(node, word)

    def _layer(self, node: Node) -> None:
        """A layer with weights of whole numbers, and batch normalisation, ReLU and rounding behind it."""
        layer, last = self._module(node), node
        after, norm, before = alone(node), None, self._grid_of(node.args[0])
        channels_last = self.kinds[node] == "linear" and len(self.facts[node].shape) > 2
        if after is not None and self.kinds[after] == "batchnorm" and not channels_last:
            norm, last = self._module(after), after
        behind, (last, grid) = last, self._rounded(last)
        arrays = whole_weights(layer, norm, float(before.scale.min()) if before else 1.0)
        name = self._name(node.args[0])
        shape = self.facts[node].shape
        settings = convolution(layer) if self.kinds[node] == "conv" else {"shape": target(shape, node.name)}
        self._add(Step(self.kinds[node], [name], last.name, grid, settings, arrays), node, behind, last)

    def _sum(self, node: Node, word: str) -> None:
        """What is done on codes where all parts are codes and the result is rounded."""
        parts = node.args[0] if word == "concat" else node.args[: 2 if word in ("add", "matmul") else 1]
        whole = all(self._grid_of(part) for part in parts)  # type: ignore[union-attr]
        last, grid = self._rounded(node) if whole else (node, None)
        attributes = self._attributes(node, word)
        inputs = [self._name(part) for part in parts]  # type: ignore[union-attr]
        shape = self.facts[node].shape
        if word == "globalpool" and len(shape) == 2:  # a mean that drops the axes
            kept = f"{last.name}_kept"
            self._add(Step(word, inputs, kept, grid))
            self._add(Step("reshape", [kept], last.name, None, {"shape": target(shape, node.name)}), node, last)
            return
        if word == "globalpool" and attributes:
            word = "avgpool"
        self._add(Step(word, inputs, last.name, grid, attributes), node, last)

    def _plain(self, node: Node, word: str) -> None:
        """Everything else: on float values, or moving codes."""
        inputs = [self._name(one) for one in self._operands(node, word)]
        arrays = self._arrays(node, word)
        self._add(Step(word, inputs, node.name, None, self._attributes(node, word), arrays), node)

    def _quantize(self, node: Node) -> None:
        name = self._name(node.args[0])
        if self.activations:
            self._add(Step("quantize", [name], node.name, self._grid(node)), node)
        else:
            self.names[node] = name

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _add(self, step: Step, *nodes: Node) -> None:
        self.steps.append(step)
        grid = self.grids.get(step.inputs[0]) if step.op in KEPT else step.grid
        if grid:
            self.grids[step.output] = grid
        for node in nodes:
            self.names[node] = step.output

    def _rounded(self, node: Node) -> tuple[Node, Grid | None]:
        """The rounding that follows, at once or behind a ReLU, which is then part of it: its codes begin at 0."""
        for after in (alone(node), self._behind_relu(node)):
            if self.activations and after is not None and self.kinds[after] == "quantize":
                if after.args[0] is not node:
                    self.names[after.args[0]] = after.name  # type: ignore[index]
                return after, self._grid(after)
        return node, None

    def _behind_relu(self, node: Node) -> Node | None:
        after = alone(node)
        return alone(after) if after is not None and self.kinds[after] in RELUS else None

    def _grid(self, node: Node) -> Grid:
        quantizer = self._module(node)
        assert isinstance(quantizer, Quantizer)
        if bool((quantizer.seen[: self.groups] == 0).any()):
            raise Problem("not_calibrated", "found no range of activations; expected one", quantizer.name)
        scale, zero_point = (part.detach()[: self.groups].numpy() for part in quantizer.grids())
        return Grid(scale.astype(np.float32), zero_point.astype(np.uint8), quantizer.bits)

    def _grid_of(self, node: Any) -> Grid | None:
        return self.grids.get(self._name(node)) if isinstance(node, Node) else None

    def _name(self, node: Any) -> str:
        """The result of a node, or a constant."""
        if isinstance(node, Node) and self.facts[node].value is None:
            return self.names[node]
        value = self.facts[node].value if isinstance(node, Node) else node
        if OPEN in (self.facts[node].shape if isinstance(node, Node) else ()):
            raise Problem("cannot_export", "found a constant of the size of the batch; expected a fixed one", str(node))
        name = node.name if isinstance(node, Node) else f"number_{value}"
        array = value.detach().numpy() if isinstance(value, Tensor) else np.asarray(value, np.float32)
        self.constants[name] = array.astype(np.float32) if array.dtype.kind == "f" else array
        return name

    def _module(self, node: Node) -> nn.Module:
        return self.traced.get_submodule(str(node.target))

    def _operands(self, node: Node, word: str) -> Sequence[Any]:
        return node.args[:2] if word in ("sub", "mul", "div") else node.args[:1]

    def _arrays(self, node: Node, word: str) -> dict[str, Array]:
        if word in ("conv", "linear", "embedding"):
            layer = self._module(node)
            whole = self.weights and word == "embedding" and rounding(layer)
            return whole_weights(layer) if whole else _float_weights(layer, rounded=self.weights)
        return folded(self._module(node)) if word in ("batchnorm", "layernorm") else {}

    def _attributes(self, node: Node, word: str) -> Settings:
        if word not in SETTINGS:
            what = type(self._module(node)).__name__ if node.op == "call_module" else str(node.target)
            hint = "the quantised model itself runs in torch"
            raise Problem("cannot_export", f"found {what}; expected an operation of the guide's list", node.name, hint)
        return SETTINGS[word](Asked(node, self.traced, self.facts))


def _float_weights(layer: nn.Module, rounded: bool) -> dict[str, Array]:
    weights = layer.weight.detach() if rounded else original(layer)  # type: ignore[operator]
    found = {"weight": weights.numpy().astype(np.float32)}
    bias = getattr(layer, "bias", None)
    return found if bias is None else {**found, "bias": bias.detach().numpy().astype(np.float32)}
