"""The smallest graph with the same answers: affine stretches become as few products as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.parts.onnx_graph.affine import Affine, Floats, affine_maps, widths
from hanok.parts.onnx_graph.build import library
from hanok.parts.onnx_graph.tidy import (
    Array,
    constants,
    fold_constants,
    rebuilt,
    remove_dead,
    remove_identities,
)

if TYPE_CHECKING:
    import onnx

Ints = npt.NDArray[np.int64]
PRODUCTS = ("MatMul", "Gemm")


@dataclass(frozen=True)
class Slim:
    """A graph made smaller.

    Parameters
    ----------
    model : onnx.ModelProto
        With the outputs of the one it was made of.
    kept : mapping of str to array, int64
        Of each input the columns that are still read; give it those only.
    """

    model: onnx.ModelProto
    kept: Mapping[str, Ints]


def slim(model: onnx.ModelProto) -> Slim:
    """Fold constants, merge affine stretches, and remove what is dead: operations, constants, columns of the inputs.

    A stretch of operations that is an affine function of the inputs is computed in float64 and written down anew as
    one product per input, or, where that takes fewer multiplications, as products through the narrowest tensor of the
    stretch: a product of low rank stays one.

    Parameters
    ----------
    model : onnx.ModelProto
        Any graph; what is not understood stays as it is.

    Returns
    -------
    Slim
        Answers differ by rounding only.

    Example
    -------
    >>> from hanok.parts.onnx_graph import Builder, operations
    >>> graph = Builder({"x": ("float32", 3)})
    >>> centred = graph.add("Sub", "x", graph.constant(np.ones(3, np.float32)))
    >>> chosen = graph.add("Gather", centred, graph.constant([0, 2]), axis=1)
    >>> y = graph.add("MatMul", chosen, graph.constant(np.ones((2, 1), np.float32)), name="y")
    >>> small = slim(graph.model({y: ("float32", 1)}))
    >>> operations(small.model), small.kept["x"].tolist()
    (Counter({'Gemm': 1}), [0, 2])

    Source
    ------
    Constant folding and the removal of dead code are those of every compiler. Choosing between one product and two is
    the matrix chain problem (Cormen et al., "Introduction to Algorithms", section 15.2) with one place to cut.
    """
    model = remove_dead(remove_identities(fold_constants(model)))
    for target in _targets(model):
        model = _merged(model, target)
    return _narrowed(remove_dead(model))


def _targets(model: onnx.ModelProto) -> list[str]:
    """Affine results that leave the affine part: they are read by something else, or are outputs."""
    maps = affine_maps(model)
    followed = {name for name, found in maps.items() if name not in found.terms}
    leaving = {value.name for value in model.graph.output}
    for node in model.graph.node:
        if node.output[0] not in followed:
            leaving |= set(node.input)
    made = [name for node in model.graph.node for name in node.output]
    return [name for name in made if name in leaving and name in followed]


class _Plan(NamedTuple):
    """How a target is computed.

    Parameters
    ----------
    straight : dict of str to array
        Sources that go there in one product.
    narrow : list of (dict of str to array, array)
        Sources that go through a narrower sum, and the matrix from there.
    """

    straight: dict[str, Floats]
    narrow: list[tuple[dict[str, Floats], Floats]]

    @property
    def cost(self) -> int:
        """In multiplications."""
        around = sum(matrix.size + sum(m.size for m in terms.values()) for terms, matrix in self.narrow)
        return around + sum(matrix.size for matrix in self.straight.values())


def _merged(model: onnx.ModelProto, target: str) -> onnx.ModelProto:
    maps = affine_maps(model)
    whole = maps[target]
    written = _row_by_row(whole, target)
    if written is None:
        written = _written(_best(model, target, maps), whole.bias, target)
    nodes, arrays = written
    place = next(i for i, node in enumerate(model.graph.node) if target in node.output)
    kept = list(model.graph.node)
    return remove_dead(rebuilt(model, [*kept[:place], *nodes, *kept[place + 1 :]], {**constants(model), **arrays}))


def _best(model: onnx.ModelProto, target: str, maps: Mapping[str, Affine]) -> _Plan:
    """The cheapest plan found by adding, one by one, the tensor to go through that saves most."""
    free = [name for name in _before(model, target) if name in maps and name not in maps[name].terms]
    cuts: list[str] = []
    best = _plan(model, target, maps, cuts)
    while free:
        plans = {name: _plan(model, target, maps, [*cuts, name]) for name in free}
        name = min(plans, key=lambda name: plans[name].cost)
        if plans[name].cost >= best.cost:
            break
        best = plans[name]
        cuts.append(name)
        free.remove(name)
    return best


def _plan(model: onnx.ModelProto, target: str, maps: Mapping[str, Affine], cuts: Sequence[str]) -> _Plan:
    outer = affine_maps(model, cuts)[target].terms
    straight = {source: maps[target].terms[source] for source in outer if source not in cuts}
    narrow: list[tuple[dict[str, Floats], Floats]] = []
    for cut in (cut for cut in cuts if cut in outer):
        around = {source: matrix for source, matrix in maps[cut].terms.items() if source not in straight}
        twin = next((terms for terms, matrix in narrow if np.array_equal(matrix, outer[cut])), None)
        if twin is None:
            narrow.append((around, outer[cut]))
        else:  # two sums that go on alike are one sum
            twin.update({source: twin.get(source, 0) + matrix for source, matrix in around.items()})
    return _Plan(straight, narrow)


def _row_by_row(whole: Affine, target: str) -> tuple[list[onnx.NodeProto], dict[str, Array]] | None:
    """A function that only picks, scales and moves columns of one source, as that; None if it does more."""
    if len(whole.terms) != 1:
        return None
    ((source, matrix),) = whole.terms.items()
    if ((matrix != 0).sum(axis=0) != 1).any():
        return None
    make, writer = library().helper.make_node, _Writer(target)
    places = np.abs(matrix).argmax(axis=0)
    steps: list[tuple[str, Array, dict[str, int]]] = []
    if not np.array_equal(places, np.arange(len(matrix))):
        steps.append(("Gather", places, {"axis": 1}))
    scale = matrix[places, np.arange(whole.width)].astype(np.float32)
    if (scale != 1).any():
        steps.append(("Mul", scale, {}))
    if whole.bias.any() or not steps:
        steps.append(("Add", whole.bias.astype(np.float32), {}))
    before = source
    for number, (operation, array, attributes) in enumerate(steps, 1):
        constant, result = f"{target}.{operation}", target if number == len(steps) else f"{target}.{number}"
        writer.arrays[constant] = array
        writer.nodes.append(make(operation, [before, constant], [result], **attributes))
        before = result
    return writer.nodes, writer.arrays


def _before(model: onnx.ModelProto, target: str) -> list[str]:
    """Results that the target is made of, itself left out."""
    wanted, found = {target}, []
    for node in reversed(model.graph.node):
        if wanted & set(node.output):
            wanted |= set(node.input)
            found += [name for name in node.output if name != target]
    return found


def _written(plan: _Plan, bias: Floats, target: str) -> tuple[list[onnx.NodeProto], dict[str, Array]]:
    """Operations that compute the target as planned."""
    writer = _Writer(target)
    terms = dict(plan.straight)
    for number, (around, matrix) in enumerate(plan.narrow):
        terms[writer.sum(around, None, f"{target}.narrow{number}")] = matrix
    writer.sum(terms, bias, target)
    return writer.nodes, writer.arrays


class _Writer:
    """Sums of products as Gemm, each adding to the one before."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: dict[str, Array] = {}

    def sum(self, terms: Mapping[str, Floats], bias: Floats | None, name: str) -> str:
        make = library().helper.make_node
        before = ""
        if bias is not None and (bias.any() or not terms):
            before = self._keep(bias, "bias")
        for number, (source, matrix) in enumerate(terms.items()):
            result = name if number + 1 == len(terms) else f"{name}.{number}"
            weights = self._keep(matrix, "weights")
            if before:
                self.nodes.append(make("Gemm", [source, weights, before], [result]))
            else:
                self.nodes.append(make("MatMul", [source, weights], [result]))
            before = result
        return name

    def _keep(self, array: Floats, what: str) -> str:
        name = f"{self.prefix}.{what}{len(self.arrays)}"
        self.arrays[name] = array.astype(np.float32)
        return name


def _narrowed(model: onnx.ModelProto) -> Slim:
    """Without columns of the inputs that nobody picks or that only meet zeros."""
    arrays, nodes = constants(model), list(model.graph.node)
    inputs = {value.name for value in model.graph.input}
    kept = {name: np.arange(width) for name, width in widths(model).items() if name in inputs}
    for name in kept:
        readers = [node for node in nodes if name in node.input]
        if readers and all(_picks(node, name, arrays) for node in readers):
            used = np.unique(np.concatenate([_used(node, arrays) for node in readers]))
            kept[name] = used if len(used) else kept[name][:1]
            for node in readers:
                constant = arrays[node.input[1]]
                chosen = node.op_type == "Gather"
                arrays[node.input[1]] = np.searchsorted(kept[name], constant) if chosen else constant[kept[name]]
    new = rebuilt(model, nodes, arrays)
    for value in new.graph.input:
        if value.name in kept:
            value.type.tensor_type.shape.dim[1].dim_value = len(kept[value.name])
    new = remove_dead(remove_identities(_without_idle_picking(new)))
    library().checker.check_model(new)
    return Slim(new, kept)


def _picks(node: onnx.NodeProto, name: str, arrays: Mapping[str, Array]) -> bool:
    """Whether it reads columns of its first input only as its constant says."""
    if node.input[0] != name or len(node.input) < 2 or node.input[1] not in arrays or name in node.input[1:]:
        return False
    return (node.op_type in PRODUCTS and not node.attribute) or _gathers(node)


def _gathers(node: onnx.NodeProto) -> bool:
    axis = next((attribute.i for attribute in node.attribute if attribute.name == "axis"), 0)
    return node.op_type == "Gather" and axis == 1


def _used(node: onnx.NodeProto, arrays: Mapping[str, Array]) -> Ints:
    constant = arrays[node.input[1]]
    if node.op_type == "Gather":
        return np.unique(constant)
    return np.flatnonzero(constant.astype(np.bool_).any(axis=1))


def _without_idle_picking(model: onnx.ModelProto) -> onnx.ModelProto:
    """Picking all columns in order becomes an identity."""
    arrays, wide, nodes = constants(model), widths(model), []
    for node in model.graph.node:
        first = node.input[0] if node.input else ""
        picked = arrays.get(node.input[1]) if _gathers(node) and first in wide else None
        idle = picked is not None and np.array_equal(picked, np.arange(wide[first]))
        nodes.append(library().helper.make_node("Identity", [first], list(node.output)) if idle else node)
    return rebuilt(model, nodes, arrays)
