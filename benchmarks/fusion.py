"""Three rankers of anime fused: is a tuned fusion better than the best of them alone, and when one of them is noise?

ALS, item2vec and content learn from 60 % of each user's items. Candidates are the first 100 of each; all rank them.
Method and weights are tuned on 20 % of 1,500 users, and judged once on the other 20 % of 3,000, before any fallback.
Beside it each method with equal weights and tuned, and ranx: do both fuse alike, how fast, what does its tuning reach?
"""

from __future__ import annotations

import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from benchmarks.anime import Scorer, contents, fitted, interactions, listed, splits
from benchmarks.harness import Benchmark, over_seeds, seconds, show, timed
from hanok.core.bootstrap import paired
from hanok.parts.ranking import Fusion, Ranked, fuse, ndcg_at, tune_weights

K, DEPTH, TUNED_ON = 20, 100, 1500
METHODS = ("wsum", "zscore", "rrf", "wrf")
CASES = {
    "all rankers": ("als", "item2vec", "content"),
    "als is noise": ("noise", "item2vec", "content"),
    "item2vec is noise": ("als", "noise", "content"),
    "content is noise": ("als", "item2vec", "noise"),
}
Floats = npt.NDArray[np.float64]
Lists = dict[str, Ranked]


def main() -> None:
    """Run it."""
    bench = Benchmark("fusion", __doc__ or "")
    bench.seeds = [10] if bench.quick else [10, 11, 12, 13, 14]  # the part was made while looking at split 0
    matrix, terms = interactions(), contents()
    runs = [once(matrix, terms, seed, 400 if bench.quick else TUNED_ON) for seed in bench.seeds]
    for case in runs[0]["cases"]:
        judged(bench, case, [run["cases"][case] for run in runs])
    peers = [run["ranx"] for run in runs if run["ranx"]]
    if peers:
        found = {key: over_seeds([peer[key] for peer in peers]) for key in peers[0]}
        bench.keep("ranx", found)
        show("beside ranx", ["", "mean", "per split"], [[key, f["mean"], f["seeds"]] for key, f in found.items()])
    bench.finish()


def once(matrix: csr_matrix, terms: csr_matrix, seed: int, n_tuned: int) -> dict[str, Any]:
    """One split: every case of rankers, tuned on validation, judged on test, per user."""
    start = time.perf_counter()
    train, valid, test = splits(matrix, seed)
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(np.flatnonzero(np.diff(valid.indptr)))[:n_tuned]
    asked = np.sort(rng.permutation(np.flatnonzero(np.diff(test.indptr)))[: 2 * n_tuned])
    sides = fitted(train, seed)
    before, after = (Scorer(sides, terms, train, known, seed) for known in (train, train + valid))
    found = {}
    for case, rankers in CASES.items():
        lists = listed(before, chosen, DEPTH, rankers), listed(after, asked, DEPTH, rankers)
        found[case] = {**tuned(*lists, valid[chosen], test[asked], case == "all rankers"), "users": asked}
        if case == "all rankers":
            peer = beside_ranx(*lists, valid[chosen], test[asked])
    print(f"split {seed}: {time.perf_counter() - start:.0f} s", flush=True)
    return {"cases": found, "ranx": peer}


def tuned(before: Lists, after: Lists, valid: csr_matrix, test: csr_matrix, every: bool) -> dict[str, Any]:
    """Per user N@20 on test of each ranker, of each method with equal and with tuned weights, of the best of all."""
    found: dict[str, Any] = {name: ndcg_at(ranked.ids, test, K) for name, ranked in after.items()}
    for method in METHODS if every else ():
        equal = Fusion(method, dict.fromkeys(after, 1.0))
        found[f"{method} equal"] = ndcg_at(equal.fuse(after, K).ids, test, K)
        alone = tune_weights(before, valid, at=K, methods=[method]).fusion
        found[f"{method} tuned"] = ndcg_at(alone.fuse(after, K).ids, test, K)
    best = tune_weights(before, valid, at=K)
    found["tuned"] = ndcg_at(best.fusion.fuse(after, K).ids, test, K)
    chosen = f"{best.fusion.method} {' '.join(f'{n}={w:.3f}' for n, w in best.fusion.weights.items())}"
    return {"ndcg": found, "best": best.best, "winner": best.winner, "fusion": chosen}


def judged(bench: Benchmark, case: str, runs: list[dict[str, Any]]) -> None:
    """The table of a case, and its gain over the best single ranker: users paired, each the mean of its splits."""
    rows = []
    for name in runs[0]["ndcg"]:
        values = over_seeds([float(run["ndcg"][name].mean()) for run in runs])
        gain = pooled([run["ndcg"][name] - run["ndcg"][run["best"]] for run in runs], [run["users"] for run in runs])
        bench.keep(f"{case}: {name}", {**values, "gain_over_best_single": gain})
        rows.append([name, f"{values['mean']:.4f}", f"{gain['value']:+.4f} [{gain['low']:+.4f}, {gain['high']:+.4f}]"])
    splits_won = [paired(run["ndcg"]["tuned"], run["ndcg"][run["best"]]) for run in runs]
    bench.keep(
        f"{case}: splits",
        {
            "gain": [[round(float(x), 4) for x in (won.value, won.low, won.high)] for won in splits_won],
            "no_loss": all(won.low >= 0 for won in splits_won),
            "chosen": [run["fusion"] for run in runs],
            "winner": [run["winner"] for run in runs],
        },
    )
    show(f"{case}: N@{K} on test", ["", "mean", "gain over the best single"], rows)
    for won, run in zip(splits_won, runs, strict=True):
        print(
            f"    {won.value:+.4f} [{won.low:+.4f}, {won.high:+.4f}]  {run['fusion']}; the rule chose {run['winner']}"
        )


def pooled(gains: list[Floats], users: list[npt.NDArray[np.int64]]) -> dict[str, float]:
    """Mean gain with its interval over users, each counted once by the mean of its splits."""
    total, times = np.zeros(1 + max(u.max() for u in users)), np.zeros(1 + max(u.max() for u in users))
    for gain, who in zip(gains, users, strict=True):
        np.add.at(total, who, gain)
        np.add.at(times, who, 1)
    some = times > 0
    found = paired(total[some] / times[some], np.zeros(some.sum()))
    return {"value": round(found.value, 5), "low": round(found.low, 5), "high": round(found.high, 5)}


def beside_ranx(before: Lists, after: Lists, valid: csr_matrix, test: csr_matrix) -> dict[str, float]:
    """The same lists through ranx; empty where it is not installed."""
    try:
        from ranx import Qrels, Run, optimize_fusion
        from ranx import fuse as ranx_fuse
    except ImportError:
        print("ranx is not installed and left out")
        return {}
    weights = [0.5, 0.2, 0.3]

    def runs(lists: Mapping[str, Ranked], n: int) -> list[Any]:
        return [
            Run({f"q{u}": {f"d{i}": float(s) for i, s in zip(*ranked.query(u), strict=True)} for u in range(n)})
            for ranked in lists.values()
        ]

    n = min(1000, test.shape[0])
    few, theirs = [Ranked(r.ids[:n], r.scores[:n]) for r in after.values()], runs(after, n)
    ranx_fuse(theirs, norm="min-max", method="wsum", params={"weights": weights})  # compiles
    fuse("wsum", few, weights, top=K)
    found: dict[str, float] = {}
    for name, options in {
        "wsum": {"norm": "min-max", "params": {"weights": weights}},
        "rrf": {"params": {"k": 60}},
    }.items():
        mixed, theirs_s = timed(ranx_fuse, theirs, method=name, **options)
        ours, ours_s = timed(fuse, name, few, weights if name == "wsum" else None, top=K)
        scores = [sorted(mixed.run[f"q{u}"].values(), reverse=True)[:K] for u in range(n)]
        found[f"{name}_largest_difference"] = float(np.abs(np.array(scores) - ours.scores).max())
        found[f"{name}_times_faster"] = theirs_s / ours_s
    m = min(500, valid.shape[0])
    wanted = Qrels({f"q{u}": {f"d{i}": 1 for i in valid[u].indices} for u in range(m)})
    best: list[Any] = []
    grid_s = seconds(
        lambda: best.append(
            optimize_fusion(
                wanted, runs(before, m), norm="min-max", method="wsum", metric=f"ndcg@{K}", show_progress=False
            )
        )
    )
    few_lists = {name: Ranked(r.ids[:m], r.scores[:m]) for name, r in before.items()}
    ours_s = seconds(lambda: best.append(tune_weights(few_lists, valid[:m], at=K, methods=["wsum"])))
    grid = dict(zip(after, best[0]["weights"], strict=True))
    for name, fusion in (("ranx", Fusion("wsum", grid)), ("hanok", best[1].fusion)):
        found[f"ndcg_tuned_by_{name}_on_{m}_users"] = float(ndcg_at(fusion.fuse(after, K).ids, test, K).mean())
    found["tuning_times_faster"] = grid_s / ours_s
    return found


if __name__ == "__main__":
    main()
