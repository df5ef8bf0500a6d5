"""Optimising: the same network in a smaller file, at a stated price. Needs onnx, not torch."""

from __future__ import annotations

from dataclasses import replace

from hanok.core.numbers import number
from hanok.core.report import Grid
from hanok.core.run import Run
from hanok.parts.quantization import Runner, Smaller, smaller
from hanok.systems.quantize import compare
from hanok.systems.quantize.config import Config
from hanok.systems.quantize.data import Data
from hanok.systems.quantize.frame import Floats32
from hanok.systems.quantize.room import Room
from hanok.systems.quantize.study import Cell

PRICE, BITS = "Made smaller", "Bits of weights"


def optimized(room: Room, calibration: Data, config: Config, run: Run) -> Room:
    """The same room with a smaller file.

    Parameters
    ----------
    room : Room
        As fitted, or optimised already.
    calibration : Data
        Validation images: bits are chosen by them.
    config : Config
        Its `most_lost` is the price that may be paid.
    run : Run
        Is told of the steps.

    Raises
    ------
    Problem
        ``cannot_optimize``.
    """
    images, labels = room.frame.arrays(calibration.images), room.places(calibration)
    found = smaller(
        room.onnx,
        [images],
        lambda answers: float((answers.argmax(axis=1) == labels).mean()),
        most_lost=config.most_lost,
        batch=room.batch,
        report=run.stage("optimize").report,
    )
    before = [table for table in room.study.tables if table.title not in (PRICE, BITS, "Layers")]
    tables = [_price(room, found, images), _bits(found), *before]
    notes = [_note(found, config), *(one for one in room.study.notes if not one.startswith(PRICE))]
    return replace(room, onnx=found.model, study=replace(room.study, tables=tables, notes=notes))


def _note(found: Smaller, config: Config) -> str:
    (size, ours), (old, theirs) = found.after, found.before
    return (
        f"{PRICE}, for at most {config.most_lost:.1%} of the validation images: accuracy {number(ours)} instead of "
        f"{number(theirs)}, {number(size, 'B')} instead of {number(old, 'B')}. What is shown of ranges, ways and "
        "sensitivity was measured before."
    )


def _price(room: Room, found: Smaller, images: Floats32) -> Grid:
    """Before and after."""
    batch = room.batch or 1
    taken = compare.milliseconds([Runner(room.onnx), Runner(found.model)], images[:1].repeat(batch, axis=0))
    rows: list[list[Cell]] = [
        [name, round(price.bytes / 1000, 2), round(price.quality, 4), round(ms / batch, 3)]
        for name, price, ms in zip(("before", "after"), (found.before, found.after), taken, strict=True)
    ]
    note = f"Accuracy on {len(images)} validation images; latency of one image here, one thread, in turns."
    return Grid(title=PRICE, columns=["", "file, kB", "accuracy", "ms"], rows=rows, note=note)


def _bits(found: Smaller) -> Grid:
    rows: list[list[Cell]] = [[name, *bits] for name, bits in found.bits.items()]
    return Grid(title=BITS, columns=["weight", "numbers", "bits before", "bits now"], rows=rows)
