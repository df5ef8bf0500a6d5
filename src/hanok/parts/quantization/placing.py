"""Where a traced model is rounded: each activation once, behind whatever makes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from torch.fx import GraphModule, Node

from hanok.parts.quantization.grouping import Grouping
from hanok.parts.quantization.kinds import (
    LAYER_KINDS,
    MOVED,
    MULTIPLIED,
    RELUS,
    STORED,
    Words,
    belonging,
    nonnegative,
    operands,
    through,
    words,
)
from hanok.parts.quantization.quantizer import Quantizer
from hanok.parts.quantization.recipe import MOST_BITS, Recipe
from hanok.parts.quantization.weights import quantize_weights, rounding

NO_ARITHMETIC = MOVED | {"number", "placeholder", "output", "get_attr"}


def place(traced: GraphModule, recipe: Recipe, grouping: Grouping) -> list[str]:
    """Round weights and activations of a traced model in place.

    Returns
    -------
    list of str
        Operations that stay float, as ``"name: what it is"``.
    """
    kinds = words(traced)
    layers = [node for node in kinds if kinds[node] in LAYER_KINDS]
    whole = whole_numbers(traced, kinds) if recipe.activations else layers
    recipe.check(str(node.target) for node in layers)
    bits = {node: recipe.bits(str(node.target), node in (layers[0], layers[-1])) for node in layers}
    quantizers = []
    for source, few in _bits(whole, bits, recipe.activations, kinds).items():
        relu = kinds[source] if kinds[source] in RELUS else ""
        quantizer = Quantizer(source.name, few, recipe, grouping, nonnegative(source, kinds), relu)
        quantizers.append((source, quantizer))
    for node in layers:
        layer = traced.get_submodule(str(node.target))
        if not rounding(layer):
            quantize_weights(layer, bits[node][0], recipe)
    stays = _stay_float(traced, whole, kinds)
    for source, quantizer in quantizers:
        _round(traced, source, quantizer)
    traced.graph.lint()
    traced.recompile()
    return stays


def whole_numbers(traced: GraphModule, kinds: Words) -> list[Node]:
    """What is done with whole numbers: layers, products, and sums and pools that such a thing reads; in order."""
    found: list[Node] = []
    for node in reversed(traced.graph.nodes):
        word = kinds[node]
        if word in LAYER_KINDS or (word == "matmul" and len(operands(node, kinds)) == 2):
            found.append(node)
        elif word in STORED and _of_activations(node, kinds):
            readers = {reader for end in _ends(node, kinds) for reader in end.users}
            if readers.intersection(found):
                found.append(node)
    return found[::-1]


def _of_activations(node: Node, kinds: Words) -> bool:
    """Whether a sum has no part that is a number or a constant."""
    return kinds[node] != "add" or len(operands(node, kinds)) == 2


def _ends(node: Node, kinds: Words) -> list[Node]:
    """Nodes whose readers see the values of this one: itself, what belongs to it, what moves them."""
    ends = [belonging(node, kinds)[-1]]
    for end in ends:  # grows
        ends += [user for user in end.users if kinds[user] in MOVED and user not in ends]
    return ends


def _bits(
    whole: list[Node], layers: Mapping[Node, tuple[int, int | None]], activations: int | None, kinds: Words
) -> dict[Node, int]:
    """Of each activation that is rounded, how many bits: the fewest that a reader wants."""
    wanted: defaultdict[Node, list[int]] = defaultdict(list)
    if activations is None:
        return {}
    for node in whole:
        word = kinds[node]
        few = (layers[node][1] if node in layers else None) or activations
        for one in operands(node, kinds) if word != "embedding" else []:
            wanted[through(one, kinds)].append(few if word in MULTIPLIED else MOST_BITS)
        result = belonging(node, kinds)[-1]
        if word in STORED or (word == "conv" and any(user.op != "output" for user in result.users)):
            wanted[result].append(MOST_BITS)
    return {node: min(bits) for node, bits in wanted.items()}


def _stay_float(traced: GraphModule, whole: list[Node], kinds: Words) -> list[str]:
    done = {part for node in whole for part in belonging(node, kinds)}
    stay = [node for node in kinds if node not in done and kinds[node] not in NO_ARITHMETIC]
    return [f"{node.target if node.op == 'call_module' else node.name}: {_what(traced, node)}" for node in stay]


def _what(traced: GraphModule, node: Node) -> str:
    if node.op == "call_module":
        return type(traced.get_submodule(str(node.target))).__name__
    return str(getattr(node.target, "__name__", node.target))


def _round(traced: GraphModule, source: Node, quantizer: Quantizer) -> None:
    """Everything that reads `source` reads it rounded."""
    name = f"quantize_{source.name}"
    traced.add_submodule(name, quantizer)
    with traced.graph.inserting_after(source):
        rounded = traced.graph.call_module(name, (source,))
    source.replace_all_uses_with(rounded, delete_user_cb=lambda user: user is not rounded)
