"""A program as an ONNX graph."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph import Builder
from hanok.parts.quantization.branches import BIAS, DOMAIN, GROUP, branched
from hanok.parts.quantization.operators import emit
from hanok.parts.quantization.program import KEPT, Floats32, Grid, Program, Step, bias_codes
from hanok.parts.quantization.storing import stored

if TYPE_CHECKING:
    import onnx

QDQ, QOPERATOR = "qdq", "qoperator"
"""Forms: operations on floats between rounding, which the runtime fuses; operations on codes."""
MICROSOFT = "com.microsoft"
Key = tuple[str, bytes]


def write(program: Program, form: str) -> onnx.ModelProto:
    """Write a program down.

    Parameters
    ----------
    program : Program
        What `lower` gives.
    form : str
        `QDQ` or, where groups have ranges of their own, `QOPERATOR`; the file then has an input `GROUP`, int64 (1,).

    Returns
    -------
    onnx.ModelProto
        Activations are uint8 and weights int8. Results kept as codes have the names that they have in the program.

    Source
    ------
    ONNX operators QuantizeLinear, QLinearConv, QLinearMatMul; ONNX Runtime's QGemm, QLinearAdd and QLinearConcat.
    """
    writer = Writer(program, form)
    for step in program.steps:
        writer.step(step)
    open_ = {name: tuple(None if size < 0 else size for size in shape[1:]) for name, shape in program.outputs.items()}
    outputs = {name: ("float32", widths) for name, widths in open_.items()}
    if program.groups == 1:
        return writer.graph.model(outputs)
    return branched(writer.graph, program.inputs, outputs, program.groups)


class Writer:
    """Adds one step after another to a graph."""

    def __init__(self, program: Program, form: str) -> None:
        inputs: dict[str, Any] = dict(program.inputs)
        self.operators, self.grids = form == QOPERATOR, program.grids()
        self.moving = program.groups > 1
        self.on_codes = {"add", "matmul"} | ({"concat"} if not self.moving else set())  # QLinearConcat fits no function
        if self.moving:
            inputs[GROUP] = ("int64", None)
        self.graph = Builder(inputs)
        self.layers = [step for step in program.steps if step.whole and step.inputs[0] in self.grids]
        for name, array in program.constants.items():
            self.graph.constant(array, name)
        self._written: dict[Key, str] = {}  # arrays
        self._numbers: dict[Key, str] = {}  # of the group, by those of all
        self._scalars: dict[str, str] = {}
        if self.moving:
            self._look_up()

    def _look_up(self) -> None:
        """Numbers of the group, and floats of the layers, as few constants that are cut into what operations read.

        In a function each constant takes some 50 bytes more than its numbers. Zero points are looked up even where all
        groups have the same: where they are constants and biases are not yet, versions of onnxruntime leave out biases.
        """
        grids = self.grids.values()
        for name, rows in (("scale", [grid.scale for grid in grids]), ("zero", [grid.zero_point for grid in grids])):
            found = {_key(row): row for row in rows}
            row = self.graph.add("Gather", self.graph.constant(np.stack(list(found.values()))), GROUP, axis=1)
            self._numbers |= self._cut(row, name, found, num_outputs=len(found))
        floats = {_key(one): one for step in self.layers for one in _floats(step)}
        if floats:
            sizes = self.graph.constant(np.array([len(one) for one in floats.values()]))
            whole = self.graph.constant(np.concatenate(list(floats.values())))
            self._written |= self._cut(whole, "floats", floats, sizes)

    def _cut(self, vector: str, name: str, keys: Iterable[Key], *sizes: str, **settings: Any) -> dict[Key, str]:
        """The names of the pieces of a vector."""
        pieces = {key: f"{name}{place}" for place, key in enumerate(keys)}
        self.graph.add("Split", vector, *sizes, outputs=list(pieces.values()), **settings)
        return pieces

    def step(self, step: Step) -> None:
        """Add one."""
        before = [self.grids.get(name) for name in step.inputs]
        if step.op in KEPT:
            emit(self.graph, step, list(step.inputs), step.output)
        elif step.op == "quantize":
            self.encode(step.inputs[0], self.grids[step.output], step.output)
        elif step.op == "decode":
            self.decode(step.inputs[0], step.output)
        elif step in self.layers:
            (self._conv if step.op == "conv" else self._linear)(step)
        elif self.operators and step.grid and step.op in self.on_codes and all(before):
            self._on_codes(step)
        else:
            given = [self.decode(name) if grid else name for name, grid in zip(step.inputs, before, strict=True)]
            self._then(emit(self.graph, step, given, self._float_name(step)), step)

    # -- codes and floats ----------------------------------------------------------------------------------------------

    def encode(self, name: str, grid: Grid, output: str) -> str:
        """Codes of a float result."""
        return self._clipped(
            grid, output, lambda made: self.graph.add("QuantizeLinear", name, *self.of(grid), name=made)
        )

    def decode(self, name: str, output: str = "") -> str:
        """Float values of codes."""
        return self.graph.add("DequantizeLinear", name, *self.of(self.grids[name]), name=output)

    def of(self, grid: Grid) -> list[str]:
        """Scale and zero point, as names of scalars."""
        if not self.moving:
            return self._rows(grid)
        for name in self._rows(grid):
            if name not in self._scalars:
                self._scalars[name] = self.graph.add("Squeeze", name)
        return [self._scalars[name] for name in self._rows(grid)]

    def _rows(self, grid: Grid) -> list[str]:
        """The same for layers, which take the axis of what was cut out of a vector."""
        return [self.row(grid.scale), self.row(grid.zero_point)]

    def row(self, rows: npt.NDArray[Any]) -> str:
        """The group's number of an array (groups,), or the only one."""
        return self._numbers[_key(rows)] if self.moving else self.constant(rows[0])

    def constant(self, array: npt.NDArray[Any]) -> str:
        """An array, once."""
        key = _key(array)
        if key not in self._written:
            self._written[key] = self.graph.constant(array)
        return self._written[key]

    def _clipped(self, grid: Grid, output: str, add: Any) -> str:
        """Codes of fewer than 8 bits are cut off at their largest."""
        if grid.top == 255:
            return str(add(output))
        wide = add(f"{output}_wide")
        return self.graph.add("Clip", wide, "", self.graph.constant(np.uint8(grid.top)), name=output)

    def _float_name(self, step: Step) -> str:
        return f"{step.output}_float" if step.grid else step.output

    def _then(self, name: str, step: Step) -> None:
        if step.grid:
            self.encode(name, step.grid, step.output)

    # -- layers --------------------------------------------------------------------------------------------------------

    def _learnt(self, step: Step, grid: Grid, codes: npt.NDArray[Any]) -> list[str]:
        """Codes, scales, zero points and bias of a layer that reads `grid`, as names."""
        bias, scale = _floats(step)
        weights = [stored(self.graph, codes, f"{step.output}_weight"), self.constant(scale)]
        weights.append(self.constant(np.zeros(len(scale), np.int8)))
        if self.moving:
            given = [self.constant(bias), self.row(grid.scale), self.constant(scale)]
            return [*weights, self.graph.add(BIAS, *given, domain=DOMAIN)]
        return [*weights, self.graph.constant(bias_codes(step, grid)[0])]

    def _decoded_layer(self, step: Step, grid: Grid, codes: npt.NDArray[Any], axis: int) -> list[str]:
        """Weights and bias as floats, behind codes."""
        *weights, bias = self._learnt(step, grid, codes)
        if self.moving:
            unit = self.graph.add("Mul", self.row(grid.scale), weights[1])
        else:
            unit = self.graph.constant(grid.scale[0] * step.arrays["weight_scale"])
        decoded = self.graph.add("DequantizeLinear", *weights, axis=axis)
        return [decoded, self.graph.add("DequantizeLinear", bias, unit, axis=0)]

    def _conv(self, step: Step) -> None:
        name, codes = step.inputs[0], step.arrays["weight"]
        grid, out = self.grids[name], step.grid
        settings = _windows(step) | {"group": step.attributes["groups"]}
        if not (self.operators and out):
            given = [self.decode(name), *self._decoded_layer(step, grid, codes, 0)]
            self._then(self.graph.add("Conv", *given, name=self._float_name(step), **settings), step)
            return
        *weights, bias = self._learnt(step, grid, codes)
        given = [name, *self._rows(grid), *weights, *self._rows(out), bias]
        self._clipped(out, step.output, lambda made: self.graph.add("QLinearConv", *given, name=made, **settings))

    def _linear(self, step: Step) -> None:
        """A product of matrices; further axes are one with the batch meanwhile."""
        name, codes, shape = step.inputs[0], step.arrays["weight"].T, step.attributes["shape"]
        flat = Step(step.op, [name], f"{step.output}_flat", step.grid, {}, step.arrays) if len(shape) > 2 else step
        if flat is not step:
            rows = self.graph.constant(np.array([-1, len(codes)]))
            self.grids[f"{step.output}_rows"] = self.grids[name]
            name = self.graph.add("Reshape", name, rows, name=f"{step.output}_rows")
        if self.operators:
            self._on_rows(flat, name, codes)
        else:
            given = [self.decode(name), *self._decoded_layer(flat, self.grids[name], codes, 1)]
            self._then(self.graph.add("Gemm", *given, name=self._float_name(flat)), flat)
        if flat is not step:
            self.graph.add("Reshape", flat.output, self.graph.constant(np.array(shape)), name=step.output)

    def _on_rows(self, step: Step, name: str, codes: npt.NDArray[Any]) -> None:
        given = [name, *self._rows(self.grids[name]), *self._learnt(step, self.grids[name], codes)]
        if step.grid is None:
            self.graph.add("QGemm", *given, name=step.output, domain=MICROSOFT)
            return
        given += self._rows(step.grid)
        self._clipped(step.grid, step.output, lambda made: self.graph.add("QGemm", *given, name=made, domain=MICROSOFT))

    def _on_codes(self, step: Step) -> None:
        """A sum, a concatenation or a product of two activations."""
        assert step.grid
        parts = [[name, *self.of(self.grids[name])] for name in step.inputs]
        out, flat = self.of(step.grid), [name for part in parts for name in part]
        if step.op == "matmul":
            operation, given, more = "QLinearMatMul", [*flat, *out], {}
        elif step.op == "add":
            operation, given, more = "QLinearAdd", [*flat, *out], {"domain": MICROSOFT}
        else:
            more = {"domain": MICROSOFT, "axis": step.attributes["axis"]}
            operation, given = "QLinearConcat", [*out, *flat]
        self._clipped(step.grid, step.output, lambda made: self.graph.add(operation, *given, name=made, **more))


def _windows(step: Step) -> dict[str, Any]:
    """Strides, padding and dilation as ONNX calls them."""
    settings = step.attributes
    return {"strides": settings["stride"], "pads": [*settings["padding"]] * 2, "dilations": settings["dilation"]}


def _floats(step: Step) -> tuple[Floats32, Floats32]:
    """Bias and scales of a layer."""
    return step.arrays["bias"].astype(np.float32), step.arrays["weight_scale"]


def _key(array: npt.NDArray[Any]) -> Key:
    """What equal arrays have in common."""
    return f"{array.dtype}{array.shape}", array.tobytes()
