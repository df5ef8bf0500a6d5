"""From a torch model, the room's own or the user's, to a room. Needs torch and onnx."""

from __future__ import annotations

import numpy as np
import onnx  # noqa: F401  # what is missing is said before anything is trained
import torch

from hanok.core.report import Chart, Grid
from hanok.core.run import Run
from hanok.systems.quantize import compare
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data
from hanok.systems.quantize.fitting import frame_of, named, passes
from hanok.systems.quantize.frame import Frame
from hanok.systems.quantize.mixed import table
from hanok.systems.quantize.networks import imported, outputs, small
from hanok.systems.quantize.ranges import cut_table, range_charts
from hanok.systems.quantize.room import Room, are_probabilities
from hanok.systems.quantize.sensitivity import sensitivity
from hanok.systems.quantize.study import Study, operations_table
from hanok.systems.quantize.training import Made, Parts, fit, make, seeded
from hanok.systems.quantize.ways import name_of, twin

COMPARED = 16
"""Images that the file is compared with its references on."""


def furnish_module(train: Data, valid: Data, config: Config, run: Run) -> Room:
    """Take a float network, train it where that is wanted, quantise it, measure it."""
    frame = frame_of(train, config, (*train.images.shape[1:3], train.images.shape[3]), own=not config.module)
    parts = Parts(frame.arrays(train.images), train.labels, frame.arrays(valid.images), valid.labels)
    with seeded(run):
        model = imported(config.module) if config.module else small(frame.channels, len(train.classes))
        model.cpu().eval()
        width = outputs(model, torch.from_numpy(parts.train[:2])).shape[1]
        classes = named(train.classes, width, "module")
        if epochs := passes(config):
            fit(model, parts, config, run.stage("float"), epochs=epochs, rate=config.learning_rate)
        plain = outputs(model, torch.from_numpy(parts.valid)).numpy()
        made = make(model, parts, config, run.stage("quantised"))
        floats = compare.Tried(compare.FLOAT, made.plain(), None, plain.argmax(axis=1) == parts.valid_labels)
        own = compare.tried(name_of(config), made, parts)
        compare.Comparison.of(floats, own, {}, parts.valid).check(config)  # before others are tried
        others = compare.variants(model, parts, config, run.stage("study"))
        found = compare.Comparison.of(floats, own, others, parts.valid)
        study = _study(made, found, parts, config, frame)
    usual = int(np.bincount(train.labels, minlength=len(classes)).argmax())
    return Room(made.onnx, frame, classes, usual, 0, are_probabilities(plain), study)


def _study(made: Made, found: compare.Comparison, parts: Parts, config: Config, frame: Frame) -> Study:
    told = made.report(parts.valid[:COMPARED])
    other = found.others.get(twin(config))
    drawn = range_charts(found.own.reaches, other.reaches if isinstance(other, compare.Tried) else ())
    tables: list[Grid] = [
        found.methods(),
        *found.square(config),
        table(made.q),
        cut_table(found.own.reaches),
        operations_table(told.before, told.after),
    ]
    charts: list[Chart] = [*found.front(), *drawn, *sensitivity(made.q, parts.valid, parts.valid_labels)]
    n = min(COMPARED, len(parts.valid))
    notes = [
        found.price(),
        f"Exported by hanok's own writer; images are {frame.width} x {frame.height}, {_channels(frame)}.",
        f"On {n} validation images activations of the file differ by {told.reference_lsb} steps at most from the "
        f"whole-number reference, and {told.differing:.2%} of them from the quantised torch model, by {told.max_lsb} "
        "steps at most.",
        f"Stays float: {', '.join(made.q.stays_float) or 'nothing'}.",
        *found.notes,
    ]
    return Study(tables, charts, notes)


def _channels(frame: Frame) -> str:
    return "1 channel" if frame.channels == 1 else f"{frame.channels} channels"
