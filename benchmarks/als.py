"""Implicit ALS beside implicit's and LibRecommender's: ``python -m benchmarks.als``.

A fifth of each user's items is hidden, drawn anew for every seed; users stay (weak generalisation). Settings are chosen
on a fifth of what is left, drawn three times, from equally many for each contender and at the final number of
iterations, with d = 64.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, save_npz
from threadpoolctl import threadpool_limits

from benchmarks import fit_als
from benchmarks.fit_als import CONTENDERS, Factors
from benchmarks.harness import ROOT, Benchmark, figure, over_seeds, show, timed
from benchmarks.heldout import FILES, Floats, cut, judge, popular, seen

D, WORKERS, ROUNDS, DRAWS = 64, 2, 3, 3
# The six best places each of wider grids (hanok 55 settings, implicit 30), tried once on a validation cut of seed 0.
GRIDS: dict[str, list[dict[str, float]]] = {
    "hanok": [
        {"alpha0": a, "nu": nu, "regularization": r}
        for a, (nu, r) in product((0.25, 0.1), [(1.0, 0.003), (1.0, 0.01), (0.5, 0.3)])
    ],
    "implicit": [
        {"alpha": c, "regularization": r}
        for c, r in [(5.0, 30.0), (3.0, 30.0), (5.0, 10.0), (5.0, 60.0), (11.0, 60.0), (11.0, 100.0)]
    ],
}
Settings = Mapping[str, float]


def libreco_python() -> Path | None:
    """The Python of the environment that has LibRecommender."""
    given = os.environ.get("BENCH_LIBRECO_PYTHON")
    path = Path(given) if given else ROOT / ".venv-bench-libreco" / "bin" / "python"
    return path if path.exists() else None


def fitted(contender: str, settings: Settings, train: csr_matrix, factors: int, seed: int) -> Factors:
    """User and item vectors."""
    return CONTENDERS[contender](factors, WORKERS, seed, **settings)(train)


def tuned(contender: str, train: csr_matrix, seed: int, quick: bool) -> dict[str, float]:
    """The settings with the best N@20 on a fifth of what is trained on, drawn several times: one draw is noisy."""
    grid = GRIDS[contender][:2] if quick else GRIDS[contender]
    scores = np.zeros(len(grid))
    for draw in range(1 if quick else DRAWS):
        core, valid = cut(train, seed + 1000 * (draw + 1))
        scores += [judge(*fitted(contender, s, core, D, seed), core, valid)[1].mean() for s in grid]
    return grid[int(np.argmax(scores))]


def alone(
    python: Path, contender: str, settings: Settings, train: csr_matrix, seed: int
) -> tuple[dict[str, Any], Factors]:
    """A fit in a process of its own: seconds and memory, and the vectors."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        save_npz(folder / "train.npz", train)
        wanted = {"contender": contender, "factors": D, "workers": WORKERS, "seed": seed, **settings}
        (folder / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
        command = [str(python), fit_als.__file__, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        factors = np.load(folder / "users.npy"), np.load(folder / "items.npy")
        return json.loads(done.stdout.splitlines()[-1]), factors


def race(
    train: csr_matrix, best: Mapping[str, Settings], factors: int, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Wall and CPU seconds of contenders that take turns, (rounds,) each, and their last vectors."""
    wall: dict[str, list[float]] = {name: [] for name in best}
    cpu: dict[str, list[float]] = {name: [] for name in best}
    last: dict[str, Factors] = {}
    for turn in range(ROUNDS):
        for name in list(best)[:: -1 if turn % 2 else 1]:
            fit = CONTENDERS[name](factors, WORKERS, seed, **best[name])
            before = time.process_time()
            last[name], took = timed(fit, train)
            wall[name].append(took)
            cpu[name].append(time.process_time() - before)
    return {
        "wall": {n: float(np.median(t)) for n, t in wall.items()},
        "cpu": {n: float(np.median(t)) for n, t in cpu.items()},
    }, last


class Comparison:
    """Everything about one data set, gathered over the seeds."""

    def __init__(self, bench: Benchmark, name: str) -> None:
        self.bench, self.name, self.matrix = bench, name, seen(name)
        self.values: dict[str, list[float]] = {}
        self.users: dict[str, list[Floats]] = {}
        self.chosen: dict[str, list[Settings]] = {}
        self.contenders = ["hanok", *(["implicit"] if find_spec("implicit") else [])]

    def note(self, key: str, value: float) -> None:
        """One seed's value of a figure."""
        self.values.setdefault(key, []).append(value)

    def judged(self, key: str, factors: Factors, train: csr_matrix, hidden: csr_matrix) -> float:
        """N@20, noted with R@20."""
        recall, gain = judge(*factors, train, hidden)
        self.note(f"{key}.recall20", float(recall.mean()))
        self.note(f"{key}.ndcg20", float(gain.mean()))
        self.users.setdefault(key, []).append(gain)
        return float(gain.mean())

    def seed(self, seed: int) -> None:
        """Cut, tune, race and judge once."""
        train, hidden = cut(self.matrix, seed)
        best = {name: tuned(name, train, seed, self.bench.quick) for name in self.contenders}
        for name, settings in best.items():
            self.chosen.setdefault(name, []).append(settings)
        self.judged("popularity", popular(train), train, hidden)
        for factors in (D, 2 * D):
            prefix = "" if factors == D else f"d{factors}."
            times, vectors = race(train, best, factors, seed)
            gains = {name: self.judged(prefix + name, vectors[name], train, hidden) for name in best}
            for kind, taken in times.items():
                for name in best:
                    self.note(f"{prefix}{name}.{kind}_s", taken[name])
            if "implicit" in best:
                self.note(f"{prefix}speedup_vs_implicit", times["wall"]["implicit"] / times["wall"]["hanok"])
                self.note(f"{prefix}cpu_ratio_vs_implicit", times["cpu"]["implicit"] / times["cpu"]["hanok"])
                self.note(f"{prefix}ndcg_ratio", gains["hanok"] / gains["implicit"])
        if "implicit" in best:
            self.peers(seed, train, hidden, best)

    def peers(self, seed: int, train: csr_matrix, hidden: csr_matrix, best: Mapping[str, Settings]) -> None:
        """The same objective, LibRecommender, and memory."""
        theirs = best["implicit"]
        c = theirs["alpha"]  # Σ c (x - 1)² over what was seen is, but for the length of vectors, Σ (x - 1)² with these:
        same = {"alpha0": 1 / (c - 1), "nu": 0.0, "regularization": theirs["regularization"] / c}
        gain = self.judged("hanok_same_objective", fitted("hanok", same, train, D, seed), train, hidden)
        self.note("ndcg_ratio_same_objective", gain / self.values["implicit.ndcg20"][-1])
        python = libreco_python()
        for name in [*self.contenders, *(["libreco"] if python else [])]:
            own = python if python and name == "libreco" else Path(sys.executable)
            found, vectors = alone(own, name, best.get(name, theirs), train, seed)
            self.note(f"{name}.alone_s", found["seconds"])
            self.note(f"{name}.process_peak_mib", found["peak_mib"])
            self.note(f"{name}.fit_mib", found["peak_mib"] - found["before_mib"])
        if python:  # the objective is implicit's, and so are the settings
            gain = self.judged("libreco", vectors, train, hidden)
            self.note("speedup_vs_libreco", self.values["libreco.alone_s"][-1] / self.values["hanok.alone_s"][-1])
            self.note("ndcg_ratio_vs_libreco", self.values["hanok.ndcg20"][-1] / gain)

    def finish(self) -> None:
        """Keep the figures and show them."""
        for key, values in self.values.items():
            self.bench.keep(f"{self.name}.{key}", over_seeds(values))
        if "implicit" in self.users:
            gaps = [own - other for own, other in zip(self.users["hanok"], self.users["implicit"], strict=True)]
            self.bench.keep(f"{self.name}.ndcg_gain_vs_implicit", figure(np.concatenate(gaps)))
        for name, settings in self.chosen.items():
            self.bench.keep(f"{self.name}.{name}.settings", {"seeds": [dict(s) for s in settings]})
        rows = [[key, *(f"{value:.4f}" for value in (np.mean(values), *values))] for key, values in self.values.items()]
        show(f"{self.name} {self.matrix.shape}, {self.matrix.nnz:,} pairs", ["", "mean", *self.bench.seeds], rows)


def main() -> None:
    """Compare on every data set."""
    bench = Benchmark("als", (__doc__ or "").splitlines()[0])
    if not find_spec("implicit"):
        print("implicit is not installed: left out")
    if not libreco_python():
        print("LibRecommender's environment is not there: left out; BENCH_LIBRECO_PYTHON may name its python")
    with threadpool_limits(1):  # of BLAS: each contender has its own threads
        for name in FILES:
            comparison = Comparison(bench, name)
            for seed in bench.seeds:
                comparison.seed(seed)
            comparison.finish()
    bench.finish()


if __name__ == "__main__":
    main()
