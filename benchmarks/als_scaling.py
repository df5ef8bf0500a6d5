"""Do the time and memory of a fit stay in proportion to the interactions? ``python -m benchmarks.als_scaling``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, save_npz

from benchmarks import fit_als
from benchmarks.harness import Benchmark, over_seeds, show

SIZES = (100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
FACTORS, WORKERS, ITERATIONS = 64, 2, 3
SETTINGS = {
    "hanok": {"alpha0": 0.25, "regularization": 2.5, "nu": 0.0},
    "implicit": {"alpha": 5.0, "regularization": 10.0},
}


def zipf(n: int, seed: int) -> csr_matrix:
    """Draw n interactions of n/50 users and n/100 items; both are picked with a chance of 1/rank (users: 1/√rank)."""
    rng = np.random.default_rng(seed)
    shape = n // 50, n // 100
    chances = [1 / np.arange(1, size + 1) ** power for size, power in zip(shape, (0.5, 1.0), strict=True)]
    bounds = [np.cumsum(chance / chance.sum()) for chance in chances]
    pairs = np.zeros(0, np.int64)
    while len(pairs) < n:
        users, items = (np.minimum(np.searchsorted(b, rng.random(n)), len(b) - 1) for b in bounds)
        pairs = np.unique(np.append(pairs, users * shape[1] + items))
    pairs = np.sort(rng.permutation(pairs)[:n])
    return csr_matrix((np.ones(n, np.float32), (pairs // shape[1], pairs % shape[1])), shape=shape)


def fit(contender: str, seed: int, folder: Path) -> dict[str, float]:
    """A fit in a process of its own."""
    wanted: dict[str, Any] = {"contender": contender, "factors": FACTORS, "workers": WORKERS, "seed": seed}
    wanted |= {"iterations": ITERATIONS} | SETTINGS[contender]
    (folder / "wanted.json").write_text(json.dumps(wanted), encoding="utf-8")
    command = [sys.executable, fit_als.__file__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Fit every size, contenders in turn."""
    bench = Benchmark("als_scaling", __doc__ or "")
    sizes = SIZES[:3] if bench.quick else SIZES
    contenders = [name for name in SETTINGS if find_spec(name)]
    if "implicit" not in contenders:
        print("implicit is not installed: left out")
    taken: dict[tuple[str, int], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for n in sizes:
            for turn, seed in enumerate(bench.seeds):
                save_npz(folder / "train.npz", zipf(n, seed), compressed=False)
                for name in contenders[:: -1 if turn % 2 else 1]:
                    taken.setdefault((name, n), []).append(fit(name, seed, folder))
    rows = []
    for name in contenders:
        for n in sizes:
            runs = taken[name, n]
            figures = {
                "ms_per_iteration": over_seeds([1000 * run["seconds"] / ITERATIONS for run in runs]),
                "cpu_ms_per_iteration": over_seeds([1000 * run["cpu"] / ITERATIONS for run in runs]),
                "peak_mib": over_seeds([run["peak_mib"] for run in runs]),
                "fit_mib": over_seeds([run["peak_mib"] - run["before_mib"] for run in runs]),
            }
            for key, found in figures.items():
                bench.keep(f"{name}.{n}.{key}", found)
            rows.append([name, f"{n:,}", *(round(found["mean"], 1) for found in figures.values())])
        logs = np.log([[n, run["cpu"], run["seconds"]] for n in sizes for run in taken[name, n]])
        for column, what in ((1, "cpu"), (2, "wall")):
            slope = float(np.polyfit(logs[:, 0], logs[:, column], 1)[0])
            bench.keep(f"{name}.{what}_exponent", {"value": round(slope, 3)})
            print(f"{name}: {what} time grows as interactions to the power of {slope:.2f}")
    if "implicit" in contenders:
        ratios = [
            [
                other["seconds"] / own["seconds"]
                for own, other in zip(taken["hanok", n], taken["implicit", n], strict=True)
            ]
            for n in sizes
        ]
        for n, ratio in zip(sizes, ratios, strict=True):
            bench.keep(f"{n}.speedup_vs_implicit", over_seeds(ratio))
    columns = ["", "interactions", "ms per iteration", "CPU ms per iteration", "peak MiB", "MiB of the fit"]
    show(
        f"d = {FACTORS}, {WORKERS} threads, a fit of {ITERATIONS} iterations with all that is around it", columns, rows
    )
    bench.finish()


if __name__ == "__main__":
    main()
