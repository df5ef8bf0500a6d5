"""GDSC's drug responses as a network: cell lines, drugs, genes, and what is known of each cell line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from benchmarks.harness import data
from hanok.parts.graph import Graph, Responses
from hanok.parts.response import Evidence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

CELL, DRUG, GENE = "cell", "drug", "gene"


@dataclass(frozen=True)
class Gdsc:
    """The whole data set; cell lines and drugs in the order of `graph.of_type`.

    Parameters
    ----------
    graph : Graph
        Edges of cell lines and genes, and among genes; none to drugs.
    labels : array (n_cells, n_drugs)
        1 sensitive, 0 resistant, NaN not measured.
    strengths : array (n_cells, n_drugs)
        -ln IC50, NaN where there is none.
    evidence : Evidence
        Expression (64 components), tissues, edges to genes.
    fold : array (n_cells,), int64
        The authors' test folds, 1 to 10.
    """

    graph: Graph
    labels: Floats
    strengths: Floats
    evidence: Evidence
    fold: Ints

    @property
    def cells(self) -> Ints:
        """Node ids, (n_cells,)."""
        return self.graph.of_type(CELL)

    @property
    def drugs(self) -> Ints:
        """Node ids, (n_drugs,)."""
        return self.graph.of_type(DRUG)

    def responses(self, known: Bools) -> Responses:
        """Labels at the places of a mask (n_cells, n_drugs), as pairs of node ids."""
        rows, columns = np.nonzero(known & np.isfinite(self.labels))
        return Responses(self.cells[rows], self.drugs[columns], self.labels[rows, columns] > 0)

    def network(self, known: Bools) -> Graph:
        """The graph with an edge for every sensitive pair of a mask."""
        pairs = self.responses(known).positives
        rows, columns = np.r_[pairs[:, 0], pairs[:, 1]], np.r_[pairs[:, 1], pairs[:, 0]]
        shape = self.graph.adjacency.shape
        extra = csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        names, types, kinds = self.graph.names, self.graph.types, self.graph.type_names
        return Graph(names, types, kinds, self.graph.adjacency + extra)


@cache
def gdsc() -> Gdsc:
    """Read it, once."""
    folds = pl.read_parquet(data("gdsc-ramp", "folds.parquet"))
    cells = sorted(str(c) for c in folds["cosmic_id"].to_list())
    row = {cell: i for i, cell in enumerate(cells)}
    parts = [
        pl.read_parquet(data("gdsc-ramp", f"{name}.parquet")) for name in ("ramp_sensitive", "resistant_reconstructed")
    ]
    drugs = sorted({drug for part in parts for drug in part["drug"].to_list()})
    labels = np.full((len(cells), len(drugs)), np.nan)
    for part, label in zip(parts[::-1], (0.0, 1.0), strict=True):
        where = [(row[str(c)], drugs.index(d)) for c, d in part.iter_rows() if str(c) in row]
        labels[tuple(np.array(where).T)] = label
    graph = _graph(cells, drugs)
    fold = np.zeros(len(cells), np.int64)
    fold[[row[str(c)] for c in folds["cosmic_id"].to_list()]] = folds["ramp_fold"].to_numpy()
    genes = graph.of_type(GENE)
    evidence = Evidence.of(_expression(row), _tissues(row), graph.adjacency[graph.of_type(CELL)][:, genes])
    return Gdsc(graph, labels, _strengths(row, labels), evidence, fold)


def _graph(cells: list[str], drugs: list[str]) -> Graph:
    own = pl.read_parquet(data("gdsc-ramp", "cell_protein.parquet")).with_columns(pl.col("cosmic_id").cast(pl.String))
    own = own.filter(pl.col("cosmic_id").is_in(cells))
    pairs = [pl.read_parquet(data("gdsc-ramp", f"protein_protein_{name}.parquet")) for name in ("predicted", "snap")]
    between = pl.concat([part.select("a", "b") for part in pairs]).unique(maintain_order=True)
    return Graph.of(
        [*own["cosmic_id"].to_list(), *between["a"].to_list()],
        [CELL] * len(own) + [GENE] * len(between),
        [*own["gene"].to_list(), *between["b"].to_list()],
        GENE,
        np.r_[own["weight"].to_numpy(), np.ones(len(between))],
        nodes=[*((cell, CELL) for cell in cells), *((drug, DRUG) for drug in drugs)],
    )


def _expression(row: dict[str, int]) -> Floats:
    table = pl.read_parquet(data("gdsc-ramp", "expression_pca64.parquet")).filter(pl.col("cosmic_id").is_in(list(row)))
    found = np.full((len(row), 64), np.nan)
    found[[row[c] for c in table["cosmic_id"].to_list()]] = table.drop("cosmic_id").to_numpy()
    return found


def _tissues(row: dict[str, int]) -> Floats:
    table = pl.read_parquet(data("gdsc-network", "cells.parquet"))
    columns = []
    for name in ("tissue1", "tissue2"):
        said = dict(zip(table["cosmic_id"].cast(pl.String).to_list(), table[name].to_list(), strict=True))
        for word in sorted({word for word in said.values() if word}):
            columns.append([float(said.get(cell) == word) for cell in row])
    return np.array(columns).T


def _strengths(row: dict[str, int], labels: Floats) -> Floats:
    """-ln IC50, its drugs matched to those of the labels by who is sensitive: names differ between the two sources."""
    table = pl.read_parquet(data("gdsc-network", "response.parquet"))
    table = table.with_columns(pl.col("cosmic_id").cast(pl.String)).filter(pl.col("cosmic_id").is_in(list(row)))
    places: Any = ([row[c] for c in table["cosmic_id"].to_list()], table["drug_ix"].to_numpy())
    strengths, sensitive = np.full((len(row), 265), np.nan), np.full((len(row), 265), np.nan)
    strengths[places], sensitive[places] = -table["ln_ic50"].to_numpy(), table["sensitive"].to_numpy()
    ours, theirs = labels == 1, sensitive == 1
    both = np.isfinite(labels).T.astype(float), np.isfinite(sensitive).astype(float)
    together = ours.T.astype(float) @ theirs
    either = ours.T.astype(float) @ both[1] + both[0] @ theirs - together
    match = (together / np.maximum(either, 1)).argmax(axis=1)
    return strengths[:, match]
