"""A trained network → one ONNX file of whole numbers for lines of any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hanok.core.problem import Unavailable
from hanok.core.run import Run
from hanok.parts.ocr.digits.settings import Training
from hanok.parts.quantization import Recipe, calibrate, convert, prepare

if TYPE_CHECKING:
    from hanok.parts.ocr.digits.network import DigitNetwork

CALIBRATION = 512
"""Lines from which the ranges of activations are found."""
BATCH = 32


def made(training: Training, run: Run) -> bytes:
    """Train a network and export it."""
    try:
        from hanok.parts.ocr.digits.training import fitted
    except ModuleNotFoundError as error:
        hint = "pip install 'hanok[train]'"
        raise Unavailable("missing_extra", "training the reader of numbers needs torch", hint=hint) from error
    return exported(fitted(training, run), run.seed)


def exported(network: DigitNetwork, seed: int) -> bytes:
    """The file.

    Weights and activations have 8 bits; ranges are found on rendered lines. The writer fixes all sizes but the
    batch; every operation is a convolution, so none depends on the width, which is opened again by name.
    """
    from hanok.parts.ocr.digits.training import padded, rendered

    q = prepare(network.float().eval(), Recipe())
    lines = rendered(CALIBRATION, np.random.default_rng([seed, 2]))
    lines.sort(key=lambda sample: sample[0].shape[1])
    inks = [ink for ink, _ in lines]
    calibrate(q, [padded(inks[at : at + BATCH]) for at in range(0, len(inks), BATCH)])
    model = convert(q).model()
    del model.graph.value_info[:]
    model.graph.input[0].type.tensor_type.shape.dim[3].dim_param = "width"
    model.graph.output[0].type.tensor_type.shape.dim[3].dim_param = "columns"
    written: bytes = model.SerializeToString()
    return written
