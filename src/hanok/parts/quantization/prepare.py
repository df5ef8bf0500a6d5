"""The doors of this part that need torch, which is loaded when they are opened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from hanok.core.problem import Unavailable
from hanok.parts.quantization.nnac import Merge
from hanok.parts.quantization.recipe import Recipe

if TYPE_CHECKING:
    from torch import nn

    from hanok.parts.quantization.integer import IntegerModel
    from hanok.parts.quantization.model import Quantized
    from hanok.parts.quantization.packing import PackedWeights


def prepare(model: nn.Module, recipe: Recipe | None = None) -> Quantized:
    """A copy of a model that computes as if it were quantised.

    It is trained, evaluated, saved (`state_dict`) and moved like any other module; while it trains it learns its
    ranges, too. Without training, `calibrate` finds them.

    Parameters
    ----------
    model : torch.nn.Module
        Any. Convolutions (1-d, 2-d), linear layers, embeddings, products of activations (attention) and sums,
        concatenations and pools between them are quantised, batch normalisation and ReLU with what they follow.
        Where torch.fx cannot trace it, weights and inputs of layers are, and it cannot be exported.
    recipe : Recipe, optional
        8 bits each if not given.

    Returns
    -------
    Quantized
        Its `stays_float` lists the operations that are not quantised.

    Raises
    ------
    Problem
        ``nothing_to_quantise``.
    Unavailable
        torch is not installed.

    Example
    -------
    >>> import torch
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    >>> q = prepare(model, Recipe(weights=4, activations=4))
    >>> calibrate(q, [torch.randn(16, 4)])
    >>> bool((q(torch.ones(1, 4)) - model(torch.ones(1, 4))).abs().max() < 0.1)
    True

    Source
    ------
    Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference".
    Weights are rounded as they are and batch normalisation is folded into them at the export: with a scale per channel
    that loses nothing but the rounding of biases, and training needs no second pass.
    """
    _torch()
    from hanok.parts.quantization.model import Quantized

    return Quantized(model, recipe or Recipe())


def calibrate(model: Quantized, batches: Iterable[Any]) -> Merge | None:
    """Find the ranges of activations, and groups of inputs where the recipe wants them, with the float model.

    Parameters
    ----------
    model : Quantized
        What `prepare` gave.
    batches : iterable of Tensor, or of tuples
        Inputs of a few hundred samples. Of a tuple or list, as a DataLoader gives, the first are the inputs.

    Returns
    -------
    Merge, or None
        How the clusters came about; None if the recipe has none.

    Raises
    ------
    Problem
        ``empty_calibration``; ``nan_activations``; ``too_few_samples``: more clusters than images; ``no_images``;
        ``no_relu``: NNAC compares by ReLU outputs.
    """
    from hanok.parts.quantization.calibration import ranges

    return ranges(model, batches)


def recalibrate(model: Quantized, batches: Iterable[Any]) -> None:
    """Find the statistics of batch normalisation anew, all weights quantised; for models trained with weight noise.

    Parameters
    ----------
    model : Quantized
        What `prepare` gave, trained.
    batches : iterable of Tensor, or of tuples
        Training inputs, as `calibrate` takes them.

    Raises
    ------
    Problem
        ``empty_calibration``.
    """
    from hanok.parts.quantization.calibration import statistics

    statistics(model, batches)


def convert(model: Quantized) -> IntegerModel:
    """The model in whole numbers.

    Parameters
    ----------
    model : Quantized
        Calibrated or trained.

    Returns
    -------
    IntegerModel
        `predict` computes in NumPy, `export` writes an ONNX file, `report` runs that file and compares.

    Raises
    ------
    Problem
        ``not_traceable``; ``not_calibrated``; ``no_example``; ``cannot_export``: an operation that is not known.

    Example
    -------
    >>> import numpy as np, torch
    >>> _ = torch.manual_seed(0)
    >>> model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.Conv2d(8, 2, 3))
    >>> q, images = prepare(model), torch.randn(16, 3, 12, 12)
    >>> calibrate(q, [images])
    >>> integer = convert(q)
    >>> report = integer.report(integer.export("model.onnx"), images.numpy())
    >>> report.max_lsb <= 1, report.bytes < report.float_bytes * 4
    (True, True)
    """
    from hanok.parts.quantization.converting import whole

    return whole(model)


def pack(model: Quantized) -> PackedWeights:
    """All that a model has learnt, its quantised weights in as many bits as they have: for storing and sending.

    Parameters
    ----------
    model : Quantized
        What `prepare` gave, trained or not; activations do not matter.

    Returns
    -------
    PackedWeights
        `save` writes one safetensors file; `arrays` gives a `state_dict` for the model as it was before `prepare`.

    Example
    -------
    >>> import torch
    >>> model = torch.nn.Sequential(torch.nn.Linear(512, 256), torch.nn.Linear(256, 256), torch.nn.Linear(256, 8))
    >>> path = pack(prepare(model, Recipe(weights=2, first_last=4))).save("model.safetensors")
    >>> sum(p.numel() * 4 for p in model.parameters()) > 8 * path.stat().st_size
    True
    """
    from hanok.parts.quantization.converting import packed

    return packed(model)


def _torch() -> None:
    try:
        import torch  # noqa: F401
    except ModuleNotFoundError as error:
        raise Unavailable("missing_extra", "quantising needs torch", hint="pip install 'hanok[train]'") from error
