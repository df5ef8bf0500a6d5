"""A quantised network as a list of steps on whole numbers, without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats32 = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

KEPT = frozenset({"maxpool", "reshape", "transpose", "slice"})
"""Steps that hand on the grid of their input."""


@dataclass(frozen=True, eq=False)
class Grid:
    """What the codes of an activation stand for: (code - zero_point) · scale.

    Parameters
    ----------
    scale : array (groups,), float32
    zero_point : array (groups,), uint8
    bits : int
        Codes are 0 to 2^bits - 1, whatever is stored.
    """

    scale: Floats32
    zero_point: npt.NDArray[np.uint8]
    bits: int

    @property
    def top(self) -> int:
        """The largest code."""
        return int(2**self.bits - 1)


@dataclass(frozen=True, eq=False)
class Step:
    """One operation.

    Parameters
    ----------
    op : str
        Such as "conv"; see `reference`.
    inputs : sequence of str
        Results of steps before, inputs or constants.
    output : str
    grid : Grid, optional
        Of the result; None: it is float, or as the step's input where that is only moved.
    attributes : mapping
        Strides, axes, shapes.
    arrays : mapping of str to array
        ``weight`` (out, in, ...), int8 with ``weight_scale`` (out,), float32, or float32 without; ``bias`` (out,).
    """

    op: str
    inputs: Sequence[str]
    output: str
    grid: Grid | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether it has whole-number weights."""
        return "weight_scale" in self.arrays

    def weights(self) -> Floats32:
        """Its weights as floats, (out, ...)."""
        weights = self.arrays["weight"]
        if not self.whole:
            return weights
        return np.asarray(weights * self.arrays["weight_scale"].reshape(-1, *[1] * (weights.ndim - 1)), np.float32)


@dataclass(frozen=True, eq=False)
class Program:
    """Steps in the order of their execution.

    Parameters
    ----------
    inputs : mapping of str to (str, shape)
        Type, and sizes without the batch.
    steps : sequence of Step
    outputs : mapping of str to shape
    constants : mapping of str to array
        Float32.
    groups : int
        Groups of inputs that have ranges of their own.
    """

    inputs: Mapping[str, tuple[str, tuple[int, ...]]]
    steps: Sequence[Step]
    outputs: Mapping[str, tuple[int, ...]]
    constants: Mapping[str, Array]
    groups: int = 1

    def grids(self) -> dict[str, Grid]:
        """Of every result that is kept as codes."""
        found: dict[str, Grid] = {}
        for step in self.steps:
            grid = found.get(step.inputs[0]) if step.op in KEPT else step.grid
            if grid is not None:
                found[step.output] = grid
        return found


def bias_codes(step: Step, grid: Grid) -> npt.NDArray[np.int32]:
    """The bias of a layer in units of input scale · weight scale, for each group: (groups, out).

    In float32, as a file computes it while it is loaded. It fits 32 bits: `whole_weights` sees to that.
    """
    unit = grid.scale[:, None] * step.arrays["weight_scale"]
    return np.asarray(np.rint(step.arrays["bias"].astype(np.float32) / unit), np.int32)
