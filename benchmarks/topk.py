"""Exact top-20 of 5,000 and of 100,000 items for a query, one thread: beside implicit, faiss, hnswlib, usearch, numpy.

Vectors are random (d = 64), queries come one by one, contenders take turns on each. The exact ones must find the same
items; of the graphs (hnswlib, usearch; of 5,000 items) the share of the true top-20 that they find is given.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before anything reads it

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Benchmark, interleaved, over_seeds, show, timed
from hanok.parts.ranking import top_k

D, K = 64, 20
SIZES = {5_000: 500, 100_000: 150}  # items: queries
GRAPHS = ("hnswlib", "usearch")
Call = Callable[[np.ndarray], Any]


def main() -> None:
    """Run it."""
    bench = Benchmark("topk", __doc__ or "")
    for n_items, n_queries in SIZES.items():
        runs = [once(n_items, n_queries // (5 if bench.quick else 1), seed) for seed in bench.seeds]
        names = list(runs[0])
        rows = []
        for name in names:
            found = {key: over_seeds([run[name][key] for run in runs]) for key in runs[0][name]}
            ours = found["p50_ms"]["mean"] / over_seeds([run["hanok"]["p50_ms"] for run in runs])["mean"]
            bench.keep(f"{name}@{n_items}", {**found, "times_hanok": round(ours, 2)})
            rows.append(
                [name, *(found[key]["mean"] for key in ("p50_ms", "p99_ms", "recall", "build_s")), f"{ours:.2f}"]
            )
        show(f"top-{K} of {n_items} items, d = {D}", ["", "p50 ms", "p99 ms", "recall", "build s", "/ hanok"], rows)
    bench.finish()


def once(n_items: int, n_queries: int, seed: int) -> dict[str, dict[str, float]]:
    """Every contender on the same items and queries."""
    rng = np.random.default_rng(seed)
    items = rng.standard_normal((n_items, D)).astype(np.float32)
    queries = list(rng.standard_normal((n_queries, D)).astype(np.float32))
    truth = [set(np.argsort(-(items @ q), kind="stable")[:K].tolist()) for q in queries]
    calls: dict[str, Call] = {}
    built: dict[str, float] = {}
    for name, make in CONTENDERS.items():
        if name in GRAPHS and n_items > 10_000:
            continue  # building takes minutes
        try:
            calls[name], built[name] = timed(make, items)
        except ImportError:
            print(f"{name} is not installed and left out")
    figures = {}
    for name, taken in interleaved(calls, queries).items():
        recall = np.mean([len(truth[i] & set(calls[name](q))) / K for i, q in enumerate(queries)])
        if name not in GRAPHS and recall < 0.9999:
            raise SystemExit(f"{name} finds {recall:.4f} of the top {K}; expected all")
        figures[name] = {**taken, "recall": float(recall), "build_s": built[name]}
    return figures


def hanok(items: np.ndarray) -> Call:
    """This house."""
    return lambda query: top_k(query, items, K).ids.tolist()


def with_numpy(items: np.ndarray) -> Call:
    """Product, argpartition, sort."""

    def call(query: np.ndarray) -> Any:
        scores = items @ query
        some = np.argpartition(scores, -K)[-K:]
        return some[np.argsort(-scores[some])].tolist()

    return call


def implicit(items: np.ndarray) -> Call:
    """What `recommend` of implicit calls."""
    from implicit.cpu.topk import topk

    return lambda query: topk(items, query[None], K, num_threads=1)[0][0].tolist()


def faiss_flat(items: np.ndarray) -> Call:
    """Exact search of faiss."""
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(D)
    index.add(items)
    return lambda query: index.search(query[None], K)[1][0].tolist()


def usearch_exact(items: np.ndarray) -> Call:
    """Exact search of usearch."""
    from usearch.index import MetricKind, search

    return lambda query: search(items, query, K, MetricKind.IP, exact=True, threads=1).keys.tolist()


def hnswlib(items: np.ndarray) -> Call:
    """A graph; ef at five times K."""
    from hnswlib import Index

    index = Index(space="ip", dim=D)
    index.init_index(max_elements=len(items), M=16, ef_construction=100)
    index.set_num_threads(1)
    index.add_items(items, num_threads=2)
    index.set_ef(5 * K)
    return lambda query: index.knn_query(query, K, num_threads=1)[0][0].tolist()


def usearch(items: np.ndarray) -> Call:
    """A graph; expansion at five times K."""
    from usearch.index import Index

    index = Index(ndim=D, metric="ip", dtype="f32", connectivity=16, expansion_add=100, expansion_search=5 * K)
    index.add(np.arange(len(items)), items, threads=2)
    return lambda query: index.search(query, K, threads=1).keys.tolist()


CONTENDERS: dict[str, Callable[[np.ndarray], Call]] = {
    "hanok": hanok,
    "implicit": implicit,
    "faiss-flat": faiss_flat,
    "usearch-exact": usearch_exact,
    "numpy": with_numpy,
    "hnswlib": hnswlib,
    "usearch": usearch,
}


if __name__ == "__main__":
    main()
