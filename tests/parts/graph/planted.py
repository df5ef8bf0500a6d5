"""A small world of cells, genes and drugs in which the genes say who responds, for the tests of this part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hanok.parts.graph import Graph, Responses


@dataclass(frozen=True)
class World:
    """A graph with responsive pairs as edges, all responses, and the node ids of cells and drugs."""

    graph: Graph
    responses: Responses
    cells: npt.NDArray[np.int64]
    drugs: npt.NDArray[np.int64]

    def of_cells(self, chosen: npt.ArrayLike) -> Responses:
        """The responses of some of the cells."""
        return self.responses.subset(np.isin(self.responses.left, chosen))


def world(n_cells: int = 60, n_drugs: int = 10, n_genes: int = 40, kinds: int = 2, noise: float = 0.1) -> World:
    """Cells and drugs of one kind respond to each other; genes tell two kinds of cells apart. Some is noise."""
    rng = np.random.default_rng(0)
    cell, drug, gene = np.arange(n_cells) % kinds, np.arange(n_drugs) % kinds, np.arange(n_genes) % 2
    responds = (cell[:, None] == drug) ^ (rng.random((n_cells, n_drugs)) < noise)
    measured = rng.random((n_cells, n_drugs)) < 0.9
    tied = rng.random((n_cells, n_genes)) < np.where(cell[:, None] % 2 == gene, 0.4, 0.1)
    joined = np.triu(rng.random((n_genes, n_genes)) < np.where(gene[:, None] == gene, 0.3, 0.03), 1)
    rows: list[tuple[str, str, str, str]] = []
    for name, types, where in (
        ("cd", ("cell", "drug"), responds & measured),
        ("cg", ("cell", "gene"), tied),
        ("gg", ("gene", "gene"), joined),
    ):
        rows += [(f"{name[0]}{i:03}", types[0], f"{name[1]}{j:03}", types[1]) for i, j in np.argwhere(where)]
    nodes = [
        (f"{k[0]}{i:03}", k) for k, n in (("cell", n_cells), ("drug", n_drugs), ("gene", n_genes)) for i in range(n)
    ]
    columns: Any = zip(*rows, strict=True)
    graph = Graph.of(*columns, nodes=nodes)
    cells, drugs = graph.of_type("cell"), graph.of_type("drug")
    i, j = np.nonzero(measured)
    return World(graph, Responses(cells[i], drugs[j], responds[i, j]), cells, drugs)
