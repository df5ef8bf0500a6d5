"""What an evaluation of the quantize room shows."""

from __future__ import annotations

import numpy as np

from hanok.core.report import Chart, Measure, Report, Series
from hanok.parts.image import Pixels, thumbnail
from hanok.systems.quantize.data import Data, Ints
from hanok.systems.quantize.frame import shaped
from hanok.systems.quantize.items import Photo
from hanok.systems.quantize.room import Room

SHOWN = 20
"""Classes of the table of confusions."""


def report(room: Room, data: Data) -> Report:
    """Judge the exported file, and show what was found while it was made.

    Parameters
    ----------
    room : Room
        Fitted or loaded.
    data : Data
        Images of known classes.

    Raises
    ------
    Problem
        ``unknown_class``.
    """
    labels = room.places(data)
    chances = room.probabilities(room.frame.arrays(data.images))
    found = chances.argmax(axis=1)
    names = [room.classes[label] for label in labels.tolist()]
    study = room.study
    size = (
        f"The file has {len(room.onnx) / 1000:.1f} kB; figures of the tables and charts below are of validation images."
    )
    return Report(
        measures=[
            Measure(
                "accuracy",
                (found == labels).astype(np.float64),
                (labels == room.usual).astype(np.float64),
                about="of the exported file; the trivial answer is the commonest class",
            ),
            Measure(
                "log loss",
                -np.log(np.clip(chances[np.arange(len(labels)), labels], 1e-6, 1)),
                np.full(len(labels), np.log(len(room.classes))),
                maximize=False,
                unit="nats",
                about="how surprised it is by the right class; the trivial answer gives all the same chance",
            ),
        ],
        items=[Photo(image=_picture(image)) for image in data.images],
        expected=names,
        predicted=[room.classes[place] for place in found.tolist()],
        slices={"class": names},
        charts=[*_confusions(room, labels, found), *study.charts],
        tables=study.tables,
        notes=[size, *data.notes, *study.notes],
    )


def _picture(image: Pixels) -> bytes:
    height, width = image.shape[:2]
    return thumbnail(shaped(image, height, width, 3), max(height, width), format="png")


def _confusions(room: Room, labels: Ints, found: Ints) -> list[Chart]:
    """Shares of each class that were taken for others; of many classes the commonest."""
    sizes = np.bincount(labels, minlength=len(room.classes))
    shown = sorted(np.argsort(-sizes, kind="stable")[:SHOWN].tolist())
    heads = [room.classes[place] for place in shown]
    series = [
        Series(
            name=room.classes[one],
            x=heads,
            y=[round(float((found[labels == one] == other).mean()), 3) for other in shown],
        )
        for one in shown
        if sizes[one]
    ]
    return [
        Chart(title="Confusions", kind="heat", x_label="answer", y_label="share of the class's images", series=series)
    ]
