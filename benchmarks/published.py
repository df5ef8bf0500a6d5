"""The vectors that RAMP's authors published: linear probes on held-out cell lines, and whether they know too much.

Expression stands beside them, of which nothing is known to leak. Two probes: ridge regression, which `transductive_gap`
reads vectors with, and logistic regression, whose strength is the one that gives what was measured before, .705 / .302
of expression, .872 / .521 of the legacy vectors and .878 / .542 of those with RA-NS: how that was done is not known.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from benchmarks.gdsc import Gdsc, gdsc
from benchmarks.harness import Benchmark, Figure, data, show
from hanok.parts.graph import Responses, linear_probe, per_right, transductive_gap

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FOLDS = range(1, 11)
STRENGTH = 70.0


def main() -> None:
    """Run it."""
    bench = Benchmark("published", str(__doc__).splitlines()[0])
    world = gdsc()
    expression = np.nan_to_num(world.evidence.numbers)
    vectors = {"expression": dict.fromkeys(FOLDS, expression), **published(world)}
    rows = []
    for kind, by_fold in vectors.items():
        kept: Figure = {}
        for name, probe in {"ridge": linear_probe, "logistic": logistic}.items():
            if bench.quick and name == "logistic":
                continue
            scores = np.zeros(world.labels.shape)
            for fold in FOLDS:
                test = world.fold == fold
                scores[test] = probe(by_fold[fold], world.labels, ~test)[test]
            found = per_right(scores, world.labels)
            kept[name] = {"auroc": round(found.macro_auroc, 4), "aupr": round(found.macro_aupr, 4)}
        told = "" if kind == "expression" else leaks(world, by_fold, kept)
        bench.keep(kind, kept)
        rows.append([kind, *(f"{one['auroc']:.3f} / {one['aupr']:.3f}" for one in list(kept.values())[:2]), told])
    show("Macro AUROC / AUPR of held-out cells", ["vectors", "ridge", "logistic", "of what training brings"], rows)
    bench.finish()


def published(world: Gdsc) -> dict[str, dict[int, Floats]]:
    """Vectors of cell lines by kind and fold, (n_cells, 64) each."""
    with np.load(data("gdsc-ramp", "published_embeddings.npz"), allow_pickle=False) as file:
        order = {str(cell): i for i, cell in enumerate(file["ids"])}
        place = [order[world.graph.names[node]] for node in world.cells]
        return {kind: {k: file[f"{kind}_{k}"][place] for k in FOLDS} for kind in ("legacy", "rans")}


def leaks(world: Gdsc, by_fold: Mapping[int, Floats], kept: Figure) -> str:
    """How much of what training brings held-out cells show, and the verdict."""
    everything = world.responses(np.ones(world.labels.shape, bool))
    left = np.searchsorted(world.cells, everything.left)
    local = Responses(left, everything.right, everything.label)
    gap = transductive_gap(by_fold, local, world.fold, world.evidence.numbers)
    kept["verdict"] = gap.verdict
    if gap.retained is None:
        return gap.verdict
    kept["retained"] = [round(float(v), 4) for v in (gap.retained.value, gap.retained.low, gap.retained.high)]
    value, low, high = kept["retained"]
    return f"{gap.verdict}: {value:.2f} [{low:.2f}, {high:.2f}]"


def logistic(vectors: Floats, labels: Floats, train: Bools) -> Floats:
    """Logistic regression of each drug's labels, vectors brought to variance 1: log-odds, (n_cells, n_drugs)."""
    from sklearn.linear_model import LogisticRegression

    rows = (vectors - vectors[train].mean(axis=0)) / np.maximum(vectors[train].std(axis=0), 1e-9)
    scores = np.zeros(labels.shape)
    for drug, truth in enumerate(labels.T):
        used = train & np.isfinite(truth)
        if len(np.unique(truth[used])) == 2:
            model = LogisticRegression(C=1 / STRENGTH, max_iter=200).fit(rows[used], truth[used])
            scores[:, drug] = model.decision_function(rows)
    return scores


if __name__ == "__main__":
    main()
