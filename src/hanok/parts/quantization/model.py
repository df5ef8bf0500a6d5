"""A model that computes as if it were quantised."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import GraphModule

from hanok.core.problem import Problem
from hanok.parts.quantization.grouping import Grouping
from hanok.parts.quantization.placing import place
from hanok.parts.quantization.quantizer import Quantizer, check_finite
from hanok.parts.quantization.recipe import Recipe
from hanok.parts.quantization.tracing import trace
from hanok.parts.quantization.weights import LAYERS, FakeWeights, quantize_weights

AXES = 8
"""The most axes an input may have, batch among them."""


class Quantized(nn.Module):
    """What `prepare` gives: called, trained, saved and moved like the model it was made of.

    Attributes
    ----------
    net : GraphModule or Module
        The traced model, or a copy of it where tracing is impossible.
    recipe : Recipe
    stays_float : list of str
        Operations that are not quantised.
    shapes : Tensor (inputs, AXES), int64
        Of each input the number of axes, whether it is float, and its sizes without the batch; from the first batch.
    """

    shapes: Tensor

    def __init__(self, model: nn.Module, recipe: Recipe) -> None:
        super().__init__()
        self.recipe, self.grouping = recipe, Grouping(recipe.clusters)
        copied = copy.deepcopy(model)
        self.inputs = _inputs(copied)
        self.register_buffer("shapes", torch.zeros(self.inputs, AXES, dtype=torch.int64))
        training = model.training
        try:
            self.net: nn.Module = trace(copied)
        except Exception as error:  # whatever the model raises when its inputs are no tensors
            self.net = copied
            reason = (str(error) or type(error).__name__).splitlines()[0]
            self.stays_float = [f"everything but layers: cannot be traced, {reason}"]
            _swap(copied, recipe, self.grouping)
        else:
            self.stays_float = place(self.net, recipe, self.grouping)
        if not any(isinstance(module, FakeWeights) for module in self.modules()):
            raise Problem("nothing_to_quantise", "found no convolution, linear layer or embedding; expected one")
        self.to(next(model.parameters()).device).train(training)

    def forward(self, *inputs: Any, **named: Any) -> Any:
        """As the model's own, rounded."""
        if not int(self.shapes[0, 0]):
            self._note(inputs)
        if self.grouping.settings:
            self.grouping.look(inputs[0])
        try:
            found = self.net(*inputs, **named)
        finally:
            self.grouping.ids = None
        check_finite(self.quantizers())
        return found

    def quantizers(self) -> list[Quantizer]:
        """Of all activations, in order."""
        return [module for module in self.modules() if isinstance(module, Quantizer)]

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Nothing is rounded and ranges are observed; dropout and batch normalisation are as in evaluation."""
        training, rounds = self.training, [m for m in self.modules() if isinstance(m, Quantizer | FakeWeights)]
        self.eval()
        try:
            for module in rounds:
                module.recording = True
            with torch.no_grad():
                yield
        finally:
            for module in rounds:
                module.recording = False
            self.train(training)

    def _note(self, inputs: Iterable[Any]) -> None:
        """Remember what inputs look like, for the export."""
        for row, value in enumerate(inputs):
            if row < len(self.shapes) and isinstance(value, Tensor) and value.ndim < AXES:
                sizes = [value.ndim, int(value.is_floating_point()), *value.shape[1:]]
                self.shapes[row, : len(sizes)] = torch.tensor(sizes, device=self.shapes.device)


def _inputs(model: nn.Module) -> int:
    """How many inputs the model cannot do without."""
    given = inspect.signature(model.forward).parameters.values()
    return max(1, sum(one.default is one.empty and one.kind in (0, 1) for one in given))


def _swap(model: nn.Module, recipe: Recipe, grouping: Grouping) -> None:
    """Round weights and inputs of layers where operations between them are not known."""
    inside = {id(part) for module in model.modules() if isinstance(module, nn.MultiheadAttention)
              for part in module.modules()}  # fmt: skip
    found = [(n, m) for n, m in model.named_modules() if isinstance(m, LAYERS) and id(m) not in inside]
    recipe.check(name for name, _ in found)
    for name, layer in found:
        few, inputs = recipe.bits(name, layer is found[0][1] or layer is found[-1][1])
        quantize_weights(layer, few, recipe)
        if inputs and not isinstance(layer, nn.Embedding):
            layer.add_module("quantize_input", Quantizer(name, inputs, recipe, grouping))
            layer.register_forward_pre_hook(_rounded_first)


def _rounded_first(layer: nn.Module, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    first, *rest = inputs
    return (layer.quantize_input(first), *rest)  # type: ignore[operator]


def traced(model: Quantized) -> GraphModule:
    """Its graph.

    Raises
    ------
    Problem
        ``not_traceable``.
    """
    if not isinstance(model.net, GraphModule):
        hint = "write forward without branches that depend on values; torch.fx says more"
        raise Problem("not_traceable", f"found {model.stays_float[0]}; expected a graph to export", hint=hint)
    return model.net
