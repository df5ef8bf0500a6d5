"""Vectors of nodes by a graph neural network that is taught by responses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import Problem, Unavailable
from hanok.parts.graph.files import read, write
from hanok.parts.graph.graph import Graph
from hanok.parts.graph.inference import forward
from hanok.parts.graph.inputs import Given, Inputs, Scale, rows_of, scaled, types_of
from hanok.parts.graph.leaks import check_leaks
from hanok.parts.graph.relations import both_ways, relations_of
from hanok.parts.graph.responses import Responses

Floats32 = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Kind = Literal["gcn", "gtn"]
"""Graph convolution, or graph transformer network in its fast form."""


class GNN:
    """A vector for every node of a graph; the dot product of two says how likely the one responds to the other.

    It learns from responsive pairs, each against negatives of which a share is response-aware (RA-NS): known to resist.
    Edges of the pairs that a step learns from are hidden from its messages, in both directions.

    Parameters
    ----------
    kind : "gcn" or "gtn"
        How neighbours are taken in: all alike, or by a learnt choice of kinds of edges.
    vector_size : int
        d.
    layers : int
        How many edges away a vector sees.
    channels : int
        Of the GTN: how many choices.
    epochs : int
        Most passes; without `batch_size` an epoch is one step.
    learning_rate : float
        Of AdamW.
    weight_decay : float
        Of AdamW.
    dropout : float, 0 to below 1
        Share of the numbers of nodes' inputs that each step leaves out.
    negative : int
        Negatives on either side of a responsive pair.
    fraction : float, 0 to 1
        The share of them that comes from a node's own resistant partners; 0: none, plain. The others are of the
        partner's type, those excepted that respond.
    hidden : float, above 0, to 1
        Share of the responsive pairs that a step hides and learns from. Of no meaning with `batch_size`.
    cold : float, 0 to below 1
        Share of left nodes that each step plays as new: without vector of their own, all their pairs hidden. For
        vectors of nodes that come without responses; left nodes of training lose a little by it.
    patience : int
        Epochs without a better figure on validation pairs until training stops.
    batch_size : int, optional
        Pairs of a step, which then passes messages over a sampled part of the graph only. For graphs too large to be
        worked on whole.
    neighbours : int
        Most neighbours of each node that a part takes in.
    threads : int
        Of training. With 1 the same seed gives the same vectors, bit for bit.
    device : str
        As torch calls it; ``"auto"``: the GPU if there is one.
    seed : int
        Of first values, hidden pairs, negatives and parts.

    Attributes
    ----------
    vectors : array (n, d), float32
        Of the nodes of the graph that `fit` saw.

    Example
    -------
    >>> graph = Graph.of(["a", "b", "a", "b"], "cell", ["x", "y", "p", "q"], ["drug", "drug", "gene", "gene"])
    >>> a, b, x, y = (graph.index(*node) for node in [("a", "cell"), ("b", "cell"), ("x", "drug"), ("y", "drug")])
    >>> responses = Responses([a, a, b, b], [x, y, x, y], [True, False, False, True])
    >>> gnn = GNN(vector_size=8, epochs=50, negative=2).fit(graph, responses)
    >>> bool(gnn.vectors[a] @ gnn.vectors[x] > gnn.vectors[a] @ gnn.vectors[y])
    True

    Source
    ------
    `GCN`: Kipf and Welling 2017; `GTN`: Yun et al. 2022; negatives: RAMP (bbac504), which has them in word2vec only.
    Hiding what is learnt from is "disjoint" training, as links are split in torch_geometric; playing nodes as new is
    DropoutNet (Volkovs, Yu and Poutanen 2017).
    """

    vectors: Floats32

    def __init__(
        self,
        kind: Kind = "gcn",
        vector_size: int = 64,
        *,
        layers: int = 2,
        channels: int = 2,
        epochs: int = 200,
        learning_rate: float = 0.01,
        weight_decay: float = 1e-4,
        dropout: float = 0.5,
        negative: int = 10,
        fraction: float = 0.5,
        hidden: float = 0.5,
        cold: float = 0.0,
        patience: int = 20,
        batch_size: int | None = None,
        neighbours: int = 16,
        threads: int = 1,
        device: str = "auto",
        seed: int = 0,
    ) -> None:
        self.kind, self.vector_size, self.layers, self.channels = kind, vector_size, layers, channels
        self.epochs, self.learning_rate, self.weight_decay = epochs, learning_rate, weight_decay
        self.dropout = dropout
        self.negative, self.fraction, self.hidden, self.cold = negative, fraction, hidden, cold
        self.patience, self.batch_size, self.neighbours = patience, batch_size, neighbours
        self.threads, self.device, self.seed = threads, device, seed

    # -- learning ------------------------------------------------------------------------------------------------------

    def fit(
        self,
        graph: Graph,
        responses: Responses,
        valid: Responses | None = None,
        features: Given | None = None,
        report: Callable[..., None] | None = None,
    ) -> Self:
        """Learn the vectors.

        Parameters
        ----------
        graph : Graph
            Of all nodes; with the responsive pairs of training as edges, or without. Messages go both ways along a
            directed edge.
        responses : Responses
            Of training: at least one responsive.
        valid : Responses, optional
            Pairs that decide when to stop, by macro AUROC. Neither in `responses` nor edges of the graph.
        features : mapping of type to array (n_of_type, n_features), optional
            Rows in the order of ``graph.of_type(type)``, NaN where there is none. Brought to mean 0 and variance 1.
        report : callable, optional
            ``report(step, total, loss=..., valid=...)`` after every epoch, such as `Run.report`; what it raises ends
            the fit.

        Raises
        ------
        Problem
            A setting is out of bounds; no pair is responsive (``no_positives``); an id is no node; ``leak``, where
            validation pairs are in training; features do not fit; ``diverged``.
        Unavailable
            torch is not installed.
        """
        self._check(graph, responses, valid)
        torch = needed()
        rows = rows_of(graph, features)
        self.type_names, self._names = list(graph.type_names), (list(graph.names), graph.types.tolist())
        self._scales = {kind: Scale.of(part) for kind, part in rows.items()}
        adjacency, types = both_ways(graph.adjacency), graph.types.astype(np.int64)
        self._relations, self._usable = relations_of(adjacency, types), usable(graph, responses)
        inputs = self._inputs(graph, rows)
        weights = self._learnt(torch, adjacency, inputs, responses, valid, report)
        self._weights = weights
        self.vectors = forward(self.kind, weights, inputs, adjacency, self._relations)
        return self

    def _learnt(
        self, torch: Any, adjacency: csr_matrix, inputs: Inputs, train: Responses, valid: Responses | None, report: Any
    ) -> dict[str, Floats32]:
        """The trained network's parameters."""
        from hanok.parts.graph.model import Network
        from hanok.parts.graph.training import Settings, Task, Trainer

        device = ("cuda" if torch.cuda.is_available() else "cpu") if self.device == "auto" else self.device
        names = set(Settings.__dataclass_fields__) - {"hops", "device"}
        settings = Settings(**{name: getattr(self, name) for name in names}, hops=self.layers, device=device)
        place = {name: at for at, name in enumerate(self.type_names)}
        widths = {place[kind]: len(scale.mean) for kind, scale in self._scales.items()}
        counts = len(inputs.own), len(self.type_names), len(self._relations)
        sizes = self.vector_size, self.layers, self.channels
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            generator = torch.Generator(device).manual_seed(self.seed)
            with torch.device(device):
                network = Network(self.kind, *counts, widths, *sizes, self.dropout, generator)
            Trainer(network, Task(adjacency, inputs, self._relations, train, valid), settings).run(report)
        finally:
            torch.set_num_threads(before)
        return {name: values.detach().cpu().numpy() for name, values in network.state_dict().items()}

    # -- answering -----------------------------------------------------------------------------------------------------

    def embed(self, graph: Graph, features: Given | None = None) -> Floats32:
        """Vectors of the nodes of another graph, in which nodes, edges and features may be new; needs no torch.

        Nodes are the same where type and name are. One that is new has no vector of its own: it is made of its type,
        its features and its neighbours. So is a node of training that is of a type with responses but had none.

        Parameters
        ----------
        graph : Graph
            With the edges that messages are to pass over: the old ones too, for the old vectors.
        features : mapping of type to array (n_of_type, n_features), optional
            As in training, of all nodes of this graph.

        Returns
        -------
        array (n, d), float32

        Raises
        ------
        Problem
            A type is new, or features are not those of training.
        """
        adjacency, inputs = both_ways(graph.adjacency), self._inputs(graph, rows_of(graph, features))
        return forward(self.kind, self._weights, inputs, adjacency, self._relations)

    def _inputs(self, graph: Graph, rows: dict[str, Floats32]) -> Inputs:
        types = types_of(graph, self.type_names)
        own = {node: at for at, node in enumerate(zip(*self._names, strict=True))}
        found = [own.get(node, -1) for node in zip(graph.names, types.tolist(), strict=True)]
        at = np.array(found, np.int64).reshape(-1)
        known = (at >= 0) & self._usable[at]
        features = {self.type_names.index(kind): part for kind, part in scaled(graph, rows, self._scales).items()}
        return Inputs(np.maximum(at, 0), known, types, features)

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write settings, parameters and vectors to one safetensors file."""
        arrays: dict[str, npt.NDArray[Any]] = {f"weights.{name}": part for name, part in self._weights.items()}
        arrays |= {"vectors": self.vectors, "usable": self._usable, "types": np.array(self._names[1], np.int32)}
        arrays["relations"] = np.array(self._relations, np.int32).reshape(-1, 2)
        for kind, scale in self._scales.items():
            at = self.type_names.index(kind)
            arrays |= {f"mean.{at}": scale.mean, f"spread.{at}": scale.spread}
        write(path, self._settings(), arrays, {"names": self._names[0], "type_names": self.type_names})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote; needs no torch.

        Raises
        ------
        Problem
            The file is damaged, or holds something else.
        """
        settings, arrays, words = read(path, "what GNN.save wrote", ("names", "type_names"))
        try:
            found = cls(**settings)
            found.vectors, found._usable, found.type_names = arrays["vectors"], arrays["usable"], words["type_names"]
            found._names = words["names"], arrays["types"].tolist()
            found._relations = [(int(a), int(b)) for a, b in arrays["relations"]]
            found._weights = {n.removeprefix("weights."): a for n, a in arrays.items() if n.startswith("weights.")}
            kinds = [name.removeprefix("mean.") for name in arrays if name.startswith("mean.")]
            found._scales = {
                found.type_names[int(at)]: Scale(arrays[f"mean.{at}"], arrays[f"spread.{at}"]) for at in kinds
            }
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise Problem("bad_file", f"found {error}; expected what GNN.save wrote", str(path)) from error
        return found

    # -- inside --------------------------------------------------------------------------------------------------------

    def _settings(self) -> dict[str, Any]:
        network = ("kind", "vector_size", "layers", "channels", "dropout")
        loss = ("negative", "fraction", "hidden", "cold", "batch_size", "neighbours")
        steps = ("epochs", "learning_rate", "weight_decay", "patience", "threads", "device", "seed")
        return {name: getattr(self, name) for name in network + loss + steps}

    def _check(self, graph: Graph, responses: Responses, valid: Responses | None) -> None:
        if self.kind not in get_args(Kind):
            raise Problem("bad_setting", f"found {self.kind!r}; expected gcn or gtn", "kind")
        counts = ("vector_size", "layers", "channels", "epochs", "negative", "patience", "neighbours", "threads")
        for name in counts if self.batch_size is None else (*counts, "batch_size"):
            if getattr(self, name) < 1:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected 1 or more", name)
        if not 0 < self.learning_rate < np.inf:
            raise Problem("bad_setting", f"found {self.learning_rate}; expected more than 0", "learning_rate")
        if not 0 <= self.weight_decay < np.inf:
            raise Problem("bad_setting", f"found {self.weight_decay}; expected 0 or more", "weight_decay")
        for name, right in {"fraction": 0 <= self.fraction <= 1, "hidden": 0 < self.hidden <= 1}.items():
            if not right:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected a share", name)
        for name in ("cold", "dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise Problem("bad_setting", f"found {getattr(self, name)}; expected a share below 1", name)
        if not responses.label.any():
            found = f"found {len(responses)} responses, none of which is responsive"
            raise Problem("no_positives", f"{found}; expected one to learn from", "responses")
        for where, given in (("responses", responses), ("valid", valid)):
            if given is not None and len(given) and given.pairs.max() >= len(graph):
                raise Problem("unknown_node", f"found {given.pairs.max()}; expected ids 0 to {len(graph) - 1}", where)
        if valid is not None:
            check_leaks(valid, graph=graph, positives=responses)


def usable(graph: Graph, responses: Responses) -> Bools:
    """Whether a node's own vector means something after training: not, where others of its type had responses only."""
    asked = np.unique(responses.pairs)
    with_responses = np.isin(graph.types, np.unique(graph.types[asked]))
    found: Bools = ~with_responses
    found[asked] = True
    return found


def needed() -> Any:
    """Import torch.

    Raises
    ------
    Unavailable
        It is not installed; the hint says how to install it.
    """
    try:
        import torch
    except ImportError as error:
        raise Unavailable(
            "extra_missing", f"training a GNN needs {error.name}", "train", "pip install 'hanok[train]'"
        ) from error
    return torch
