"""One fit of one contender: in this process, or as ``python benchmarks/fit_als.py FOLDER`` in one of its own.

A process of its own shows how much memory a fit takes, and lets a contender live in another environment, in which hanok
need not be installed. FOLDER holds ``train.npz`` and ``wanted.json``; ``users.npy``, ``items.npy`` are added, and the
last line printed is JSON.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, load_npz
from threadpoolctl import threadpool_limits

Floats32 = npt.NDArray[np.float32]
Factors = tuple[Floats32, Floats32]
Fit = Callable[[csr_matrix], Factors]

ITERATIONS = 15


def hanok(factors: int, workers: int, seed: int, **settings: float) -> Fit:
    """`hanok.parts.factorization.ALS`; the kernel is compiled, or read from disk, before the clock runs."""
    from hanok.parts.factorization import ALS
    from hanok.parts.factorization.kernel import LANES, kernel

    kernel(-(-factors // LANES) * LANES, False)
    als = ALS(factors, workers=workers, seed=seed, **{"iterations": ITERATIONS, **settings})

    def fit(train: csr_matrix) -> Factors:
        als.fit(train)
        return als.user_factors, als.item_factors

    return fit


def implicit(factors: int, workers: int, seed: int, **settings: float) -> Fit:
    """ALS of implicit on the processor; `alpha` is the weight c of what was seen."""
    from implicit.cpu.als import AlternatingLeastSquares

    given: dict[str, Any] = {"iterations": ITERATIONS, **settings}
    als = AlternatingLeastSquares(factors=factors, num_threads=workers, random_state=seed, **given)

    def fit(train: csr_matrix) -> Factors:
        als.fit(train, show_progress=False)
        return als.user_factors, als.item_factors

    return fit


def libreco(factors: int, workers: int, seed: int, *, alpha: float, regularization: float) -> Fit:
    """LibRecommender's ALS, whose weight of what was seen is its alpha + 1; `alpha` is that weight, as implicit's."""
    import pandas
    from libreco.algorithms import ALS
    from libreco.data import DatasetPure

    def fit(train: csr_matrix) -> Factors:
        users, items = train.nonzero()
        given, info = DatasetPure.build_trainset(pandas.DataFrame({"user": users, "item": items, "label": 1}))
        als = ALS(
            "ranking",
            info,
            embed_size=factors,
            n_epochs=ITERATIONS,
            reg=float(regularization),
            alpha=alpha - 1,
            n_threads=workers,
            seed=seed,
        )
        started = time.perf_counter()
        als.fit(given, neg_sampling=True, verbose=0)  # draws none: it makes it take labels of 1 only
        fit.seconds = time.perf_counter() - started  # without building its data set
        found = np.zeros((train.shape[0], factors), np.float32), np.zeros((train.shape[1], factors), np.float32)
        for rows, ids, vectors in zip(
            found, (info.user2id, info.item2id), (als.user_embeds_np, als.item_embeds_np), strict=True
        ):
            rows[list(ids)] = vectors[list(ids.values())]
        return found

    return fit


CONTENDERS: dict[str, Callable[..., Fit]] = {"hanok": hanok, "implicit": implicit, "libreco": libreco}


def memory(name: str) -> float:
    """MiB of this process: ``VmRSS`` now, ``VmHWM`` at most so far."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return float("nan")


def main() -> None:
    """Fit what FOLDER wants."""
    warnings.simplefilter("ignore")
    folder = Path(sys.argv[1])
    wanted = json.loads((folder / "wanted.json").read_text(encoding="utf-8"))
    train = load_npz(folder / "train.npz").tocsr()
    with threadpool_limits(1):
        fit = CONTENDERS[wanted.pop("contender")](**wanted)
        before = memory("VmRSS")
        cpu, wall = time.process_time(), time.perf_counter()
        users, items = fit(train)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    np.save(folder / "users.npy", users)
    np.save(folder / "items.npy", items)
    took = getattr(fit, "seconds", wall)
    peak = memory("VmHWM")
    print(json.dumps({"seconds": took, "cpu": cpu, "before_mib": before, "peak_mib": peak}), flush=True)


if __name__ == "__main__":
    main()
