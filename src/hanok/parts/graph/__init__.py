"""Graphs whose nodes have types, who responds to whom, and vectors that say so. `docs/parts/graph.md` is the guide."""

from hanok.parts.graph.gnn import GNN
from hanok.parts.graph.graph import Graph
from hanok.parts.graph.leaks import check_leaks
from hanok.parts.graph.metrics import Ranking, Separation, centroids, per_right, pooled, separation
from hanok.parts.graph.responses import Responses, contradictions
from hanok.parts.graph.transductive import TransductiveGap, linear_probe, transductive_gap

__all__ = [
    "GNN",
    "Graph",
    "Ranking",
    "Responses",
    "Separation",
    "TransductiveGap",
    "centroids",
    "check_leaks",
    "contradictions",
    "linear_probe",
    "per_right",
    "pooled",
    "separation",
    "transductive_gap",
]
