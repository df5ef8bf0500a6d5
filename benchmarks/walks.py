"""Random walks beside PecanPy and node2vec, and learning from them beside gensim: ``python -m benchmarks.walks``.

The graph is that of the RAMP paper as far as it is public: cell lines, drugs and proteins. Each contender walks in a
process of its own, on one thread; PecanPy and node2vec in an environment of their own, for they need an older NumPy.
Processor time counts: it is less disturbed by other work than wall time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix, save_npz
from scipy.stats import rankdata

from benchmarks import make_walks
from benchmarks.harness import ROOT, Benchmark, data, over_seeds, show
from hanok.parts.embedding import SGNS, Corpus, ResponseAware, Walks

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Found = dict[str, float]
Trained = tuple[float, Floats32]
"""Tokens per second and IN."""

SECOND, FIRST = {"p": 1.0, "q": 0.5}, {"p": 1.0, "q": 1.0}
LENGTH = 50
WORKERS = 2
TRAINING = {"vector_size": 64, "window": 10, "negative": 5, "ns_exponent": 0.75, "sample": 0.0}
SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)


# -- graphs ------------------------------------------------------------------------------------------------------------


class Graph(NamedTuple):
    """Edges both ways, and what is known of responses."""

    whole: csr_matrix
    """Cell lines, drugs and proteins, (n_nodes, n_nodes)."""
    small: csr_matrix
    """Cell lines and proteins only, and no edges between proteins."""
    resistant: Ints
    """Cell line and drug, both ways, (n_pairs, 2), nodes of `whole`."""


@cache
def ramp() -> Graph:
    """The graph of the RAMP paper; where an edge is there twice, its larger weight counts."""

    def edges(name: str, left: str, right: str) -> pl.DataFrame:
        table = pl.read_parquet(data("gdsc-ramp", f"{name}.parquet"))
        weight = pl.col("weight") if "weight" in table.columns else pl.lit(1.0)
        return table.select(a=pl.col(left).cast(pl.String), b=pl.col(right).cast(pl.String), weight=weight)

    typed = [edges("ramp_sensitive", "cosmic_id", "drug"), edges("cell_protein", "cosmic_id", "gene")]
    proteins = [edges(f"protein_protein_{name}", "a", "b") for name in ("snap", "predicted")]
    against = edges("resistant_reconstructed", "cosmic_id", "drug")
    names = np.unique(np.concatenate([part[side].to_numpy() for part in (*typed, *proteins) for side in ("a", "b")]))
    index = {name: place for place, name in enumerate(names.tolist())}

    def matrix(parts: list[pl.DataFrame]) -> csr_matrix:
        table = pl.concat(parts)
        ends = [[index[name] for name in table[side]] for side in ("a", "b")]
        one_way = csr_matrix((table["weight"].to_numpy(), ends), shape=(len(names), len(names)))
        return one_way.maximum(one_way.T).tocsr()

    pairs = np.array([(index[a], index[b]) for a, b, _ in against.iter_rows() if a in index and b in index])
    small = matrix(typed[1:])
    kept = np.flatnonzero(small.getnnz(axis=1))
    return Graph(matrix([*typed, *proteins]), small[kept][:, kept], np.vstack([pairs, pairs[:, ::-1]]))


def zipf(n: int, seed: int) -> csr_matrix:
    """Draw n edges of n/20 nodes, ends with a chance of 1/√rank; both ways, what is drawn twice once, weights 1-5."""
    rng = np.random.default_rng(seed)
    size = n // 20
    left, right = (rng.random((2, n)) ** 2 * size).astype(np.int64)
    apart = left != right
    pairs = np.sort((np.minimum(left, right) * size + np.maximum(left, right))[apart])
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]  # NumPy's unique takes far longer
    weights = rng.integers(1, 6, len(pairs)).astype(np.float64)
    begins = np.searchsorted(pairs, np.arange(size + 1) * size)
    one_way = csr_matrix((weights, pairs % size, begins), shape=(size, size))
    return (one_way + one_way.T).tocsr()


# -- walking -----------------------------------------------------------------------------------------------------------


def peers_python() -> Path | None:
    """The Python of the environment that has PecanPy and node2vec."""
    given = os.environ.get("BENCH_WALKS_PYTHON")
    path = Path(given) if given else ROOT / ".venv-bench-walks" / "bin" / "python"
    return path if path.exists() else None


def versions(python: Path) -> dict[str, str]:
    """Of the peers in that environment."""
    names = ["pecanpy", "node2vec", "gensim", "numba", "numpy"]
    program = (
        f"import json; from importlib.metadata import version; print(json.dumps({{n: version(n) for n in {names}}}))"
    )
    done = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def alone(graph: csr_matrix, contender: str, wanted: Mapping[str, Any], threads: int = 1) -> Found:
    """One contender in a process of its own."""
    python = sys.executable if contender == "hanok" else str(peers_python())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        save_npz(folder / "graph.npz", graph, compressed=False)
        (folder / "wanted.json").write_text(json.dumps({"contender": contender, **wanted}), encoding="utf-8")
        environment = {**os.environ, "NUMBA_NUM_THREADS": str(threads)}
        command = [python, make_walks.__file__, str(folder)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{contender} failed:\n{done.stderr[-2000:]}")
        found: Found = json.loads(done.stdout.splitlines()[-1])
        return found


def beside_peers(bench: Benchmark) -> None:
    """Steps per second of one core and memory, on the same graph with the same p and q, taking turns."""
    graph = ramp()
    tasks = {
        "q_half": (graph.whole, SECOND, ["hanok", "pecanpy SparseOTF", "pecanpy PreComp"]),
        "q_one": (graph.whole, FIRST, ["hanok", "pecanpy PreCompFirstOrder"]),
        "q_half_small": (graph.small, SECOND, ["hanok", "node2vec"]),
    }
    for task, (edges, bias, contenders) in tasks.items():
        if not peers_python():
            contenders = contenders[:1]
        runs: dict[str, list[Found]] = {name: [] for name in contenders}
        for turn, seed in enumerate(bench.seeds):
            wanted = {**bias, "walk_length": LENGTH, "num_walks": 1 if bench.quick else 2, "seed": seed}
            for name in contenders[:: -1 if turn % 2 else 1]:
                runs[name].append(alone(edges, name, wanted))
        rows = []
        for name, found in runs.items():
            figures = {
                "steps_per_second_per_core": [run["steps"] / run["walk_cpu"] for run in found],
                "prepare_cpu_s": [run["prepare_cpu"] for run in found],
                "walk_mib": [run["peak_mib"] - run["before_mib"] for run in found],
                "peak_mib": [run["peak_mib"] for run in found],
            }
            for key, values in figures.items():
                bench.keep(f"{task}.{name}.{key}", over_seeds(values))
            own = np.array([run["walk_cpu"] / run["steps"] for run in runs["hanok"]])
            ratio = np.array([run["walk_cpu"] / run["steps"] for run in found]) / own
            if name != "hanok":
                bench.keep(f"{task}.steps_ratio_vs_{name}", over_seeds(ratio))
            speed, prepare, more, peak = (np.mean(values) for values in figures.values())
            rows.append([name, f"{speed / 1e6:.3f} M", f"{prepare:.2f}", f"{more:.0f}", f"{peak:.0f}", *ratio.round(2)])
        columns = ["", "steps/s/core", "prepare CPU s", "MiB more", "peak MiB", *(f"ratio {s}" for s in bench.seeds)]
        show(f"{task}: {edges.shape[0]:,} nodes, {edges.nnz // 2:,} edges, walks of {LENGTH}", columns, rows)


# -- learning ----------------------------------------------------------------------------------------------------------


def fitted(walks: Corpus, n: int, seed: int, settings: Mapping[str, Any], aware: bool) -> Trained:
    """Ours, with response-aware negatives or plain ones."""
    sampler = ResponseAware(ramp().resistant) if aware else None
    start = time.perf_counter()
    model = SGNS(workers=WORKERS, seed=seed, **settings).fit(walks, n, sampler)
    return model.epochs * len(walks.tokens) / (time.perf_counter() - start), model.vectors


def gensim(walks: Corpus, n: int, seed: int, settings: Mapping[str, Any], file: bool) -> Trained:
    """The same of gensim, fed from a list or, as its manual recommends for many workers, from a file.

    Seconds begin before it builds its vocabulary, as ours begin before tokens are counted.
    """
    from gensim.models import Word2Vec

    options = {**settings, "sg": int(settings["architecture"] == "skipgram"), "min_count": 1, "seed": seed + 1}
    del options["architecture"]
    sentences = [[str(token) for token in walks[row].tolist()] for row in range(len(walks))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "walks.txt"
        path.write_text("\n".join(" ".join(sentence) for sentence in sentences) + "\n", encoding="utf-8")
        given: dict[str, Any] = {"corpus_file": str(path)} if file else {"sentences": sentences}
        start = time.perf_counter()
        model = Word2Vec(**given, **options, workers=WORKERS)
        taken = time.perf_counter() - start
    vectors = np.zeros((n, model.vector_size), np.float32)
    vectors[[int(key) for key in model.wv.index_to_key]] = model.wv.vectors
    return model.epochs * len(walks.tokens) / taken, vectors


def told_apart(vectors: Floats32, edges: csr_matrix, seed: int) -> float:
    """How often an edge has a larger cosine than a node and the end of another edge: the area under the ROC curve.

    Ends of edges on either side: nodes with many edges gain nothing by being common.
    """
    rng = np.random.default_rng(seed)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-12))
    left, right = edges.nonzero()
    some = rng.integers(len(left), size=50_000)
    other = np.stack([right[some], rng.permutation(right[some])])  # (2, n)
    ranks = rankdata((unit[left[some]] * unit[other]).sum(axis=2).ravel())[: len(some)]
    return float((ranks.sum() - len(some) * (len(some) + 1) / 2) / len(some) ** 2)


def beside_gensim(bench: Benchmark) -> None:
    """Tokens per second on the same walks with the same settings, two workers each, taking turns."""
    contenders: dict[str, tuple[Callable[..., Trained], bool]] = {
        "hanok": (fitted, False),
        "hanok, RA-NS": (fitted, True),
    }
    if find_spec("gensim"):
        contenders |= {"gensim": (gensim, False), "gensim, from a file": (gensim, True)}
    edges = ramp().whole
    n = edges.shape[0]
    for architecture in ("skipgram", "cbow"):
        settings = {**TRAINING, "architecture": architecture, "epochs": 1 if bench.quick else 2}
        fitted(Corpus.of([[0, 1]]), n, 0, settings, False)  # compiled, or read from disk
        speed: dict[str, list[float]] = {name: [] for name in contenders}
        quality: dict[str, list[float]] = {name: [] for name in contenders}
        for turn, seed in enumerate(bench.seeds):
            chunks = Walks(edges, **SECOND, walk_length=LENGTH, num_walks=1, seed=seed)(0)
            corpus = Corpus.of(chunk[i] for chunk in chunks for i in range(len(chunk)))
            for name in list(contenders)[:: -1 if turn % 2 else 1]:
                train, special = contenders[name]
                tokens, vectors = train(corpus, n, seed, settings, special)
                speed[name].append(tokens)
                quality[name].append(told_apart(vectors, edges, seed))
        for name in contenders:
            bench.keep(f"{architecture}.{name}.tokens_per_second", over_seeds(speed[name]))
            bench.keep(f"{architecture}.{name}.auc", over_seeds(quality[name]))
        own = np.array(speed["hanok"])
        bench.keep(f"{architecture}.tokens_ratio_aware_vs_plain", over_seeds(np.array(speed["hanok, RA-NS"]) / own))
        if "gensim" in contenders:
            peer = np.maximum(speed["gensim"], speed["gensim, from a file"])
            bench.keep(f"{architecture}.tokens_ratio_vs_gensim", over_seeds(own / peer))
        rows = [
            [name, *(f"{v / 1e6:.3f} M" for v in speed[name]), *(f"{v:.4f}" for v in quality[name])]
            for name in contenders
        ]
        columns = ["", *(f"tokens/s {s}" for s in bench.seeds), *(f"AUC {s}" for s in bench.seeds)]
        show(f"{architecture}, {WORKERS} workers, by seed", columns, rows)


def end_to_end(bench: Benchmark) -> None:
    """Walks and training, 10 walks of 50 from every node, in a process of its own."""
    rows = []
    for architecture in ("skipgram", "cbow"):
        runs = []
        for seed in bench.seeds:
            wanted = {**SECOND, "walk_length": LENGTH, "num_walks": 1 if bench.quick else 10, "seed": seed}
            train = {**TRAINING, "architecture": architecture, "epochs": 1, "workers": WORKERS, "seed": seed}
            runs.append(alone(ramp().whole, "hanok", {**wanted, "train": train}, WORKERS))
        figures = {
            "end_to_end_s": [run["prepare_s"] + run["train_s"] for run in runs],
            "end_to_end_cpu_s": [run["prepare_cpu"] + run["train_cpu"] for run in runs],
            "walking_s": [run["walk_s"] for run in runs],
            "peak_mib": [run["peak_mib"] for run in runs],
        }
        for key, values in figures.items():
            bench.keep(f"{architecture}.{key}", over_seeds(values))
        rows.append([architecture, *(round(float(np.mean(values)), 2) for values in figures.values())])
    columns = ["", "seconds", "CPU seconds", "of which a pass of walking", "peak MiB"]
    show(f"end to end, {WORKERS} threads: counting is one pass of walking, training makes it again", columns, rows)


# -- size --------------------------------------------------------------------------------------------------------------


def scaling(bench: Benchmark) -> None:
    """Time and memory from 10⁵ to 10⁷ edges: one walk of 10 from every node, then one epoch."""
    sizes = SIZES[:2] if bench.quick else SIZES
    taken: dict[int, list[Found]] = {n: [] for n in sizes}
    for seed in bench.seeds:
        for n in sizes[:: -1 if seed % 2 else 1]:
            train = {**TRAINING, "window": 2, "epochs": 1, "workers": WORKERS, "seed": seed}
            wanted = {**SECOND, "walk_length": 10, "num_walks": 1, "seed": seed, "train": train}
            graph = zipf(n, seed)
            taken[n].append({"edges": graph.nnz / 2, **alone(graph, "hanok", wanted, WORKERS)})
    rows, logs = [], []
    for n, runs in taken.items():
        figures = {
            "walks_s": [run["prepare_s"] + run["walk_s"] for run in runs],
            "walks_cpu_s": [run["prepare_cpu"] + run["walk_cpu"] for run in runs],
            "walks_mib": [run["walk_peak_mib"] - run["before_mib"] for run in runs],
            "train_s": [run["train_s"] for run in runs],
            "train_cpu_s": [run["train_cpu"] for run in runs],
            "peak_mib": [run["peak_mib"] for run in runs],
        }
        for key, values in figures.items():
            bench.keep(f"scaling.{n}.{key}", over_seeds(values))
        rows.append([f"{n:,}", *(round(float(np.mean(values)), 3) for values in figures.values())])
        logs += [[run["edges"], *values] for run, *values in zip(runs, *figures.values(), strict=True)]
    columns = ["walks s", "walks CPU s", "walks MiB", "train s", "train CPU s", "peak MiB"]
    show("made-up graphs; walks alone on one thread, training on two", ["edges", *columns], rows)
    grown = np.log(logs)
    for place, name in enumerate(columns, 1):
        slope = float(np.polyfit(grown[:, 0], grown[:, place], 1)[0])
        bench.keep(f"scaling.{name.replace(' ', '_').lower()}_exponent", {"value": round(slope, 3)})
        print(f"{name} grows as edges to the power of {slope:.2f}")


PIECES = (beside_peers, beside_gensim, end_to_end, scaling)


def main() -> None:
    """Run all pieces."""
    bench = Benchmark("walks", (__doc__ or "").splitlines()[0])
    bench.seeds = [0] if bench.quick else [0, 1, 2, 3, 4]
    if python := peers_python():
        bench.machine["libraries_of_peers"] = versions(python)
    else:
        print("the environment of PecanPy and node2vec is not there: left out; BENCH_WALKS_PYTHON may name its python")
    if not find_spec("gensim"):
        print("gensim is not installed: left out")
    for piece in PIECES:
        piece(bench)
    bench.finish()


if __name__ == "__main__":
    main()
