"""Network embedding of GDSC's drug responses: what RA-NS changes, cold cell lines, masked pairs, published vectors.

Two protocols. *Cold cells*: the authors' ten folds; no response of a test cell is in the network, in a list of
negatives or in a loss. *Masked pairs*: a tenth of all pairs at random; cells keep the others. `check_leaks` looks at
every model before it is judged. Settings are chosen on training responses only, by hiding a part of them in turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from benchmarks.gdsc import Gdsc, gdsc
from benchmarks.harness import Benchmark, Figure, data, figure, over_seeds, show, shown
from hanok.parts.embedding import SGNS, ResponseAware, Walks, balanced
from hanok.parts.factorization import ALS
from hanok.parts.graph import check_leaks, linear_probe, per_right, pooled, separation, transductive_gap
from hanok.parts.response import Evidence, Responder

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

THREADS = 2
WALK = {"q": 0.5, "walk_length": 40, "num_walks": 20}
LEARN = {"window": 5, "negative": 10, "sample": 0.0, "epochs": 3}
SHARES = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 1.0]])  # steps of cell, drug, gene to each of them
PLAIN, AWARE = "plain", "RA-NS"
TURNS, RESAMPLES = 4, 100


class Vectors(NamedTuple):
    """IN and OUT of cells and drugs, (n_cells, d) and (n_drugs, d) each."""

    cells: Floats32
    drugs: Floats32
    drugs_out: Floats32


def main() -> None:
    """Run it."""
    bench = Benchmark("network", str(__doc__).splitlines()[0])
    bench.seeds = [0] if bench.quick else [0, 1, 2, 3, 4]
    world = gdsc()
    folds = [1] if bench.quick else list(range(1, 11))
    node2vec(bench, world, folds)
    cold(bench, world, folds)
    masked(bench, world)
    published(bench, world)
    bench.finish()


# -- what RA-NS changes ------------------------------------------------------------------------------------------------


def embed(world: Gdsc, known: Bools, negatives: str, seed: int) -> Vectors:
    """node2vec on the network of some responses; what was embedded once is kept, as several parts ask for it."""
    key = hashlib.sha256(np.packbits(known & np.isfinite(world.labels)).tobytes()).hexdigest(), negatives, seed
    if key not in _EMBEDDED:
        _EMBEDDED[key] = _embed(world, known, negatives, seed)
    return _EMBEDDED[key]


_EMBEDDED: dict[tuple[str, str, int], Vectors] = {}


def _embed(world: Gdsc, known: Bools, negatives: str, seed: int) -> Vectors:
    """Responses that are not known must not be found in anything it learns from."""
    graph, seen = world.network(known), world.responses(known)
    resists = seen.pairs[~seen.label]
    pairs = np.concatenate([resists, resists[:, ::-1]])
    check_leaks(world.responses(~known), graph=graph, negatives=pairs, positives=seen)
    steps = balanced(graph.adjacency, graph.types, SHARES)
    starts = np.concatenate([world.cells, world.drugs])
    walks = Walks(steps, starts=starts, workers=THREADS, seed=seed, **WALK)
    sampler = ResponseAware(pairs, seed=seed) if negatives == AWARE else None
    model = SGNS(64, workers=THREADS, seed=seed, **LEARN).fit(walks, len(graph), sampler)
    return Vectors(model.vectors[world.cells], model.vectors[world.drugs], model.context[world.drugs])


def judged(world: Gdsc, test: Bools, vectors: Vectors, scores: Floats) -> dict[str, float]:
    """Separation of training and held-out pairs, and how well held-out cells are ranked."""
    labels = world.labels
    held = per_right(scores[test], labels[test])
    auroc, aupr = pooled(scores[test], labels[test])
    return {
        "separation, training": separation(vectors.cells[~test], vectors.drugs, labels[~test]).mean,
        "separation, held out": separation(vectors.cells[test], vectors.drugs, labels[test]).mean,
        "macro AUROC": held.macro_auroc,
        "macro AUPR": held.macro_aupr,
        "pooled AUROC": auroc,
        "pooled AUPR": aupr,
    }


def node2vec(bench: Benchmark, world: Gdsc, folds: Sequence[int]) -> None:
    """Plain and response-aware on every fold and seed."""

    def run(negatives: str, fold: int, seed: int) -> dict[str, float]:
        test = world.fold == fold
        known = np.broadcast_to(~test[:, None], world.labels.shape)
        vectors = embed(world, known, negatives, seed)
        return judged(world, test, vectors, vectors.cells @ vectors.drugs_out.T)

    claim(bench, "node2vec", run, folds)


def claim(bench: Benchmark, model: str, run: Callable[[str, int, int], dict[str, float]], folds: Sequence[int]) -> None:
    """Judge RA-NS against plain over folds and seeds, in pairs."""
    found: dict[str, list[dict[str, float]]] = {PLAIN: [], AWARE: []}
    for seed in bench.seeds:
        for fold in folds:
            for negatives in (PLAIN, AWARE) if (seed + fold) % 2 else (AWARE, PLAIN):
                found[negatives].append(run(negatives, fold, seed))
    rows = []
    for name in found[PLAIN][0]:
        plain, aware = (np.array([one[name] for one in found[which]]) for which in (PLAIN, AWARE))
        change = figure(aware - plain)
        verdict = "holds" if change["low"] > 0 else "fails" if change["high"] < 0 else "inconclusive"
        bench.keep(f"{model}: {name}", {"plain": figure(plain), "aware": figure(aware), "change": change})
        rows.append([name, f"{plain.mean():.4f}", f"{aware.mean():.4f}", shown(change), verdict])
    ratio = [a["separation, training"] / p["separation, training"] for p, a in zip(*found.values(), strict=True)]
    bench.keep("separation_ratio" if model == "node2vec" else f"{model}: separation_ratio", over_seeds(ratio))
    title = f"{model}: RA-NS less plain, {len(folds)} folds, {len(bench.seeds)} seeds"
    show(title, ["held-out cells unless said", PLAIN, AWARE, "change", "that RA-NS is better"], rows)


# -- who responds ------------------------------------------------------------------------------------------------------


def choose(
    world: Gdsc, rows: Ints, splits: Sequence[Bools], given: Floats, evidence: Evidence, network: bool, strengths: bool
) -> Responder:
    """A responder with the settings that are best on what is hidden in turn; with the network or without."""
    similarities: dict[str, list[Floats]] = {}
    if network:
        known = np.isfinite(given)
        parts = [known, *(known & ~split for split in splits)]
        similarities["vectors"] = [drug_likeness(world, rows, part, 0) for part in parts]
    return Responder.choose(
        evidence, given, splits, similarities=similarities, strengths=world.strengths[rows] if strengths else None
    )


def drug_likeness(world: Gdsc, rows: Ints, known: Bools, seed: int) -> Floats:
    """Cosine of response-aware drug vectors, made of the known responses of these cells alone."""
    whole = np.zeros(world.labels.shape, bool)
    whole[rows] = known
    drugs = embed(world, whole, AWARE, seed).drugs.astype(np.float64)
    unit = drugs / np.maximum(np.linalg.norm(drugs, axis=1, keepdims=True), 1e-9)
    return np.asarray(unit @ unit.T)


def without_network(evidence: Evidence) -> Evidence:
    """Features alone."""
    return Evidence.of(evidence.numbers, evidence.words)


def cold(bench: Benchmark, world: Gdsc, folds: Sequence[int]) -> None:
    """Out-of-fold scores of every cell: features alone, and with the network; from labels, and from strengths too."""
    labels, judged_cells = world.labels, np.isin(world.fold, folds)
    rows = []
    for strengths in (False, True):
        scores = {who: np.zeros((len(bench.seeds), *labels.shape)) for who in ("features", "network + features")}
        for fold in folds:
            test, train = np.flatnonzero(world.fold == fold), np.flatnonzero(world.fold != fold)
            group = np.random.default_rng(fold).permutation(len(train)) % TURNS
            splits = [np.repeat((group == g)[:, None], labels.shape[1], axis=1) for g in range(TURNS)]
            known, given = np.isfinite(labels[train]), world.strengths[train] if strengths else None
            for who, network in (("features", False), ("network + features", True)):
                evidence = world.evidence if network else without_network(world.evidence)
                learnt = evidence.take(train)
                responder = choose(world, train, splits, labels[train], learnt, network, strengths)
                for seed in bench.seeds:
                    if seed and network:  # the same settings, drug vectors of this seed
                        similar = {"vectors": drug_likeness(world, train, known, seed)}
                        again = Responder(responder.settings)
                        responder = again.fit(learnt, labels[train], similarities=similar, strengths=given)
                    scores[who][seed][test] = responder.predict(evidence.take(test)).score
        what = "labels and strengths" if strengths else "labels"
        rows += [[what, *row] for row in compared(bench, f"cold, {what}", scores, labels, judged_cells)]
    show(
        f"Cold cells, {len(folds)} folds, {len(bench.seeds)} seeds",
        ["learnt from", "", "macro AUROC", "macro AUPR", "AUROC gained over features", "AUPR gained"],
        rows,
    )
    best = bench.figures["cold, labels and strengths: network + features"]
    bench.keep("cold_macro_auroc", over_seeds(best["auroc"]["seeds"]))
    bench.keep("cold_macro_aupr", over_seeds(best["aupr"]["seeds"]))
    bench.keep("features_macro_auroc", over_seeds(bench.figures["cold, labels: features"]["auroc"]["seeds"]))


def compared(
    bench: Benchmark, name: str, scores: Mapping[str, Floats], labels: Floats, cells: Bools
) -> list[list[str]]:
    """Macro AUROC and AUPR of each contender by seed; differences from the first, by bootstrap over cells."""
    first, rows = next(iter(scores)), []
    rng = np.random.default_rng(0)
    drawn = [rng.choice(np.flatnonzero(cells), int(cells.sum())) for _ in range(RESAMPLES)]
    resampled = {who: np.array([both(found, labels, part) for part in drawn]) for who, found in scores.items()}
    for who, found in scores.items():
        seeds = np.array([both(one[None], labels, np.flatnonzero(cells)) for one in found])
        change = resampled[who] - resampled[first]
        spans = [np.quantile(change[:, i], [0.025, 0.975]).round(4).tolist() for i in (0, 1)]
        gained = seeds.mean(axis=0) - both(scores[first], labels, np.flatnonzero(cells))
        bench.keep(
            f"{name}: {who}",
            {
                "auroc": over_seeds(seeds[:, 0].tolist()),
                "aupr": over_seeds(seeds[:, 1].tolist()),
                "auroc_gain": {"value": round(float(gained[0]), 4), "low": spans[0][0], "high": spans[0][1]},
                "aupr_gain": {"value": round(float(gained[1]), 4), "low": spans[1][0], "high": spans[1][1]},
            },
        )
        told = [f"{gained[i]:+.4f} [{spans[i][0]:+.4f}, {spans[i][1]:+.4f}]" if who != first else "" for i in (0, 1)]
        rows.append([who, f"{seeds[:, 0].mean():.4f}", f"{seeds[:, 1].mean():.4f}", *told])
    return rows


def both(scores: Floats, labels: Floats, cells: Ints) -> Floats:
    """Mean macro AUROC and AUPR over seeds, of some cells: (2,)."""
    found = [per_right(one[cells], labels[cells]) for one in scores]
    return np.array([[one.macro_auroc, one.macro_aupr] for one in found]).mean(axis=0)


def masked(bench: Benchmark, world: Gdsc) -> None:
    """A tenth of the pairs hidden: the responder beside ALS, and beside what is usual of cell and drug."""
    labels, cells = world.labels, np.arange(len(world.labels))
    measured = np.isfinite(labels)
    who = ["bias only", "ALS", "features", "network + features"]
    scores = {name: np.zeros((len(bench.seeds), *labels.shape)) for name in who}
    truth = np.full((len(bench.seeds), *labels.shape), np.nan)
    for seed in bench.seeds:
        part = np.random.default_rng(seed).integers(10, size=labels.shape)
        hidden = (part == 0) & measured
        given = np.where(hidden, np.nan, labels)
        truth[seed][hidden] = labels[hidden]
        splits = [(part == 1 + turn) & measured for turn in range(TURNS)]
        scores["bias only"][seed] = biases(given)
        scores["ALS"][seed] = factorised(given, splits[0])
        for name, network in (("features", False), ("network + features", True)):
            evidence = world.evidence if network else without_network(world.evidence)
            responder = choose(world, cells, splits, given, evidence, network, False)
            scores[name][seed] = responder.predict(evidence, cells).score
    rows = []
    ours = np.array([per_right(s, t).auroc for s, t in zip(scores[who[-1]], truth, strict=True)])
    for name in who:
        ranked = [per_right(s, t) for s, t in zip(scores[name], truth, strict=True)]
        auroc, aupr = [one.macro_auroc for one in ranked], [one.macro_aupr for one in ranked]
        gained = ours - np.array([one.auroc for one in ranked])  # (n_seeds, n_drugs)
        gain = figure(np.nanmean(gained, axis=0)[np.isfinite(gained).any(axis=0)])
        found: Figure = {"auroc": over_seeds(auroc), "aupr": over_seeds(aupr), "network_features_less_this": gain}
        bench.keep(f"masked pairs: {name}", found)
        rows.append([name, f"{np.mean(auroc):.4f}", f"{np.mean(aupr):.4f}", "" if name == who[-1] else shown(gain)])
    columns = ["", "macro AUROC", "macro AUPR", "AUROC of network + features less this, over drugs"]
    show(f"Masked pairs, {len(bench.seeds)} seeds", columns, rows)


def biases(given: Floats, shrink: float = 5.0) -> Floats:
    """What is usual of a cell beside what is usual of a drug, both drawn to the mean by five responses."""
    known = np.isfinite(given)
    mean = given[known].mean()
    drug = np.where(known, given - mean, 0).sum(axis=0) / (known.sum(axis=0) + shrink)
    cell = np.where(known, given - mean - drug, 0).sum(axis=1) / (known.sum(axis=1) + shrink)
    return np.asarray(mean + drug + cell[:, None])


def factorised(given: Floats, valid: Bools) -> Floats:
    """Our ALS on the sensitive pairs, its settings chosen on one of the parts that the responder is tuned on."""

    def fitted(seen: Floats, **settings: Any) -> Floats:
        als = ALS(workers=THREADS, **settings).fit(csr_matrix(np.nan_to_num(seen)))
        return np.asarray(als.user_factors @ als.item_factors.T, np.float64)

    grid = [
        {"factors": d, "alpha0": a, "regularization": r}
        for d in (8, 32)
        for a in (0.05, 0.2)
        for r in (0.003, 0.03, 0.3)
    ]
    core, truth = np.where(valid, np.nan, given), np.where(valid, given, np.nan)
    best = max(grid, key=lambda settings: per_right(fitted(core, **settings), truth).macro_auroc)
    return fitted(given, **best)


# -- published vectors -------------------------------------------------------------------------------------------------


def published(bench: Benchmark, world: Gdsc) -> None:
    """The authors' vectors by the same code, and whether they know what they should not."""
    path = data("gdsc-ramp", "published_embeddings.npz")
    with np.load(path, allow_pickle=False) as file:
        order = {str(cell): i for i, cell in enumerate(file["ids"])}
        place = [order[world.graph.names[node]] for node in world.cells]
        vectors = {kind: {k: file[f"{kind}_{k}"][place] for k in range(1, 11)} for kind in ("legacy", "rans")}
    responses = world.responses(np.ones(world.labels.shape, bool))
    left = np.searchsorted(world.cells, responses.left)
    local = type(responses)(left, responses.right, responses.label)
    rows = []
    for kind, by_fold in vectors.items():
        scores = np.zeros(world.labels.shape)
        for fold, given in by_fold.items():
            test = world.fold == fold
            scores[test] = linear_probe(given, world.labels, ~test)[test]
        found = per_right(scores, world.labels)
        gap = transductive_gap(by_fold, local, world.fold, world.evidence.numbers)
        retained = gap.retained
        bench.keep(
            f"published {kind}",
            {
                "auroc": round(found.macro_auroc, 4),
                "aupr": round(found.macro_aupr, 4),
                "retained": None if retained is None else [retained.value, retained.low, retained.high],
                "verdict": gap.verdict,
            },
        )
        told = "" if retained is None else f"{retained.value:.2f} [{retained.low:.2f}, {retained.high:.2f}]"
        rows.append([kind, f"{found.macro_auroc:.3f}", f"{found.macro_aupr:.3f}", told, gap.verdict])
    columns = ["vectors", "macro AUROC", "macro AUPR", "of what training brings, held-out cells show", ""]
    show("The authors' published vectors, linear probe on held-out cells", columns, rows)


if __name__ == "__main__":
    main()
