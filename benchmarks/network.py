"""Network embedding of GDSC's drug responses: what RA-NS changes, cold cell lines, masked pairs.

Two protocols. *Cold cells*: the authors' ten folds; no response of a test cell is in the network, in a list of
negatives or in a loss. *Masked pairs*: a tenth of all pairs at random; cells keep the others. `check_leaks` looks at
every model before it is judged. Settings are chosen on training responses only, by hiding a part of them in turn.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from benchmarks.gdsc import Gdsc, gdsc
from benchmarks.harness import Benchmark, Figure, figure, over_seeds, show, shown
from hanok.parts.embedding import SGNS, ResponseAware, Walks, balanced
from hanok.parts.factorization import ALS
from hanok.parts.graph import check_leaks, linear_probe, per_right, pooled, separation
from hanok.parts.response import Evidence, Responder

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

THREADS = 2
WALK = {"q": 0.5, "walk_length": 40, "num_walks": 20}
LEARN = {"window": 5, "negative": 10, "sample": 0.0, "epochs": 3}
SHARES = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0], [1.0, 0.0, 1.0]])  # steps of cell, drug, gene to each of them
FRACTION = 0.75  # of .5, .75 and 1 the one that draws training pairs of the first fold furthest apart
PLAIN, AWARE = "plain", "RA-NS"
TURNS = {"cold": 8, "masked": 4}  # parts of what is known that are hidden in turn to choose settings
RESAMPLES = 100
LABELS, STRENGTHS = "labels", "labels, -ln IC50"
FEATURES, NETWORK = "features", "network + features"


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
    sampler = ResponseAware(pairs, fraction=FRACTION, seed=seed) if negatives == AWARE else None
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
    labels, n_seeds = world.labels, len(bench.seeds)
    names = ["linear", "MLP", *(f"{who}: {what}" for what in (LABELS, STRENGTHS) for who in (FEATURES, NETWORK))]
    drawn = [name for name in names if name == "MLP" or name.startswith(NETWORK)]  # the others are alike for all seeds
    scores = {name: np.zeros((n_seeds if name in drawn else 1, *labels.shape)) for name in names}
    for fold in folds:
        test, train = np.flatnonzero(world.fold == fold), np.flatnonzero(world.fold != fold)
        group = np.random.default_rng(fold).permutation(len(train)) % TURNS["cold"]
        splits = [np.repeat((group == g)[:, None], labels.shape[1], axis=1) for g in range(TURNS["cold"])]
        for name, fitted, grid in (("linear", linear, [10.0, 100.0, 1000.0]), ("MLP", perceptron, [3.0, 10.0, 20.0])):
            best = tuned(fitted, world, train, group, grid)
            for place, seed in enumerate(bench.seeds[: len(scores[name])]):
                scores[name][place][test] = fitted(world, train, test, best, seed)
        for what in (LABELS, STRENGTHS):
            for who in (FEATURES, NETWORK):
                found = responders(bench, world, train, splits, who == NETWORK, what == STRENGTHS)
                evidence = world.evidence if who == NETWORK else without_network(world.evidence)
                for place, responder in enumerate(found):
                    scores[f"{who}: {what}"][place][test] = responder.predict(evidence.take(test)).score
    ranked = compared(bench, scores, labels, np.isin(world.fold, folds))
    rows = [[name, *ranked[name]] for name in names]
    columns = ["", "macro AUROC", "macro AUPR", "AUROC less MLP's", "AUPR less MLP's", "AUROC less without", "AUPR"]
    show(f"Cold cells, {len(folds)} folds, {n_seeds} seeds", columns, rows)
    best, without = (bench.figures[f"cold cells, {who}: {STRENGTHS}"] for who in (NETWORK, FEATURES))
    bench.keep("cold_macro_auroc", over_seeds(best["auroc"]["seeds"]))
    bench.keep("cold_macro_aupr", over_seeds(best["aupr"]["seeds"]))
    bench.keep("features_macro_auroc", over_seeds(without["auroc"]["seeds"]))


def responders(
    bench: Benchmark, world: Gdsc, train: Ints, splits: Sequence[Bools], network: bool, strengths: bool
) -> list[Responder]:
    """One for each seed: settings of the first, drug vectors of its own; without network one for all."""
    labels, given = world.labels[train], world.strengths[train] if strengths else None
    evidence = (world.evidence if network else without_network(world.evidence)).take(train)
    first = choose(world, train, splits, labels, evidence, network, strengths)
    if not network:
        return [first]
    found = [first]
    for seed in bench.seeds[1:]:
        similar = {"vectors": drug_likeness(world, train, np.isfinite(labels), seed)}
        found.append(Responder(first.settings).fit(evidence, labels, similarities=similar, strengths=given))
    return found


def tuned(fitted: Callable[..., Floats], world: Gdsc, train: Ints, group: Ints, grid: Sequence[float]) -> float:
    """The value that is best on the same parts of the training cells as ours are chosen on, each hidden in turn."""

    def score(value: float) -> float:
        scores = np.zeros((len(train), world.labels.shape[1]))
        for part in np.unique(group):
            scores[group == part] = fitted(world, train[group != part], train[group == part], value, 0)
        return total(scores, world.labels[train])

    return max(grid, key=score)


def linear(world: Gdsc, train: Ints, test: Ints, strength: float, seed: int) -> Floats:
    """A ridge regression of each drug's labels on expression, less what is usual of the drug."""
    seen = np.isin(np.arange(len(world.labels)), train)
    told = linear_probe(np.nan_to_num(world.evidence.numbers), world.labels, seen, regularization=strength)
    return told[test] - np.nan_to_num(np.nanmean(world.labels[train], axis=0))


def perceptron(world: Gdsc, train: Ints, test: Ints, alpha: float, seed: int) -> Floats:
    """One network for all drugs on expression, in the manner of scikit-learn; what was not measured is as usual."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    numbers, labels = np.nan_to_num(world.evidence.numbers), world.labels[train]
    mean, spread = numbers[train].mean(axis=0), numbers[train].std(axis=0)
    target = np.nan_to_num(labels - np.nanmean(labels, axis=0))
    model = MLPRegressor(hidden_layer_sizes=(256,), alpha=alpha, batch_size=64, max_iter=60, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 120 rounds are no better
        model.fit((numbers[train] - mean) / spread, target)
    return np.asarray(model.predict((numbers[test] - mean) / spread))


def total(scores: Floats, labels: Floats) -> float:
    """What settings are chosen by: macro AUROC and AUPR together."""
    found = per_right(scores, labels)
    return found.macro_auroc + found.macro_aupr


def compared(bench: Benchmark, scores: Mapping[str, Floats], labels: Floats, cells: Bools) -> dict[str, list[str]]:
    """Macro AUROC and AUPR of each contender by seed, less the MLP's and less the same without network.

    Differences are means over seeds, their intervals by bootstrap over cells.
    """
    rng, told = np.random.default_rng(0), {}
    everyone = np.flatnonzero(cells)
    drawn = [everyone, *(rng.choice(everyone, len(everyone)) for _ in range(RESAMPLES))]
    resampled = {who: np.array([both(found, labels, part) for part in drawn]) for who, found in scores.items()}
    for who, found in scores.items():
        seeds = np.array([both(one[None], labels, everyone) for one in found])
        kept: Figure = {"auroc": over_seeds(seeds[:, 0].tolist()), "aupr": over_seeds(seeds[:, 1].tolist())}
        row = [f"{seeds[:, i].mean():.4f}" for i in (0, 1)]
        for other, name in (("MLP", "less_mlp"), (who.replace(NETWORK, FEATURES), "less_without_network")):
            change = resampled[who] - resampled[other]
            for i, kind in enumerate(("auroc", "aupr")):
                low, high = np.quantile(change[1:, i], [0.025, 0.975])
                span = {"value": change[0, i], "low": low, "high": high}
                kept[f"{kind}_{name}"] = {key: round(float(value), 4) for key, value in span.items()}
                row.append(f"{change[0, i]:+.4f} [{low:+.4f}, {high:+.4f}]" if other != who else "")
        bench.keep(f"cold cells, {who}", kept)
        told[who] = row
    return told


def both(scores: Floats, labels: Floats, cells: Ints) -> Floats:
    """Mean macro AUROC and AUPR over seeds, of some cells: (2,)."""
    found = [per_right(one[cells], labels[cells]) for one in scores]
    return np.array([[one.macro_auroc, one.macro_aupr] for one in found]).mean(axis=0)


def masked(bench: Benchmark, world: Gdsc) -> None:
    """A tenth of the pairs hidden: the responder beside ALS, and beside what is usual of cell and drug."""
    labels, cells = world.labels, np.arange(len(world.labels))
    measured = np.isfinite(labels)
    who = ["bias only", "ALS", FEATURES, NETWORK]
    scores = {name: np.zeros((len(bench.seeds), *labels.shape)) for name in who}
    truth = np.full((len(bench.seeds), *labels.shape), np.nan)
    for seed in bench.seeds:
        part = np.random.default_rng(seed).integers(10, size=labels.shape)
        hidden = (part == 0) & measured
        given = np.where(hidden, np.nan, labels)
        truth[seed][hidden] = labels[hidden]
        splits = [(part == 1 + turn) & measured for turn in range(TURNS["masked"])]
        scores["bias only"][seed] = biases(given)
        scores["ALS"][seed] = factorised(given, splits[0])
        for name, network in ((FEATURES, False), (NETWORK, True)):
            evidence = world.evidence if network else without_network(world.evidence)
            responder = choose(world, cells, splits, given, evidence, network, False)
            scores[name][seed] = responder.predict(evidence, cells).score
    ranked = {name: [per_right(s, t) for s, t in zip(scores[name], truth, strict=True)] for name in who}
    rows = []
    for name, found in ranked.items():
        kept: Figure = {
            "auroc": over_seeds([one.macro_auroc for one in found]),
            "aupr": over_seeds([one.macro_aupr for one in found]),
        }
        row = [name, f"{kept['auroc']['mean']:.4f}", f"{kept['aupr']['mean']:.4f}"]
        for kind in ("auroc", "aupr"):  # (n_seeds, n_drugs) each
            ours, theirs = (np.array([getattr(one, kind) for one in part]) for part in (ranked[NETWORK], found))
            gained = ours - theirs
            change = figure(np.nanmean(gained[:, np.isfinite(gained).any(axis=0)], axis=0))
            kept[f"{kind}_network_features_less_this"] = change
            row.append(
                "" if name == NETWORK else f"{change['value']:+.4f} [{change['low']:+.4f}, {change['high']:+.4f}]"
            )
        bench.keep(f"masked pairs, {name}", kept)
        rows.append(row)
    columns = ["", "macro AUROC", "macro AUPR", f"AUROC of {NETWORK} less this, over drugs", "AUPR"]
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
        for d in (8, 16, 32, 64)
        for a in (0.05, 0.2, 0.8)
        for r in (0.003, 0.03, 0.3)
    ]
    core, truth = np.where(valid, np.nan, given), np.where(valid, given, np.nan)
    best = max(grid, key=lambda settings: per_right(fitted(core, **settings), truth).macro_auroc)
    return fitted(given, **best)


if __name__ == "__main__":
    main()
