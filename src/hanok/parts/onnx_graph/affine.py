"""Which tensors of a graph are an affine function of its inputs, and which function that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph.build import library
from hanok.parts.onnx_graph.tidy import constants

if TYPE_CHECKING:
    import onnx

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Affine:
    """Σ source @ terms[source] + bias, for every row alike.

    Parameters
    ----------
    terms : mapping of str to array (width of the source, n)
        One matrix per source.
    bias : array (n,)
        What is there when all sources are 0.
    """

    terms: Mapping[str, Floats]
    bias: Floats

    @property
    def width(self) -> int:
        """n, of the tensor it stands for."""
        return len(self.bias)

    def over(self, change: Callable[[Floats], Floats], bias: Floats | None = None) -> Affine:
        """A linear change of every row; `bias` in place of the changed bias."""
        moved = change(self.bias[None])[0] if bias is None else bias
        return Affine({source: change(matrix) for source, matrix in self.terms.items()}, moved)

    def __add__(self, other: Affine) -> Affine:
        terms = dict(self.terms)
        for source, matrix in other.terms.items():
            terms[source] = terms[source] + matrix if source in terms else matrix
        return Affine(terms, self.bias + other.bias)


def affine_maps(model: onnx.ModelProto, cut: Iterable[str] = ()) -> dict[str, Affine]:
    """Every tensor that is an affine function of sources, computed in float64.

    Sources are the inputs of type float with two axes, batch and features, and every such result of an operation that
    is not followed. Followed are MatMul and Gemm with a constant, Add, Sub, Mul and Div with constant rows, Neg, Gather
    and Concat of columns, and Identity.

    Parameters
    ----------
    model : onnx.ModelProto
        Its constants folded.
    cut : iterable of str
        Tensors that are taken as sources, too: what depends on them is told as a function of them.

    Returns
    -------
    dict of str to Affine
        A source is the function of itself.

    Example
    -------
    >>> from hanok.parts.onnx_graph import Builder
    >>> graph = Builder({"x": ("float32", 2)})
    >>> y = graph.add("Sub", "x", graph.constant(np.array([1, 2], np.float32)))
    >>> z = graph.add("MatMul", y, graph.constant(np.array([[2], [1]], np.float32)), name="z")
    >>> found = affine_maps(graph.model({z: ("float32", 1)}))["z"]
    >>> found.terms["x"].tolist(), found.bias.tolist()
    ([[2.0], [1.0]], [-4.0])
    """
    fixed = {name: array.astype(np.float64) for name, array in constants(model).items() if array.dtype.kind in "fiu"}
    wide = widths(model)
    found = {value.name: _source(value.name, wide[value.name]) for value in model.graph.input if value.name in wide}
    cut = set(cut)
    for node in model.graph.node:
        result = _follow(node, found, fixed)
        if result is not None:
            name = node.output[0]
            found[name] = _source(name, result.width) if name in cut else result
        else:
            found |= {name: _source(name, wide[name]) for name in node.output if name in wide}
    return found


def widths(model: onnx.ModelProto) -> dict[str, int]:
    """Tensors of type float with the batch axis of the inputs and a fixed number of features."""
    onnx = library()
    float32 = onnx.TensorProto.FLOAT
    known = onnx.shape_inference.infer_shapes(model).graph
    found, batch = {}, ""
    for value in (*known.input, *known.value_info, *known.output):
        kind = value.type.tensor_type
        dims = kind.shape.dim
        if kind.elem_type == float32 and len(dims) == 2 and dims[0].dim_param and dims[1].HasField("dim_value"):
            batch = batch or dims[0].dim_param
            if dims[0].dim_param == batch:
                found[value.name] = dims[1].dim_value
    return found


def _source(name: str, width: int) -> Affine:
    return Affine({name: np.eye(width)}, np.zeros(width))


def _follow(node: onnx.NodeProto, found: Mapping[str, Affine], fixed: Mapping[str, Floats]) -> Affine | None:
    attributes = {a.name: library().helper.get_attribute_value(a) for a in node.attribute}
    given = [found.get(name) for name in node.input]
    rows = [fixed.get(name) for name in node.input]
    first, constant = given[0] if given else None, rows[1] if len(rows) > 1 else None
    match node.op_type:
        case "Identity":
            return first
        case "Neg" if first:
            return first.over(np.negative)
        case "MatMul" if first and constant is not None and constant.ndim == 2:
            return first.over(lambda matrix: matrix @ constant)
        case "Gemm" if first and constant is not None and not attributes.get("transA"):
            return _gemm(first, constant, given, rows, attributes)
        case "Add" | "Sub":
            return _sum(given, rows, -1.0 if node.op_type == "Sub" else 1.0)
        case "Mul" | "Div":
            return _scaled(node.op_type, given, rows)
        case "Gather" if first and constant is not None and attributes.get("axis", 0) in (1, -1) and constant.ndim == 1:
            places = constant.astype(np.int64)
            return first.over(lambda matrix: matrix[:, places])
        case "Concat" if attributes.get("axis") in (1, -1) and all(given):
            return _beside([one for one in given if one])
    return None


def _gemm(
    first: Affine, matrix: Floats, given: list[Affine | None], rows: list[Floats | None], attributes: dict[str, Any]
) -> Affine | None:
    right = attributes.get("alpha", 1.0) * (matrix.T if attributes.get("transB") else matrix)
    product = first.over(lambda left: left @ right)
    if len(given) < 3:
        return product
    added = given[2] or _row(rows[2], product.width)
    beta = attributes.get("beta", 1.0)
    return product + added.over(lambda left: beta * left) if added else None


def _row(constant: Floats | None, width: int) -> Affine | None:
    """A constant that is the same for every row of the batch."""
    if constant is None or constant.ndim > 2 or (constant.ndim == 2 and constant.shape[0] != 1):
        return None
    try:
        return Affine({}, np.broadcast_to(constant.reshape(-1), (width,)).astype(np.float64))
    except ValueError:
        return None


def _sum(given: list[Affine | None], rows: list[Floats | None], sign: float) -> Affine | None:
    width = next((one.width for one in given if one), None)
    if width is None:
        return None
    first, second = (one or _row(row, width) for one, row in zip(given, rows, strict=True))
    if first is None or second is None or first.width != second.width:
        return None
    return first + second.over(lambda matrix: sign * matrix)


def _scaled(operation: str, given: list[Affine | None], rows: list[Floats | None]) -> Affine | None:
    one, by = (given[0], rows[1]) if given[0] else (given[1], rows[0])
    if one is None or by is None or (operation == "Div" and not given[0]):
        return None
    factor = _row(by, one.width)
    if factor is None:
        return None
    row = 1 / factor.bias if operation == "Div" else factor.bias
    return one.over(lambda matrix: matrix * row)


def _beside(given: list[Affine]) -> Affine:
    """Columns of several tensors side by side."""
    total = sum(one.width for one in given)
    whole = Affine({}, np.zeros(total))
    start = 0
    for one in given:
        place = slice(start, start + one.width)

        def widened(matrix: Floats, place: slice = place) -> Floats:
            wide = np.zeros((len(matrix), total))
            wide[:, place] = matrix
            return wide

        whole, start = whole + one.over(widened), start + one.width
    return whole
