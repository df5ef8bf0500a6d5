"""Making the network: trained or taken over, quantised, measured. Answering imports none of this."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hanok.core.problem import Problem, Unavailable
from hanok.core.run import Run
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data
from hanok.systems.quantize.frame import Frame
from hanok.systems.quantize.room import Room

OWN_EPOCHS = 20
"""Passes of the room's own network where the config does not say."""

SPREAD = 1000
"""Images from which mean and spread of pixels are taken."""


def furnish(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Learn everything.

    Raises
    ------
    Problem
        The user's network or images do not fit, or a budget is not kept.
    Unavailable
        torch or onnx is not installed.
    """
    if train.onnx and config.module:
        raise Problem("two_models", "found an ONNX file and a module; expected one of them", "module")
    if train.onnx:
        from hanok.systems.quantize.graphs import furnish_file

        return furnish_file(train, valid, config, run)
    try:
        from hanok.systems.quantize.modules import furnish_module
    except ModuleNotFoundError as error:
        hint = "pip install 'hanok[train]'"
        raise Unavailable("missing_extra", f"training a network needs {error.name}", hint=hint) from error
    return furnish_module(train, valid, config, run)


def passes(config: Config) -> int:
    """Passes of float training."""
    if config.float_epochs is not None:
        return config.float_epochs
    return 0 if config.module else OWN_EPOCHS


def frame_of(train: Data, config: Config, size: tuple[int, int, int], own: bool) -> Frame:
    """What the network takes: of the room's own, pixels as they are spread in training; else as the config says."""
    channels = size[2]
    sample = train.images[:: max(1, len(train) // SPREAD)]
    pixels = sample.reshape(-1, sample.shape[3]) / 255
    mean = config.mean or (tuple(pixels.mean(axis=0).round(4).tolist()) if own else (0.0,))
    std = config.std or (tuple(np.maximum(pixels.std(axis=0), 0.01).round(4).tolist()) if own else (1.0,))
    for name, given in (("mean", mean), ("std", std)):
        if len(given) not in (1, channels):
            found = f"found {len(given)} numbers and {channels} channels"
            raise Problem("wrong_channels", f"{found}; expected one number, or one a channel", name)
    return Frame(*size, mean, std)


def named(classes: Sequence[str], outputs: int, where: str) -> list[str]:
    """A name for every output of a network.

    Raises
    ------
    Problem
        ``too_few_outputs``: there are more classes.
    """
    if outputs < len(classes):
        found = f"found {outputs} outputs and {len(classes)} classes"
        raise Problem("too_few_outputs", f"{found}; expected an output for each class, in their order", where)
    return [*classes, *(f"class {place}" for place in range(len(classes), outputs))]
