"""From a quantised torch model to one of whole numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch

from hanok.parts.quantization.clusters import Clusters
from hanok.parts.quantization.integer import IntegerModel
from hanok.parts.quantization.lowering import lower
from hanok.parts.quantization.model import Quantized, traced
from hanok.parts.quantization.packing import Layer, PackedWeights
from hanok.parts.quantization.program import Array
from hanok.parts.quantization.quantizer import Quantizer
from hanok.parts.quantization.weights import FakeWeights, original, rounding


def whole(model: Quantized) -> IntegerModel:
    """What `convert` does."""
    still = copy.deepcopy(model).cpu().eval()
    settings, clusters = still.grouping.settings, None
    if settings and still.grouping.count > 1:
        centroids, table = (part.numpy() for part in (still.grouping.centroids, still.grouping.table))
        clusters = Clusters(centroids, table, settings.patches)
    light, plain = lower(still, activations=False), lower(still, activations=False, weights=False)
    program = light if still.recipe.activations is None else lower(still)
    return IntegerModel(program, light, plain, clusters, list(model.stays_float), lambda inputs: codes(still, inputs))


def codes(model: Quantized, inputs: Sequence[Array]) -> Mapping[str, Array]:
    """Codes that the quantised torch model rounds its activations to, by the name of the rounding."""
    found: dict[str, Array] = {}

    def note(quantizer: torch.nn.Module, _: object, rounded: torch.Tensor) -> None:
        assert isinstance(quantizer, Quantizer)
        scale, zero_point = (part.detach() for part in quantizer.grids())
        ids = quantizer.groups_of(rounded)
        each = [-1] + [1] * (rounded.ndim - 1)
        scale, zero_point = (part[:1] if ids is None else part[ids].reshape(each) for part in (scale, zero_point))
        found[names[quantizer]] = (rounded / scale + zero_point).round().numpy().astype(np.uint8)

    graph = traced(model)
    nodes = [node for node in graph.graph.nodes if node.op == "call_module"]
    names = {graph.get_submodule(str(node.target)): node.name for node in nodes}
    hooks = [quantizer.register_forward_hook(note) for quantizer in model.quantizers()]
    try:
        with torch.no_grad():
            model(*(torch.from_numpy(np.asarray(one)) for one in inputs))
    finally:
        for hook in hooks:
            hook.remove()
    return found


def packed(model: Quantized) -> PackedWeights:
    """What `pack` does."""
    layers: dict[str, Layer] = {}
    others: dict[str, Array] = {}
    for prefix, module in model.net.named_modules():
        fake = rounding(module)
        if fake:
            found, scale = (part.cpu().numpy() for part in fake.codes(original(module)))
            layers[f"{prefix}.weight"] = Layer(found, scale.copy(), fake.bits)
    hidden = [f"{name}." for name, part in model.net.named_modules() if isinstance(part, Quantizer | FakeWeights)]
    for name, value in model.net.state_dict().items():
        if ".parametrizations." not in f".{name}" and not name.startswith(tuple(hidden)):
            others[name] = value.cpu().numpy()
    return PackedWeights(layers, others)
