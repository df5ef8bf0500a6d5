from __future__ import annotations

import numpy as np
import pytest
from planted import world

torch = pytest.importorskip("torch")

from hanok.parts.graph.gcn import GCN  # noqa: E402
from hanok.parts.graph.messages import Messages  # noqa: E402
from hanok.parts.graph.relations import relations_of  # noqa: E402

WORLD = world(n_cells=20, n_drugs=6, n_genes=10)
TYPES = WORLD.graph.types.astype(np.int64)
MESSAGES = Messages(WORLD.graph.adjacency, TYPES, relations_of(WORLD.graph.adjacency, TYPES))


def network(layers: int, size: int = 5) -> GCN:
    gcn, generator = GCN(size, layers), torch.Generator().manual_seed(0)
    for values in gcn.parameters():
        torch.nn.init.normal_(values, generator=generator)
    return gcn


def inputs(size: int = 5) -> torch.Tensor:
    return torch.randn(len(WORLD.graph), size, generator=torch.Generator().manual_seed(1))


def test_a_layer_is_that_of_the_paper_and_the_input_added() -> None:
    gcn, x = network(2), inputs().numpy()
    near = WORLD.graph.adjacency.toarray() + np.eye(len(x))
    near /= np.sqrt(np.outer(near.sum(1), near.sum(1)))
    for depth, layer in enumerate(gcn.layers):
        taken = near @ x @ layer.weight.detach().numpy().T + layer.bias.detach().numpy()
        x = x + (np.maximum(taken, 0) if depth == 0 else taken)
    np.testing.assert_allclose(gcn(inputs(), MESSAGES).tolist(), x, atol=1e-4, rtol=1e-4)


@pytest.mark.slow  # torch_geometric takes seconds to import
def test_a_layer_is_that_of_torch_geometric_and_the_input_added() -> None:
    geometric = pytest.importorskip("torch_geometric.nn")
    gcn, x = network(2), inputs()
    edges = torch.stack([MESSAGES.structure.row, MESSAGES.structure.col.long()])
    for depth, layer in enumerate(gcn.layers):
        peer = geometric.GCNConv(5, 5)
        peer.load_state_dict({"lin.weight": layer.weight, "bias": layer.bias})
        taken = peer(x, edges, MESSAGES.weights)
        x = x + (torch.relu(taken) if depth == 0 else taken)
    np.testing.assert_allclose(gcn(inputs(), MESSAGES).tolist(), x.tolist(), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("layers", [1, 2])
def test_a_vector_depends_on_what_is_as_near_as_there_are_layers(layers: int) -> None:
    x = inputs().requires_grad_()
    network(layers)(x, MESSAGES)[3].sum().backward()
    near = np.linalg.matrix_power(WORLD.graph.adjacency.toarray() + np.eye(len(x)), layers)[3] > 0
    assert x.grad is not None
    assert (x.grad.abs().sum(1) > 0).tolist() == near.tolist()


def test_hidden_edges_carry_nothing() -> None:
    pair = WORLD.responses.positives[:1]
    cell, drug = pair[0].tolist()
    x = inputs().requires_grad_()
    network(1)(x, MESSAGES, MESSAGES.places(pair))[cell].sum().backward()
    assert x.grad is not None
    assert not x.grad[drug].any()
    assert x.grad[cell].any()
