"""A labelled line, and whether an engine reads it right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.ocr.engine import Engine, Kind, Line
from hanok.parts.ocr.evidence import Evidence


class Sample(NamedTuple):
    """A labelled line.

    Parameters
    ----------
    line : array (height, width), uint8
        Prepared as it will be when it is read.
    text : str
        What it says.
    kind : "number" or "text"
    source : str
        Where it comes from, such as a design or a degradation: readers are compared for each apart.
    picture : str
        Which it is of; pictures that say the same are one.
    """

    line: Line
    text: str
    kind: Kind = "text"
    source: str = ""
    picture: str = ""


def right(engine: Engine, samples: Sequence[Sample]) -> npt.NDArray[np.bool_]:
    """Which lines (n_samples,) an engine reads as they are labelled, in the spelling of their kind."""
    found = np.zeros(len(samples), dtype=np.bool_)
    for place, sample in enumerate(samples):
        (reading,) = engine.read([sample.line], sample.kind)
        spelt = Evidence(sample.kind).spelt
        found[place] = spelt(reading.text) == spelt(sample.text)
    return found
