"""Vectors of nodes: walks and skip-gram, or a graph network, over the network and what responds in training."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.run import Run
from hanok.parts.embedding import SGNS, ResponseAware, Sampler, Unigram, Walks, balanced
from hanok.parts.graph import GNN, Graph, Responses
from hanok.systems.network.config import Config

Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


def woven(network: Graph, responses: Responses, directed: bool) -> Graph:
    """The network with an edge for every responsive pair: what vectors are learnt from.

    Parameters
    ----------
    network : Graph
        Edges as they were listed.
    responses : Responses
        Of the training part only. An edge weighs as much as one of the network does on average, in both directions.
    directed : bool
        Else edges of the network, too, lead both ways, with the greater weight.
    """
    edges = network.adjacency if directed else network.adjacency.maximum(network.adjacency.T)
    weight = float(network.adjacency.data.mean()) if network.adjacency.nnz else 1.0
    pairs = responses.positives
    rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
    told = csr_matrix((np.full(len(rows), weight, np.float32), (rows, columns)), shape=edges.shape)
    return Graph(network.names, network.types, network.type_names, edges.maximum(told), directed)


def resisted(responses: Responses, config: Config) -> Ints:
    """Pairs that negatives are drawn from, (m, 2), in both directions: resistant pairs of training; none if plain."""
    if config.negatives == "plain":
        return np.zeros((0, 2), np.int64)
    pairs = responses.pairs[~responses.label]
    return np.concatenate([pairs, pairs[:, ::-1]])


def learn(graph: Graph, responses: Responses, features: Mapping[str, Floats32], config: Config, run: Run) -> Floats32:
    """Vectors of all nodes, (n, d); zeros of a node to which no edge leads.

    Parameters
    ----------
    graph : Graph
        As `woven` makes it.
    responses : Responses
        To learn from.
    features : mapping of type to array (n_of_type, n_features)
        For graph networks.
    config : Config
        Hyper-parameters.
    run : Run
        Is told of the epochs.

    Raises
    ------
    Unavailable
        gcn and gtn need torch.
    """
    if config.model == "node2vec":
        pairs = resisted(responses, config)
        sampler = ResponseAware(pairs, config.fraction, seed=run.seed) if len(pairs) else Unigram()
        return _walked(graph, np.union1d(responses.left, responses.right), sampler, config, run)
    gnn = GNN(
        config.model,
        config.vector_size,
        layers=config.layers,
        channels=config.channels,
        epochs=config.gnn_epochs,
        learning_rate=config.learning_rate,
        negative=config.negative,
        fraction=config.fraction if config.negatives == "response-aware" else 0.0,
        threads=run.threads,
        device=run.device,
        seed=run.seed,
    ).fit(graph, responses, features=features or None, report=run.report)
    edges = np.asarray(graph.adjacency.getnnz(axis=0) + graph.adjacency.getnnz(axis=1))
    vectors: Floats32 = np.where(edges[:, None] > 0, gnn.vectors, np.float32(0))
    return vectors


def places(network: Graph, lefts: Ints, config: Config, run: Run) -> Floats32:
    """Vectors of the network alone, (n, d), without any response: where left nodes have no features, these stand in.

    Parameters
    ----------
    network : Graph
        Edges as they were listed.
    lefts : array (n_left,), int64
        Where walks begin.
    config : Config
        Hyper-parameters, of walks whatever the model.
    run : Run
        Is told of the epochs.

    Returns
    -------
    array (n, d), float32
        (0, 0) where no left node has an edge.
    """
    nothing = Responses(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool))
    graph = woven(network, nothing, directed=False)
    if not graph.adjacency[lefts].nnz:
        return np.zeros((0, 0), np.float32)
    return unit(_walked(graph, lefts, Unigram(), config, run))


def placed(links: csr_matrix, places: Floats32) -> Floats32:
    """Mean place of the nodes that each left node has edges to, by weight, (n, d); NaN without any."""
    if not places.shape[1]:
        return np.zeros((links.shape[0], 0), np.float32)
    known = links.multiply((places != 0).max(axis=1, keepdims=True).T).tocsr()
    total = np.asarray(known.sum(axis=1), np.float32)
    found: Floats32 = np.where(total > 0, known @ places / np.where(total > 0, total, 1), np.nan).astype(np.float32)
    return found


def _walked(graph: Graph, starts: Ints, sampler: Sampler, config: Config, run: Run) -> Floats32:
    edges = graph.adjacency
    if config.balance:
        kinds = len(graph.type_names)
        edges = balanced(edges, graph.types, np.ones((kinds, kinds)))
    walks = Walks(
        edges,
        p=config.p,
        q=config.q,
        walk_length=config.walk_length,
        num_walks=config.num_walks,
        starts=starts,
        seed=run.seed,
    )
    model = SGNS(
        config.vector_size,
        window=config.window,
        negative=config.negative,
        sample=0.0,
        epochs=config.epochs,
        workers=run.threads,
        seed=run.seed,
    )
    counts = walks.counts()
    model.fit(walks, counts, sampler, run.report)
    vectors: Floats32 = np.where(counts[:, None] > 0, model.vectors, np.float32(0))
    return vectors


def unit(vectors: npt.ArrayLike) -> Floats32:
    """Rows of length 1; zeros stay."""
    rows = np.asarray(vectors, np.float32)
    lengths = np.asarray(np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
    lengths[lengths == 0] = 1
    found: Floats32 = rows / lengths
    return found
