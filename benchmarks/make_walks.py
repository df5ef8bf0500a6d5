"""Walks of one contender over one graph: ``python benchmarks/make_walks.py FOLDER``, in the contender's environment.

FOLDER holds ``graph.npz`` and ``wanted.json``. The last line printed is JSON: how many steps, seconds and processor
seconds of preparing and of walking, MiB. Compiling is left out of all of them. Knows no hanok but where it is asked to.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, load_npz, save_npz

Wanted = dict[str, Any]
Found = dict[str, float]
TINY = csr_matrix(np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 1.0], [2.0, 1.0, 0.0]]))


class Clock:
    """Seconds and processor seconds of each phase, and how much memory all took."""

    def __init__(self) -> None:
        self.found: Found = {}
        with suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew here
        self.found["before_mib"] = memory("VmRSS")

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time what is within."""
        cpu, wall = time.process_time(), time.perf_counter()
        yield
        self.found[f"{name}_s"] = time.perf_counter() - wall
        self.found[f"{name}_cpu"] = time.process_time() - cpu
        self.found["peak_mib"] = memory("VmHWM")


def hanok(folder: Path, wanted: Wanted) -> Found:
    """`Walks`, its chunks looked at and dropped, as training does; if ``train`` is wanted, `SGNS` learns from them."""
    from hanok.parts.embedding import SGNS, Walks

    train = wanted.pop("train", None)
    graph = load_npz(folder / "graph.npz").tocsr()
    tiny = Walks(TINY, **{**wanted, "num_walks": 1})
    tokens = sum(len(chunk.tokens) for chunk in tiny(0))
    if train:
        SGNS(**{**train, "epochs": 1}).fit(tiny, 3)
    clock = Clock()
    with clock.phase("prepare"):
        walks = Walks(graph, **wanted)
    with clock.phase("walk"):
        tokens = 0
        for chunk in walks(0):
            tokens += len(chunk.tokens)
    clock.found["steps"] = tokens - len(walks.starts) * walks.num_walks
    clock.found["walk_peak_mib"] = clock.found["peak_mib"]
    if train:
        with clock.phase("train"):  # counting, and walking again as it learns
            SGNS(**train).fit(walks, walks.n_nodes)
    return clock.found


def pecanpy(mode: str) -> Callable[[Path, Wanted], Found]:
    """PecanPy, which compiles anew for every graph and call: once for all here, and not while the clock runs."""

    def walk(folder: Path, wanted: Wanted) -> Found:
        from pecanpy import pecanpy as peer

        def made(path: Path) -> Any:
            graph = getattr(peer, mode)(wanted["p"], wanted["q"], workers=1, random_state=wanted["seed"])
            graph.read_npz(str(path), weighted=True, implicit_ids=True)
            return graph

        def prepared(graph: Any) -> float:
            start = time.perf_counter()
            graph._preprocess_transition_probs()
            return time.perf_counter() - start

        def compiled(graph: Any) -> None:
            forward, has = graph.get_move_forward(), graph.get_has_nbrs()
            graph.get_move_forward, graph.get_has_nbrs = lambda: forward, lambda: has
            graph.simulate_walks(1, 2)

        save_npz(folder / "tiny.npz", TINY, compressed=False)
        tiny = made(folder / "tiny.npz")
        prepared(tiny)
        compiled(tiny)  # so that the compiler's own memory is there before
        compiling = prepared(made(folder / "tiny.npz"))
        graph = made(folder / "graph.npz")
        clock = Clock()
        with clock.phase("prepare"):
            prepared(graph)
        for name in ("prepare_s", "prepare_cpu"):
            clock.found[name] = max(clock.found[name] - compiling, 0.0)
        compiled(graph)
        with clock.phase("walk"):
            walks = graph.simulate_walks(wanted["num_walks"], wanted["walk_length"] - 1)  # it counts steps
        return {**clock.found, "steps": sum(map(len, walks)) - len(walks)}

    return walk


def node2vec(folder: Path, wanted: Wanted) -> Found:
    """node2vec, whose constructor prepares and walks."""
    import networkx
    from node2vec import Node2Vec

    graph = networkx.from_scipy_sparse_array(load_npz(folder / "graph.npz"))
    clock = Clock()

    class Timed(Node2Vec):
        def _precompute_probabilities(self) -> None:
            with clock.phase("prepare"):
                super()._precompute_probabilities()

        def _generate_walks(self) -> list[list[str]]:
            with clock.phase("walk"):
                walks: list[list[str]] = super()._generate_walks()
            return walks

    walks = Timed(graph, workers=1, quiet=True, **wanted).walks
    return {**clock.found, "steps": sum(map(len, walks)) - len(walks)}


CONTENDERS: dict[str, Callable[[Path, Wanted], Found]] = {
    "hanok": hanok,
    "pecanpy SparseOTF": pecanpy("SparseOTF"),
    "pecanpy PreComp": pecanpy("PreComp"),
    "pecanpy PreCompFirstOrder": pecanpy("PreCompFirstOrder"),
    "node2vec": node2vec,
}


def memory(name: str) -> float:
    """MiB of this process: ``VmRSS`` now, ``VmHWM`` at most so far."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Walk as FOLDER wants."""
    folder = Path(sys.argv[1])
    wanted = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    print(json.dumps(CONTENDERS[wanted.pop("contender")](folder, wanted)), flush=True)


if __name__ == "__main__":
    main()
