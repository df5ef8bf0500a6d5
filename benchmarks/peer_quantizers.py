"""ResNet-20 trained on with torchao's and brevitas' rounding, bits and places as near to ours as each allows."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

OUTER = 8
"""Bits of the first and the last layer."""


def torchao(model: nn.Module, bits: int, example: Tensor) -> tuple[nn.Module, Callable[[], nn.Module]]:
    """PT2E with the quantizer for x86: what trains, and what makes it the quantised program of operators.

    Parameters
    ----------
    model : Module
        Of floats.
    bits : int
        Of weights, per channel, and of activations, apart from the first and the last layer.
    example : Tensor (B, 3, 32, 32)
        A batch where the model is.
    """
    import torchao.quantization.pt2e as pt2e
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_qat_pt2e
    from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import X86InductorQuantizer

    model = copy.deepcopy(model).train()
    batch = torch.export.Dim("batch", min=2, max=4096)
    program = torch.export.export(model, (example,), dynamic_shapes=({0: batch},), strict=True).module()
    quantizer = X86InductorQuantizer().set_global(_torchao(bits))
    for name in ("stem", "out"):
        quantizer.set_module_name_qconfig(name, _torchao(OUTER))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prepared = prepare_qat_pt2e(program, quantizer)
    pt2e.allow_exported_model_train_eval(prepared)

    def finished() -> nn.Module:
        still = convert_pt2e(copy.deepcopy(prepared).eval())
        pt2e.move_exported_model_to_eval(still)
        return still

    return prepared, finished


def _torchao(bits: int) -> Any:
    """Its default for training, with other bits."""
    from dataclasses import replace

    from torchao.quantization.pt2e import FusedMovingAvgObsFakeQuantize, MovingAveragePerChannelMinMaxObserver
    from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
        get_default_x86_inductor_quantization_config as default,
    )

    plain, half = default(is_qat=True), 2 ** (bits - 1)

    def ranged(spec: Any, low: int, high: int, **more: Any) -> Any:
        made = FusedMovingAvgObsFakeQuantize.with_args(quant_min=low, quant_max=high, eps=2**-12, **more)
        return replace(spec, quant_min=low, quant_max=high, observer_or_fake_quant_ctr=made)

    activations = ranged(plain.input_activation, 0, 2**bits - 1)
    weights = ranged(plain.weight, -half, half - 1, observer=MovingAveragePerChannelMinMaxObserver)
    return replace(plain, input_activation=activations, output_activation=activations, weight=weights)


def brevitas(model: nn.Module, bits: int, example: Tensor) -> tuple[nn.Module, Callable[[], nn.Module]]:
    """Its layers in place of ours: weights per channel, a learnt scale for inputs of each; what is added stays float.

    Parameters and result as of `torchao`; the last is the model itself in evaluation.
    """
    import brevitas.nn as qnn
    from brevitas.quant import Int8WeightPerChannelFloat, ShiftedUint8ActPerTensorFloat, Uint8ActPerTensorFloat

    model = copy.deepcopy(model).train()
    layers = [(name, part) for name, part in model.named_modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    for place, (name, old) in enumerate(layers):
        few = OUTER if place in (0, len(layers) - 1) else bits
        how = {
            "weight_quant": Int8WeightPerChannelFloat,
            "weight_bit_width": few,
            "input_quant": Uint8ActPerTensorFloat if place else ShiftedUint8ActPerTensorFloat,
            "input_bit_width": few,
            "bias": old.bias is not None,
        }
        new: nn.Module
        if isinstance(old, nn.Conv2d):
            sizes = {"kernel_size": old.kernel_size, "stride": old.stride, "padding": old.padding}
            new = qnn.QuantConv2d(old.in_channels, old.out_channels, **sizes, **how)
        else:
            new = qnn.QuantLinear(old.in_features, old.out_features, **how)
        new.weight.data.copy_(old.weight.data)
        if old.bias is not None:
            new.bias.data.copy_(old.bias.data)
        parent, _, last = name.rpartition(".")
        setattr(model.get_submodule(parent), last, new.to(example.device))
    return model, lambda: copy.deepcopy(model).eval()


PEERS = {"torchao": torchao, "brevitas": brevitas}
