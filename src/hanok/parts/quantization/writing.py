"""A program as an ONNX graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph import Builder
from hanok.parts.quantization.operators import emit
from hanok.parts.quantization.program import KEPT, Grid, Program, Step, bias_codes

if TYPE_CHECKING:
    import onnx

QDQ, QOPERATOR = "qdq", "qoperator"
"""Forms: operations on floats between rounding, which the runtime fuses; operations on codes."""
GROUP = "cluster"
"""The input that says which ranges a batch has, where there are several."""
MICROSOFT = "com.microsoft"


def write(program: Program, form: str) -> onnx.ModelProto:
    """Write a program down.

    Parameters
    ----------
    program : Program
        What `lower` gives.
    form : str
        `QDQ`: scales are constants; `QOPERATOR`: they may be looked up by the input `GROUP`, int64 (1,).

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
    outputs = {name: ("float32", tuple(None if size < 0 else size for size in shape[1:])) for name, shape in
               program.outputs.items()}  # fmt: skip
    return writer.graph.model(outputs)


class Writer:
    """Adds one step after another to a graph."""

    def __init__(self, program: Program, form: str) -> None:
        inputs: dict[str, Any] = dict(program.inputs)
        self.operators, self.grids = form == QOPERATOR, program.grids()
        self.moving = program.groups > 1
        if self.moving:
            inputs[GROUP] = ("int64", None)
        self.graph = Builder(inputs)
        for name, array in program.constants.items():
            self.graph.constant(array, name)
        self.biases = {
            step.output: bias_codes(step, self.grids[step.inputs[0]])
            for step in program.steps
            if step.whole and step.op in ("conv", "linear")
        }
        self._rows: dict[int, str] = {}
        self._cut: dict[int, str] = {}
        if self.moving:
            self._look_up()

    def _look_up(self) -> None:
        """Everything that may differ between groups is looked up at once, and cut into what each operation reads.

        So are zero points that do not differ: where they are constants, onnxruntime packs biases with the weights, and
        versions of it then leave out a bias that is looked up.
        """
        grids = list({id(grid): grid for grid in self.grids.values()}.values())
        zeros = [grid.zero_point for grid in grids]
        group = self.graph.add("Squeeze", GROUP)
        for rows in ([grid.scale for grid in grids], zeros, list(self.biases.values())):
            if rows:
                tables = [one.reshape(len(one), -1) for one in rows]  # (groups, n) each
                row = self.graph.add("Gather", self.graph.constant(np.concatenate(tables, axis=1)), group)
                names = [f"{row}_{place}" for place in range(len(tables))]
                sizes = self.graph.constant(np.array([table.shape[1] for table in tables]))
                self.graph.add("Split", row, sizes, outputs=names, axis=0)
                self._rows |= {id(one): name for one, name in zip(rows, names, strict=True)}
                self._cut |= {id(one): self._common(one) for one in rows}

    def step(self, step: Step) -> None:
        """Add one."""
        before = [self.grids.get(name) for name in step.inputs]
        if step.op in KEPT:
            emit(self.graph, step, list(step.inputs), step.output)
        elif step.op == "quantize":
            self.encode(step.inputs[0], self.grids[step.output], step.output)
        elif step.op == "decode":
            self.decode(step.inputs[0], step.output)
        elif step.whole and step.op == "linear":
            self._linear(step)
        elif step.whole and step.op == "conv":
            self._conv(step)
        elif self.operators and step.grid and step.op in ("add", "concat", "matmul") and all(before):
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

    def of(self, grid: Grid) -> tuple[str, str]:
        """Scale and zero point, as names."""
        return self.row(grid.scale), self.row(grid.zero_point)

    def row(self, rows: npt.NDArray[Any]) -> str:
        """The group's row of an array (groups, ...), or the one that all groups have."""
        if id(rows) not in self._rows:  # arrays of the program: they outlive the writer
            self._rows[id(rows)] = self.graph.constant(rows[0])
        return self._rows[id(rows)]

    def _scalars(self, grid: Grid) -> list[str]:
        """The same without axes: what was cut out of a row has one, and sums take none."""
        for rows in (grid.scale, grid.zero_point):
            if self._cut.get(id(rows)) == "":
                self._cut[id(rows)] = self.graph.add("Squeeze", self.row(rows))
        return [self._cut.get(id(rows)) or self.row(rows) for rows in (grid.scale, grid.zero_point)]

    def _common(self, rows: npt.NDArray[Any]) -> str:
        """A constant where all groups have the same."""
        return self.graph.constant(rows[0]) if rows.ndim == 1 and (rows == rows[0]).all() else ""

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

    def _weights(self, step: Step, codes: npt.NDArray[Any], axis: int) -> tuple[str, str, str]:
        """Codes, scales and zero points of a layer, as names."""
        scale, zeros = step.arrays["weight_scale"], np.zeros(len(step.arrays["weight"]), np.int8)
        constant = self.graph.constant
        return constant(codes, f"{step.output}_weight"), constant(scale), constant(zeros)

    def _decoded_layer(self, step: Step, codes: npt.NDArray[Any], axis: int) -> list[str]:
        """Weights and bias as floats, behind codes."""
        grid = self.grids[step.inputs[0]]
        weights = self.graph.add("DequantizeLinear", *self._weights(step, codes, axis), axis=axis)
        unit = self.graph.constant(grid.scale[0] * step.arrays["weight_scale"])
        if self.moving:
            unit = self.graph.add("Mul", self.row(grid.scale), self.graph.constant(step.arrays["weight_scale"]))
        return [weights, self.graph.add("DequantizeLinear", self.row(self.biases[step.output]), unit, axis=0)]

    def _conv(self, step: Step) -> None:
        name, codes = step.inputs[0], step.arrays["weight"]
        settings = _windows(step) | {"group": step.attributes["groups"]}
        if not (self.operators and step.grid):
            given = [self.decode(name), *self._decoded_layer(step, codes, 0)]
            self._then(self.graph.add("Conv", *given, name=self._float_name(step), **settings), step)
            return
        grid, out = self.grids[name], step.grid
        given = [name, *self.of(grid), *self._weights(step, codes, 0), *self.of(out)]
        given.append(self.row(self.biases[step.output]))
        self._clipped(out, step.output, lambda made: self.graph.add("QLinearConv", *given, name=made, **settings))

    def _linear(self, step: Step) -> None:
        """A product of matrices; further axes are one with the batch meanwhile."""
        name, codes, shape = step.inputs[0], step.arrays["weight"].T, step.attributes["shape"]
        flat = Step(step.op, [name], f"{step.output}_flat", step.grid, {}, step.arrays) if len(shape) > 2 else step
        if flat is not step:
            rows = self.graph.constant(np.array([-1, len(codes)]))
            self.grids[f"{step.output}_rows"], self.biases[flat.output] = self.grids[name], self.biases[step.output]
            name = self.graph.add("Reshape", name, rows, name=f"{step.output}_rows")
        if self.operators:
            self._on_rows(flat, name, codes)
        else:
            given = [self.decode(name), *self._decoded_layer(step, codes, 1)]
            self._then(self.graph.add("Gemm", *given, name=self._float_name(flat)), flat)
        if flat is not step:
            self.graph.add("Reshape", flat.output, self.graph.constant(np.array(shape)), name=step.output)

    def _on_rows(self, step: Step, name: str, codes: npt.NDArray[Any]) -> None:
        grid, bias = self.grids[name], self.row(self.biases[step.output])
        given = [name, *self.of(grid), *self._weights(step, codes, 1), bias]
        if step.grid is None:
            self.graph.add("QGemm", *given, name=step.output, domain=MICROSOFT)
            return
        given += self.of(step.grid)
        self._clipped(step.grid, step.output, lambda made: self.graph.add("QGemm", *given, name=made, domain=MICROSOFT))

    def _on_codes(self, step: Step) -> None:
        """A sum, a concatenation or a product of two activations."""
        assert step.grid
        parts = [[name, *self._scalars(self.grids[name])] for name in step.inputs]
        out, flat = self._scalars(step.grid), [name for part in parts for name in part]
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
