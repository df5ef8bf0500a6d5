"""Cold cells on other cuts of the same cells than those that anything was chosen on: does the ranking keep its figures?

`benchmarks.network` judges on the ten folds of the RAMP authors, which were in view while the responder was formed.
Here cells are cut into ten parts by seeds that nobody had looked at; all else is as there, with one seed of vectors.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.gdsc import gdsc
from benchmarks.harness import Benchmark, over_seeds, show
from benchmarks.network import FEATURES, NETWORK, RESAMPLES, STRENGTHS, TURNS, both, responders, without_network

FOLDS = 10


def main() -> None:
    """Run it."""
    bench = Benchmark("network_recut", str(__doc__).splitlines()[0])
    cuts = [1000] if bench.quick else [1000, 1001]
    bench.seeds = [0]
    world, found = gdsc(), {FEATURES: [], NETWORK: []}
    rng = np.random.default_rng(0)
    cells = len(world.labels)
    drawn = [np.arange(cells), *(rng.integers(cells, size=cells) for _ in range(RESAMPLES))]
    for cut in cuts:
        fold = np.random.default_rng(cut).permutation(cells) % FOLDS
        for who, values in found.items():
            scores = np.zeros(world.labels.shape)
            for part in range(1 if bench.quick else FOLDS):
                recut = replace(world, fold=fold)
                test, train = np.flatnonzero(fold == part), np.flatnonzero(fold != part)
                group = np.random.default_rng(part).permutation(len(train)) % TURNS["cold"]
                splits = [np.repeat((group == g)[:, None], scores.shape[1], axis=1) for g in range(TURNS["cold"])]
                evidence = world.evidence if who == NETWORK else without_network(world.evidence)
                (responder,) = responders(bench, recut, train, splits, who == NETWORK, strengths=True)
                scores[test] = responder.predict(evidence.take(test)).score
            values.append(np.array([both(scores[None], world.labels, part) for part in drawn]))
            print(f"cut {cut}, {who}: macro AUROC {values[-1][0][0]:.4f}, AUPR {values[-1][0][1]:.4f}", flush=True)
    rows = []
    for who, values in found.items():
        mean = np.mean(values, axis=0)  # (1 + resamples, 2), over cuts
        for place, kind in enumerate(("auroc", "aupr")):
            low, high = np.quantile(mean[1:, place], [0.025, 0.975])
            kept = over_seeds([one[0][place] for one in values]) | {"low": round(low, 4), "high": round(high, 4)}
            bench.keep(f"{who}: {STRENGTHS}, {kind}", kept | {"cuts": cuts})
            rows.append([who, kind, f"{kept['mean']:.4f} [{kept['low']:.4f}, {kept['high']:.4f}]", *kept["seeds"]])
    show(f"Cold cells, {STRENGTHS}: macro, over cuts", ["", "", "mean, interval over cells", *cuts], rows)
    bench.finish()


if __name__ == "__main__":
    main()
