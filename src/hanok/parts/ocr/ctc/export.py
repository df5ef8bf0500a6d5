"""A trained network → one ONNX file of whole numbers for lines of any width."""

from __future__ import annotations

import numpy as np
from torch import nn

from hanok.core.run import Run
from hanok.parts.ocr.ctc.fitting import fitted, padded
from hanok.parts.ocr.ctc.settings import Training
from hanok.parts.ocr.ctc.task import Task
from hanok.parts.quantization import Recipe, calibrate, convert, prepare

CALIBRATION = 512
"""Lines from which the ranges of activations are found."""
BATCH = 32


def made(task: Task, training: Training, run: Run) -> bytes:
    """Train a network and export it."""
    return exported(task, fitted(task, training, run), run.seed)


def exported(task: Task, network: nn.Module, seed: int) -> bytes:
    """The file.

    Weights and activations have 8 bits; ranges are found on rendered lines. The writer fixes all sizes but the
    batch; every operation is a convolution, so none depends on the width, which is opened again by name.
    """
    q = prepare(network.float().eval(), Recipe())
    lines = task.rendered(CALIBRATION, np.random.default_rng([seed, 2]))
    lines.sort(key=lambda sample: sample[0].shape[1])
    inks = [ink for ink, _ in lines]
    calibrate(q, [padded(inks[at : at + BATCH]) for at in range(0, len(inks), BATCH)])
    model = convert(q).model()
    del model.graph.value_info[:]
    model.graph.input[0].type.tensor_type.shape.dim[3].dim_param = "width"
    model.graph.output[0].type.tensor_type.shape.dim[3].dim_param = "columns"
    written: bytes = model.SerializeToString()
    return written
