"""The same as the trained network computes, in NumPy and SciPy: answers need no torch."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags_array  # type: ignore[import-untyped]

from hanok.parts.graph.inputs import Inputs
from hanok.parts.graph.relations import Relations, kinds

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Weights = Mapping[str, Floats32]
"""Parameters of the network, by the names that torch gives them."""

KEPT = np.float32(0.5)
"""β of the GTN."""


def forward(kind: str, weights: Weights, inputs: Inputs, adjacency: csr_matrix, relations: Relations) -> Floats32:
    """Vectors of all nodes, (n, d), from a network's parameters.

    Parameters
    ----------
    kind : "gcn" or "gtn"
        Which network it was.
    weights : mapping of str to array
        Its parameters.
    inputs : Inputs
        The nodes.
    adjacency : csr_matrix (n, n)
        Symmetric; without the self loops.
    relations : sequence of (int, int)
        Pairs of types, in the order of training.
    """
    x = weights["own"][inputs.own] * inputs.known[:, None].astype(np.float32) + weights["types"][inputs.types]
    for kind_of_node, (at, rows) in inputs.features.items():
        x[at] += rows @ weights[f"features.{kind_of_node}"].T
    return _gcn(weights, x, adjacency) if kind == "gcn" else _gtn(weights, x, adjacency, inputs.types, relations)


def _gcn(weights: Weights, x: Floats32, adjacency: csr_matrix) -> Floats32:
    scale = (1 / np.sqrt(adjacency.sum(axis=1).A1 + 1)).astype(np.float32)
    passed = diags_array(scale) @ adjacency @ diags_array(scale) + diags_array(scale * scale)
    depth = sum(name.startswith("encoder.layers.") and name.endswith(".weight") for name in weights)
    for layer in range(depth):
        name = f"encoder.layers.{layer}"
        taken = (passed @ x) @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        x = x + (np.maximum(taken, 0) if layer + 1 < depth else taken)
    return x.astype(np.float32, copy=False)


def _gtn(weights: Weights, x: Floats32, adjacency: csr_matrix, types: Ints, relations: Relations) -> Floats32:
    kind, known, group, n_groups = kinds(adjacency, types, relations)
    total = np.bincount(group, adjacency.data, n_groups)
    shares = (adjacency.data * known / total[group]).astype(np.float32)
    choices = np.exp(weights["encoder.choices"])
    choices /= choices.sum(axis=2, keepdims=True)
    given = []
    for channel in range(choices.shape[1]):
        h = start = x @ weights[f"encoder.inputs.{channel}.weight"].T
        for chosen in choices[:, channel]:
            values = shares * chosen[kind]
            passed = csr_matrix((values, adjacency.indices, adjacency.indptr), shape=adjacency.shape)
            h = passed @ h + chosen[-1] * h
        given.append(np.maximum(KEPT * start + (1 - KEPT) * h, 0))
    mixed = np.concatenate(given, axis=1) @ weights["encoder.output.weight"].T + weights["encoder.output.bias"]
    return (x + mixed).astype(np.float32, copy=False)
