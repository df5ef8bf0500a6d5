"""A graph whose nodes have types, in one sparse matrix."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.problem import NotFound, Problem
from hanok.parts.graph.edges import coded, matrix, merged, numbered, pair_keys, weighed
from hanok.parts.graph.files import read, write

Int32s = npt.NDArray[np.int32]
Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes with a type and a name, and the edges between them; `Graph.of` makes one from lists.

    A node is a type and a name, so two types may have nodes of the same name.

    Parameters
    ----------
    names : list of str (n,)
        Of each node.
    types : array (n,), int32
        Of each node, an index into `type_names`.
    type_names : list of str
    adjacency : csr_matrix (n, n), float32
        Weights of the edges, more than 0, without self loops. Symmetric unless `directed`; then row i holds what
        leaves node i.
    directed : bool

    Raises
    ------
    Problem
        ``bad_graph``: the parts do not fit each other.

    Example
    -------
    >>> graph = Graph.of(["a", "b", "TP53"], ["cell", "cell", "gene"], ["TP53", "TP53", "MYC"], "gene", [1, 0.5, 2])
    >>> len(graph), graph.type_names, graph.names
    (4, ['cell', 'gene'], ['a', 'b', 'MYC', 'TP53'])
    >>> graph.index("TP53", "gene"), graph.of_type("cell").tolist()
    (3, [0, 1])
    >>> graph.without([(0, 3)]).edges()[0].tolist()
    [[1, 3], [2, 3]]
    """

    names: list[str]
    types: Int32s
    type_names: list[str]
    adjacency: csr_matrix
    directed: bool = False

    def __post_init__(self) -> None:
        n, types = len(self.names), np.asarray(self.types)
        if types.shape != (n,) or types.dtype.kind not in "iu":
            raise Problem("bad_graph", f"found {types.dtype} of shape {types.shape}; expected ({n},)", "types")
        if n and not 0 <= types.min() <= types.max() < len(self.type_names):
            raise Problem("bad_graph", f"expected 0 to {len(self.type_names) - 1}", "types")
        object.__setattr__(self, "types", np.ascontiguousarray(types, np.int32))
        object.__setattr__(self, "adjacency", _canonical(self.adjacency, n, self.directed))

    @classmethod
    def of(
        cls,
        sources: Sequence[str],
        source_types: Sequence[str] | str,
        targets: Sequence[str],
        target_types: Sequence[str] | str,
        weights: npt.ArrayLike | None = None,
        *,
        directed: bool = False,
        nodes: Iterable[tuple[str, str]] | None = None,
    ) -> Self:
        """Make a graph from a list of edges, one in each row.

        Parameters
        ----------
        sources, targets : sequences of str (n_edges,)
            Names of the nodes that each edge joins.
        source_types, target_types : sequences of str (n_edges,), or str
            Their types; one word where all are the same.
        weights : array (n_edges,), optional
            Without it, 1 each.
        directed : bool
            Whether an edge leads from source to target only.
        nodes : iterable of (name, type), optional
            More nodes, which may be without edges.

        Returns
        -------
        Graph
            Nodes are sorted by type, then by name, so that the order of the rows does not matter. An edge that is
            listed more than once, in a graph that is not directed also the other way round, counts once, with the
            greatest of its weights. Edges of weight 0 and self loops are left out; their nodes stay.

        Raises
        ------
        Problem
            ``bad_name``: a name or type is empty or no text. ``bad_weight``: a weight is negative or not finite.
            ``bad_shape``: lists of different lengths. ``no_edges``: nothing is left. Rows are counted from 0.

        Source
        ------
        Readers of edge lists keep the last weight of an edge that is listed twice (networkx, node2vec, pecanpy) or add
        them up (scipy, torch_geometric). The first depends on the order of rows; the second makes an interaction that
        a file lists both ways twice as strong as one that it lists once. The greatest does neither.
        """
        m, extra = len(sources), list(nodes or ())
        columns: dict[str, Sequence[str]] = {
            "source": sources,
            "target": targets,
            "node": [name for name, _ in extra],
            "source_type": [source_types] * m if isinstance(source_types, str) else source_types,
            "target_type": [target_types] * m if isinstance(target_types, str) else target_types,
            "node type": [kind for _, kind in extra],
        }
        for where in ("target", "source_type", "target_type"):
            if len(columns[where]) != m:
                raise Problem("bad_shape", f"found {len(columns[where])} for {m} edges", where)
        codes = [coded(words, where) for where, words in columns.items()]
        names, distinct = merged(codes[:3])
        kinds, type_names = merged(codes[3:])
        ids, name, kind = numbered(np.concatenate(names), len(distinct), np.concatenate(kinds))
        adjacency = matrix(ids[:m], ids[m : 2 * m], weighed(weights, m), len(name), directed)
        if not adjacency.nnz:
            raise Problem("no_edges", f"{m} rows hold no edge of a weight above 0 between two nodes", "edges")
        return cls([distinct[i] for i in name], kind.astype(np.int32), type_names, adjacency, directed)

    def __len__(self) -> int:
        return len(self.names)

    # -- nodes ---------------------------------------------------------------------------------------------------------

    @cached_property
    def _ids(self) -> dict[tuple[int, str], int]:
        return {(kind, name): i for i, (kind, name) in enumerate(zip(self.types.tolist(), self.names, strict=True))}

    def index(self, name: str, type: str) -> int:
        """The id of a node.

        Raises
        ------
        NotFound
            ``unknown_type``, or ``unknown_node`` with the name that is nearest in the hint.
        """
        kind = self._kind(type)
        found = self._ids.get((kind, name))
        if found is not None:
            return found
        known = [self.names[i] for i in self.of_type(type)]
        near = next(iter(get_close_matches(str(name), known, n=1)), "")
        hint = f"is it {near!r}?" if near else f"there are {len(known)} of this type"
        raise NotFound("unknown_node", f"found {name!r}, which is no node of type {type!r}", "name", hint)

    def indices(self, names: Iterable[str], type: str) -> Ints:
        """The ids of nodes of one type, (m,), int64.

        Raises
        ------
        NotFound
            As of `index`, for the first that is unknown.
        """
        kind = self._kind(type)
        found = [self._ids[kind, name] if (kind, name) in self._ids else self.index(name, type) for name in names]
        return np.array(found, np.int64)

    def of_type(self, type: str) -> Ints:
        """The ids of all nodes of a type, ascending, (m,), int64.

        Raises
        ------
        NotFound
            ``unknown_type``.
        """
        return np.flatnonzero(self.types == self._kind(type))

    def _kind(self, type: str) -> int:
        if type not in self.type_names:
            raise NotFound("unknown_type", f"found {type!r}; expected one of {', '.join(self.type_names)}", "type")
        return self.type_names.index(type)

    # -- edges ---------------------------------------------------------------------------------------------------------

    def edges(self) -> tuple[Ints, Floats32]:
        """Every edge once: pairs of ids (m, 2), the lower first unless `directed`, and weights (m,)."""
        rows, columns = (part.astype(np.int64) for part in self.adjacency.nonzero())
        once = np.ones(len(rows), bool) if self.directed else rows < columns
        return np.stack([rows[once], columns[once]], axis=1), self.adjacency.data[once]

    def without(self, pairs: npt.ArrayLike) -> Graph:
        """The same graph without the edges between these nodes, in both directions; what is no edge is passed over.

        Parameters
        ----------
        pairs : array (m, 2), int
            Node ids.

        Raises
        ------
        Problem
            ``bad_shape``, or ``unknown_node``.
        """
        keys = np.concatenate(pair_keys(pairs, len(self)))
        rows, columns = (part.astype(np.int64) for part in self.adjacency.nonzero())
        kept = ~np.isin(rows * len(self) + columns, keys)
        parts = self.adjacency.data[kept], (rows[kept], columns[kept])
        return Graph(
            self.names, self.types, self.type_names, csr_matrix(parts, shape=self.adjacency.shape), self.directed
        )

    def relations(self) -> dict[tuple[str, str], csr_matrix]:
        """The edges from each type to each type that has some: matrices (n, n) that add up to `adjacency`."""
        rows, columns = self.adjacency.nonzero()
        kind = self.types[rows].astype(np.int64) * len(self.type_names) + self.types[columns]
        found = {}
        for k in np.unique(kind).tolist():
            here = kind == k
            part = csr_matrix((self.adjacency.data[here], (rows[here], columns[here])), shape=self.adjacency.shape)
            first, second = divmod(k, len(self.type_names))
            found[self.type_names[first], self.type_names[second]] = part
        return found

    # -- keeping -------------------------------------------------------------------------------------------------------

    def save(self, path: Path) -> None:
        """Write the graph to one safetensors file."""
        arrays = {"types": self.types, "weights": self.adjacency.data}
        arrays |= {"indptr": self.adjacency.indptr, "indices": self.adjacency.indices}
        write(path, {"directed": self.directed}, arrays, {"names": self.names, "type_names": self.type_names})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        Problem
            The file is damaged, or holds something else.
        """
        settings, arrays, words = read(path, "what Graph.save wrote", ("names", "type_names"))
        try:
            parts, n = (arrays["weights"], arrays["indices"], arrays["indptr"]), len(words["names"])
            adjacency = csr_matrix(parts, shape=(n, n))
            adjacency.check_format()
            return cls(words["names"], arrays["types"], words["type_names"], adjacency, settings["directed"])
        except (KeyError, ValueError) as error:
            raise Problem("bad_file", f"found {error}; expected what Graph.save wrote", str(path)) from error


def _canonical(adjacency: csr_matrix, n: int, directed: bool) -> csr_matrix:
    """The matrix as it should be, or a problem."""
    found = csr_matrix(adjacency, dtype=np.float32)
    if found.shape != (n, n):
        raise Problem("bad_graph", f"found shape {found.shape} for {n} nodes", "adjacency")
    if not found.has_canonical_format:
        found = found.copy()
        found.sum_duplicates()
    if not (np.isfinite(found.data).all() and (found.data > 0).all()):
        raise Problem("bad_graph", "expected finite weights above 0", "adjacency")
    if found.diagonal().any():
        raise Problem("bad_graph", "found an edge from a node to itself", "adjacency")
    if not directed and (found != found.T).nnz:
        raise Problem("bad_graph", "is not symmetric; expected so of a graph that is not directed", "adjacency")
    return found
