"""Graph networks: a step of training beside torch_geometric's GCNConv, and what RA-NS changes of GCN and GTN.

*Steps*, on GDSC's network. Each contender runs in a process of its own, taking turns in random order, on one thread:
with more, each waits for whatever else the machine does. All draw the same pairs and negatives, hide the same edges and
have the same loss and optimizer; what passes messages differs. torch_geometric is fed as its guide shows first, by edge
index, and as it recommends for memory, by a sparse matrix.

*RA-NS*: as in `benchmarks.network`, cold cells with expression as features, all ten folds.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from functools import partial
from importlib.metadata import version
from typing import Any

import numpy as np

from benchmarks.gdsc import CELL, gdsc
from benchmarks.harness import ROOT, Benchmark, over_seeds, show
from benchmarks.network import AWARE, Vectors, claim, judged
from benchmarks.step_gnn import ALONE, CHANNELS, CONTENDERS, LAYERS, SIZE, THREADS
from hanok.parts.graph import GNN, check_leaks

STEPS = 8
PEERS = [name for name in CONTENDERS if name.startswith("GCNConv")]
FOLDS = range(1, 11)
LEARN: dict[str, Any] = {"vector_size": 32, "cold": 0.2, "threads": 1}
EPOCHS = 60


def main() -> None:
    """Run it."""
    bench = Benchmark("gnn", str(__doc__).splitlines()[0])
    for name in ("torch", "torch_geometric"):
        if importlib.util.find_spec(name) is None:
            raise SystemExit(f"{name} is not installed: make bench-env")
        bench.machine["libraries"][name.replace("_", "-")] = version(name)
    bench.seeds = [0] if bench.quick else [0, 1, 2, 3, 4]
    for kind in ("gcn", "gtn"):
        run = partial(aware_or_plain, kind, 2 if bench.quick else EPOCHS)
        claim(bench, kind, run, [1] if bench.quick else FOLDS)
    steps(bench)
    bench.finish()


def steps(bench: Benchmark) -> None:
    """Seconds and memory of a step."""
    rng, number = np.random.default_rng(0), 2 if bench.quick else STEPS
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in CONTENDERS}
    for seed in bench.seeds:
        for name in rng.permutation(CONTENDERS):
            found[name].append(measured(name, seed, number))
    graph = {key: found[ALONE][0][key] for key in ("nodes", "entries")}
    bench.keep("graph", {**graph, "size": SIZE, "layers": LAYERS, "channels": CHANNELS, "threads": THREADS})
    rows, cpu = [], {}
    for name, rounds in found.items():
        seconds, cpu[name] = ([float(np.median(one[key])) for one in rounds] for key in ("seconds", "cpu"))
        added = [one["peak_mib"] - one["before_mib"] for one in rounds]
        peak = [one["peak_mib"] for one in rounds]
        for key, values in {"seconds": seconds, "cpu": cpu[name], "added_mib": added, "peak_mib": peak}.items():
            bench.keep(f"{key}.{name}", over_seeds(values))
        shown = [f"{np.mean(v):.2f} ({min(v):.2f}-{max(v):.2f})" for v in (seconds, cpu[name])]
        rows.append([name, *shown, *(f"{max(v):.0f}" for v in (added, peak))])
    columns = ["", "seconds a step", "processor seconds", "MiB added", "MiB at most"]
    show(f"one step: {graph['nodes']} nodes, {graph['entries']} entries, d = {SIZE}", columns, rows)
    for peer in PEERS:
        ratio = [theirs / ours for ours, theirs in zip(cpu["hanok GCN"], cpu[peer], strict=True)]
        bench.keep(f"cpu_ratio.{peer}", over_seeds(ratio))


def measured(contender: str, seed: int, number: int) -> dict[str, Any]:
    """What a process of its own found in so many steps."""
    command = [sys.executable, "-m", "benchmarks.step_gnn", contender, str(seed), str(number)]
    env = {**os.environ, "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{contender}: {done.stderr.strip().splitlines()[-1]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def aware_or_plain(kind: Any, epochs: int, negatives: str, fold: int, seed: int) -> dict[str, float]:
    """One graph network, judged on the cells of one fold, none of whose responses it has seen."""
    world = gdsc()
    test = world.fold == fold
    known = np.broadcast_to(~test[:, None], world.labels.shape)
    graph, seen = world.network(known), world.responses(known)
    check_leaks(world.responses(~known), graph=graph, positives=seen)
    gnn = GNN(kind, epochs=epochs, fraction=0.5 if negatives == AWARE else 0.0, seed=seed, **LEARN)
    gnn.fit(graph, seen, features={CELL: world.evidence.numbers})
    vectors = Vectors(gnn.vectors[world.cells], gnn.vectors[world.drugs], gnn.vectors[world.drugs])
    return judged(world, test, vectors, (vectors.cells @ vectors.drugs.T).astype(np.float64))


if __name__ == "__main__":
    main()
