"""Steps of training of one contender: ``python -m benchmarks.step_gnn CONTENDER SEED STEPS``, in a process of its own.

All contenders draw the same pairs, hide the same edges and have the same loss; they differ in what passes messages. The
last line printed is JSON: seconds and processor seconds of each step, MiB before the first and at most.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.fit_als import memory
from benchmarks.gdsc import gdsc
from hanok.core.problem import Stopped
from hanok.parts.graph import GNN, model

SIZE, LAYERS, CHANNELS, THREADS = 64, 2, 2, 1
ALONE = "no messages"
"""Negatives, loss and optimizer: what all have in common."""
CONTENDERS = (ALONE, "hanok GCN", "hanok FastGTN", "GCNConv, edge index", "GCNConv, CSR")


def peer(csr: bool) -> Any:
    """A class in place of our `GCN`: the same layers with torch_geometric's convolution."""
    import torch
    from torch import Tensor, nn
    from torch_geometric.nn import GCNConv

    class Peer(nn.Module):
        def __init__(self, size: int, layers: int) -> None:
            super().__init__()
            self.layers = nn.ModuleList(GCNConv(size, size) for _ in range(layers))

        def forward(self, x: Tensor, messages: Any, hidden: Tensor) -> Tensor:
            structure, kept = messages.structure, torch.ones(len(messages.weights), dtype=torch.bool)
            kept[hidden] = False
            edges: tuple[Tensor, ...]
            if csr:  # both directions of an edge have one weight, so that the matrix is its transpose
                values = messages.weights * kept
                edges = (torch.sparse_csr_tensor(structure.crow.long(), structure.col.long(), values, structure.shape),)
            else:
                edges = (torch.stack([structure.row, structure.col.long()])[:, kept], messages.weights[kept])
            for depth, layer in enumerate(self.layers, 1):
                taken = layer(x, *edges)
                x = x + (torch.relu(taken) if depth < len(self.layers) else taken)
            return x

    return Peer


def nothing() -> Any:
    """A class in place of our `GCN` that passes no messages."""
    from torch import Tensor, nn

    class Nothing(nn.Module):
        def __init__(self, size: int, layers: int) -> None:
            super().__init__()

        def forward(self, x: Tensor, messages: Any, hidden: Tensor) -> Tensor:
            return x

    return Nothing


def main() -> None:
    """Time the steps."""
    warnings.simplefilter("ignore")
    contender, seed, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    if contender == ALONE:
        model.GCN = nothing()
    elif contender.startswith("GCNConv"):
        model.GCN = peer("CSR" in contender)
    world = gdsc()
    everything = np.isfinite(world.labels)
    graph, responses = world.network(everything), world.responses(everything)
    features = {"cell": world.evidence.numbers}
    gnn = GNN(
        "gtn" if "GTN" in contender else "gcn", SIZE, layers=LAYERS, channels=CHANNELS, threads=THREADS, seed=seed
    )
    wall, cpu = [time.perf_counter()], [time.process_time()]
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew here
    before = memory("VmRSS")

    def listen(step: int, total: int, loss: float) -> None:
        wall.append(time.perf_counter())
        cpu.append(time.process_time())
        if step > steps:
            raise Stopped

    with suppress(Stopped):
        gnn.fit(graph, responses, features=features, report=listen)
    found = {
        "seconds": np.diff(wall)[1:].tolist(),  # the first begins with preparing the graph
        "cpu": np.diff(cpu)[1:].tolist(),
        "before_mib": before,
        "peak_mib": memory("VmHWM"),
        "nodes": len(graph),
        "entries": int(graph.adjacency.nnz),
    }
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
