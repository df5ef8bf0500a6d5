from __future__ import annotations

import numpy as np
import pytest
from planted import world

torch = pytest.importorskip("torch")

from hanok.parts.graph.gtn import GTN  # noqa: E402
from hanok.parts.graph.messages import Messages  # noqa: E402
from hanok.parts.graph.relations import relations_of  # noqa: E402

WORLD = world(n_cells=12, n_drugs=5, n_genes=8)
TYPES = WORLD.graph.types.astype(np.int64)
RELATIONS = relations_of(WORLD.graph.adjacency, TYPES)
MESSAGES = Messages(WORLD.graph.adjacency, TYPES, RELATIONS)


def network(layers: int = 2, channels: int = 2, size: int = 4) -> GTN:
    gtn, generator = GTN(size, layers, channels, len(RELATIONS)), torch.Generator().manual_seed(0)
    for values in gtn.parameters():
        torch.nn.init.normal_(values, generator=generator)
    return gtn


def inputs(size: int = 4) -> torch.Tensor:
    return torch.randn(len(WORLD.graph), size, generator=torch.Generator().manual_seed(1))


def by_formula(gtn: GTN, x: torch.Tensor) -> torch.Tensor:
    """The same with dense matrices, multiplied into one before anything passes over them."""
    dense = torch.tensor(WORLD.graph.adjacency.toarray())
    parts = []
    for one, other in RELATIONS:
        part = dense * torch.tensor((one == TYPES)[:, None] & (other == TYPES))
        parts.append(part / part.sum(1, keepdim=True).clamp_min(1e-9))
    matrices = torch.stack([*parts, torch.eye(len(dense))])
    given = []
    for channel, project in enumerate(gtn.inputs):
        path = torch.eye(len(dense))
        for choices in gtn.choices[:, channel]:
            path = torch.einsum("k,kij->ij", torch.softmax(choices, 0), matrices) @ path
        start = project(x)
        given.append(torch.relu(0.5 * start + 0.5 * path @ start))
    return x + gtn.output(torch.cat(given, 1))


@pytest.mark.parametrize(("layers", "channels"), [(1, 1), (2, 2), (3, 1)])
def test_vectors_and_gradients_are_those_of_the_formula(layers: int, channels: int) -> None:
    gtn = network(layers, channels)
    found, gradients = [], []
    for forward in (lambda x: gtn(x, MESSAGES), lambda x: by_formula(gtn, x)):
        gtn.zero_grad()
        x = inputs().requires_grad_()
        z = forward(x)
        (z * torch.arange(4)).sin().sum().backward()
        found.append(z.detach())
        gradients.append([x.grad, *(values.grad.clone() for values in gtn.parameters())])
    np.testing.assert_allclose(*(z.tolist() for z in found), atol=1e-5, rtol=1e-4)
    for ours, theirs in zip(*gradients, strict=True):
        np.testing.assert_allclose(ours.tolist(), theirs.tolist(), atol=1e-4, rtol=1e-3)


def test_it_walks_the_kinds_of_edges_that_it_has_chosen() -> None:
    gtn = network(2, 1)
    cell, gene = (WORLD.graph.type_names.index(name) for name in ("cell", "gene"))
    with torch.no_grad():
        gtn.choices.fill_(-50)
        gtn.choices[0, 0, RELATIONS.index((gene, gene))] = 50  # applied first: genes take in genes
        gtn.choices[1, 0, RELATIONS.index((cell, gene))] = 50  # then cells genes
    x = inputs().requires_grad_()
    one = int(WORLD.cells[0])
    gtn(x, MESSAGES)[one].sum().backward()
    assert x.grad is not None
    moved = set(np.flatnonzero(x.grad.abs().sum(1) > 1e-9).tolist())  # softmax leaves the others a trace
    a = WORLD.graph.adjacency.toarray() > 0
    genes = set(WORLD.graph.of_type("gene").tolist())
    reached = {int(h) for g in genes & set(np.flatnonzero(a[one])) for h in np.flatnonzero(a[g]) if h in genes}
    assert moved <= reached | {one}
    assert len(moved) > 1
