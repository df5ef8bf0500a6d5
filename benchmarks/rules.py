"""Rules for unseen competitions, beside popularity and tuned nearest neighbours; ablations; operations saved."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from benchmarks.harness import Benchmark, data, figure, interleaved, show, shown
from hanok.core.contract import Fold
from hanok.core.run import Run
from hanok.parts.ranking import ndcg_at, recall_at
from hanok.systems.rules import Config, Data, Rules, Sources
from hanok.systems.rules.fitting import matrix
from hanok.systems.rules.graph import Graph, faithful
from hanok.systems.rules.optimization import given
from hanok.systems.rules.report import average_precision
from hanok.systems.rules.room import Room
from hanok.systems.rules.simple import popular, ranked

Floats = npt.NDArray[np.float64]
Scores = Mapping[str, Floats]

SPLITS = 10
PROCESSES = 2
TRIES = 8
"""Settings that ours and each nearest-neighbour contender may try on validation."""

FEATURES = ("name", "section", "mod", "gameType", "desc", "team", "rated", "bestOfDefault")
"""What an organiser knows beforehand; rules and bans, which stand in the same file, are left out."""


def read(kind: str) -> Data:
    """The competitions of the data folder with the rules of one kind, or of all."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "competitions.jsonl"
        lines = data("competition_rules", "competitions.jsonl").read_text(encoding="utf-8").splitlines()
        kept = ("id", *FEATURES)
        path.write_text("".join(json.dumps({k: json.loads(line)[k] for k in kept}) + "\n" for line in lines), "utf-8")
        rules = {
            "path": data("competition_rules", "competition_rule.tsv"),
            "where": {} if kind == "all" else {"kind": kind},
        }
        return Rules.read(Sources.model_validate({"competitions": path, "rules": rules}))


# -- contenders --------------------------------------------------------------------------------------------------------


def fitted(fold: Fold[Data], seed: int, **config: Any) -> Rules:
    """The system with some settings."""
    return Rules(Config(**config)).fit(fold.train, fold.valid, Run(seed=seed, threads=1))


def scored(room: Room, part: Data, scores: npt.ArrayLike | None = None) -> Scores:
    """ndcg@10, recall@10 and average precision of each competition; of the room's own scores, or of others."""
    features, chosen, legal = given(room, part)
    ids = ranked(room.scorer.scores(features, chosen) if scores is None else scores, legal)
    truth = csr_matrix(matrix(part, room.rules))
    return {
        "ndcg@10": ndcg_at(ids, truth, 10),
        "recall@10": recall_at(ids, truth, 10),
        "map": average_precision(ids, truth),
    }


class Tried(NamedTuple):
    """What every setting of one contender gave on one split."""

    valid: list[float]
    test: list[Scores]


def tried(
    fold: Fold[Data], seed: int, first: Sequence[dict[str, Any]], draw: Callable[[np.random.Generator], dict[str, Any]]
) -> Tried:
    """`TRIES` settings, the same on every split; those known to be good come first."""
    rng = np.random.default_rng(0)
    found = Tried([], [])
    for config in [*first, *(draw(rng) for _ in range(TRIES - len(first)))]:
        room = fitted(fold, seed, **config).room
        found.valid.append(float(scored(room, fold.valid)["ndcg@10"].mean()))
        found.test.append(scored(room, fold.test))
    return found


def chosen(parts: Sequence[Tried]) -> tuple[list[Scores], list[Scores]]:
    """Tests of the setting that is best on all validation parts together, and of the one best on each split's own."""
    best = int(np.mean([part.valid for part in parts], axis=0).argmax())
    return [part.test[best] for part in parts], [part.test[int(np.argmax(part.valid))] for part in parts]


def ours(rng: np.random.Generator) -> dict[str, Any]:
    """Settings of ours, drawn."""
    return {
        "method": str(rng.choice(["als", "direct", "blend"])),
        "kernel": str(rng.choice(["rbf", "rbf", "linear"])),
        "width": float(np.exp(rng.uniform(np.log(0.5), np.log(3)))),
        "regularization": float(np.exp(rng.uniform(np.log(0.05), np.log(1)))),
        "text": float(rng.uniform(1, 3)),
        "relevance": float(rng.choice([0.0, 0.5, 1.0])),
    }


def neighbours(rng: np.random.Generator) -> dict[str, Any]:
    """Settings of nearest neighbours on our features, drawn."""
    return {
        "method": "knn",
        "neighbours": int(rng.choice([3, 5, 10, 15, 20, 30, 40, 50])),
        "sharpness": float(np.exp(rng.uniform(np.log(0.5), np.log(8)))),
        "text": float(rng.uniform(0.5, 4)),
        "relevance": float(rng.choice([0.0, 0.5, 1.0])),
    }


KNOWN_NEIGHBOURS: list[dict[str, Any]] = [
    {"method": "knn", "neighbours": 40, "sharpness": 2.0, "text": 3.0},
    {"method": "knn", "neighbours": 20, "sharpness": 4.0, "text": 3.0},
    {"method": "knn", "neighbours": 40, "sharpness": 2.0, "text": 2.0},
]
"""The best of some seventy settings on validation parts, when the default of ours was settled there, too."""


def sklearn_neighbours(fold: Fold[Data], room: Room) -> Tried:
    """scikit-learn's: one-hot columns and TF-IDF words, cosine; as many settings tried as ours."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import OneHotEncoder

    categories = ["game", *(name for name in FEATURES if name not in ("name", "desc", "mod"))]
    rng = np.random.default_rng(0)
    taken = matrix(fold.train, room.rules).astype(np.float64)
    found = Tried([], [])
    for number in range(TRIES):
        k, power, weight = int(rng.choice([5, 10, 15, 20, 30, 40, 50])), rng.uniform(0.5, 8), rng.uniform(0.5, 4)
        analyzer = str(rng.choice(["word", "char_wb"]))
        if number < len(KNOWN_NEIGHBOURS):
            k, power, weight = (KNOWN_NEIGHBOURS[number][name] for name in ("neighbours", "sharpness", "text"))
        grams = (1, 1) if analyzer == "word" else (2, 5)
        hot = OneHotEncoder(handle_unknown="ignore")
        words = [TfidfVectorizer(analyzer=analyzer, ngram_range=grams, min_df=2) for _ in range(2)]

        def encoded(part: Data, fit: bool, hot: Any = hot, words: Any = words, weight: float = weight) -> Any:
            rows = [[row.get(name, "") for name in categories] for row in part.features]
            texts = [[row.get(name, "") for row in part.features] for name in ("name", "desc")]
            method = "fit_transform" if fit else "transform"
            blocks = [getattr(hot, method)(rows)]
            blocks += [weight * getattr(v, method)(text) for v, text in zip(words, texts, strict=True)]
            return hstack(blocks).tocsr()

        nearest = NearestNeighbors(n_neighbors=min(k, len(taken)), metric="cosine").fit(encoded(fold.train, True))

        def votes(part: Data, nearest: Any = nearest, power: float = power) -> Floats:
            distance, who = nearest.kneighbors(encoded(part, False))
            share = np.maximum(1 - distance, 0) ** power
            found: Floats = np.einsum("nk,nkm->nm", share, taken[who]) + 1e-4 * taken.mean(axis=0)
            return found

        found.valid.append(float(scored(room, fold.valid, votes(fold.valid))["ndcg@10"].mean()))
        found.test.append(scored(room, fold.test, votes(fold.test)))
    return found


# -- what is measured --------------------------------------------------------------------------------------------------


def contest(run: Benchmark, kind: str, protocol: str, n: int) -> None:
    """All contenders on the test parts of n splits, which are fitted side by side."""
    whole = read(kind)
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:  # a fork would hang on polars' threads
        done = list(pool.map(one_split, [kind] * n, [protocol] * n, range(n)))
    found: dict[str, list[Scores]] = {}
    for name in done[0].tries:
        together, apart = chosen([one.tries[name] for one in done])
        found |= {f"{name}, tuned": together, f"{name}, tuned on each split": apart}
    found |= {name: [one.scores[name] for one in done] for name in done[0].scores}
    tell(run, f"{kind}, {protocol}", np.concatenate([one.rows for one in done]), found, len(whole))


class Done(NamedTuple):
    """Everything measured on one split, and which competition each row of its test part is."""

    tries: dict[str, Tried]
    scores: dict[str, Scores]
    rows: list[int]


def one_split(kind: str, protocol: str, seed: int) -> Done:
    """All contenders on one split."""
    whole = read(kind)
    fold = next(fold for fold in Rules.folds(whole, Config(), seed=seed) if fold.name == protocol)
    place = {id(features): row for row, features in enumerate(whole.features)}
    plain, games = fitted(fold, seed), fold.test.games
    tries = {
        "hanok": tried(fold, seed, [{}], ours),
        "kNN on our features": tried(fold, seed, KNOWN_NEIGHBOURS, neighbours),
        "kNN, scikit-learn": sklearn_neighbours(fold, plain.room),
    }
    scores = {
        "hanok, default": scored(plain.room, fold.test),
        "popularity in the game": scored(plain.room, fold.test, popular(plain.room, games)),
        "popularity": scored(plain.room, fold.test, popular(plain.room, [""] * len(games))),
        **{name: scored(fitted(fold, seed, **config).room, fold.test) for name, config in ABLATIONS.items()},
    }
    return Done(tries, scores, [place[id(features)] for features in fold.test.features])


def tell(run: Benchmark, what: str, ids: npt.NDArray[np.int64], found: Mapping[str, Sequence[Scores]], n: int) -> None:
    """Figures with intervals over competitions, and how much better ours is in pairs."""
    splits = len(next(iter(found.values())))

    def values(name: str, measure: str) -> Floats:
        return by_competition(ids, np.concatenate([scores[measure] for scores in found[name]]))

    rows = []
    for name, each in found.items():
        against = "hanok, tuned on each split" if name.endswith("each split") else "hanok, tuned"
        kept = [run.keep(f"{what}.{name}.{m}", figure(values(name, m))) for m in each[0]]
        kept[0]["splits"] = [round(float(scores["ndcg@10"].mean()), 4) for scores in each]
        less = run.keep(
            f"{what}.{name}.less", figure(values(against, "ndcg@10") - values(name, "ndcg@10"), against=against)
        )
        pairs = zip(found[against], each, strict=True)
        less["splits_won"] = sum(bool(a["ndcg@10"].mean() > b["ndcg@10"].mean()) for a, b in pairs)
        rows.append([name, *map(shown, kept), "" if name == against else f"{shown(less)}, {less['splits_won']} splits"])
    title = f"{what}: {len(set(ids.tolist()))} competitions in the tests of {splits} splits, {n} in all"
    show(title, ["", "ndcg@10", "recall@10", "map", "hanok, tuned alike, is better in ndcg@10 by"], rows)


ABLATIONS: dict[str, dict[str, Any]] = {
    "default with all features": {"relevance": 0.0, "redundancy": 1.0},
    "default with few features": {"relevance": 2.0, "redundancy": 0.9},
    "default without words": {"text": 0.0},
    "default, als + regression only": {"method": "als"},
    "default, regression to rules only": {"method": "direct"},
    "default, linear kernel": {"kernel": "linear"},
    "als + linear regression": {"kernel": "linear", "method": "als"},
    "linear regression to rules": {"kernel": "linear", "method": "direct"},
    "default, only rules the game had": {"strict": True},
}


def by_competition(ids: npt.NDArray[np.int64], values: Floats) -> Floats:
    """Means of each competition over the splits in whose test it was: those are what is resampled."""
    _, place = np.unique(ids, return_inverse=True)
    means: Floats = np.bincount(place, values) / np.bincount(place)
    return means


def operations(run: Benchmark, kind: str, **config: Any) -> list[list[Any]]:
    """The graph as fitted and as optimised: operations, rankings, milliseconds in turns."""
    whole = read(kind)
    fold = next(iter(Rules.folds(whole, Config(), seed=0)))
    system = fitted(fold, 0, **config)
    small = system.optimize(fold.valid, Run(threads=1))
    model = system.room.scorer
    before = Graph(faithful(model).SerializeToString(), np.arange(len(system.room.past.mean)))
    items = given(system.room, whole)  # every competition: learnt, validation and test
    depth = min(50, len(system.room.rules))
    same = float((before.rank(*items, depth)[0] == small.room.scorer.rank(*items, depth)[0]).all(axis=1).mean())
    turns = 50 if run.quick else 300
    one = [tuple(part[row : row + 1] for part in items) for row in range(min(turns, len(whole)))]
    times = interleaved(
        {
            "NumPy": lambda item: model.rank(*item, 10),
            "graph as fitted": lambda item: before.rank(*item, 10),
            "graph optimised": lambda item: small.room.scorer.rank(*item, 10),
        },
        one,
    )
    counts = {name: value for name, value in small.room.graph.items() if not name.startswith("milliseconds")}
    key = ".".join(["operations", kind, *(str(value) for value in config.values())])
    ratio = times["graph as fitted"]["p50_ms"] / times["graph optimised"]["p50_ms"]
    run.keep(key, {**counts, "same_rankings": same, "competitions": len(whole), "speedup": round(ratio, 2), **times})
    name = f"{kind} {' '.join(str(value) for value in config.values())}".strip()
    return [
        [name, "as fitted", *(counts[f"{what} before"] for what in WHAT), times["graph as fitted"]["p50_ms"], ""],
        [
            name,
            "optimised",
            *(counts[f"{what} after"] for what in WHAT),
            times["graph optimised"]["p50_ms"],
            f"{same:.0%}",
        ],
        [name, "NumPy", "", "", "", "", times["NumPy"]["p50_ms"], ""],
    ]


WHAT = ("operations", "multiplications", "features", "bytes")


def main() -> None:
    """Measure everything."""
    run = Benchmark("rules", __doc__ or "")
    kinds: Sequence[str] = ("rule",) if run.quick else ("rule", "ban", "all")
    n = 2 if run.quick else SPLITS
    run.seeds = list(range(n))
    for kind in kinds:
        contest(run, kind, "unseen competitions", n // 2 if kind == "all" else n)
    if not run.quick:
        for kind in ("rule", "ban"):
            contest(run, kind, "unseen games", n // 2)
    rows = [row for kind in kinds for row in operations(run, kind)]
    rows += [row for kind in kinds for row in operations(run, kind, kernel="linear")]
    columns = ["", "", *WHAT, "p50 ms", f"same first {50}"]
    show("One competition to its ten rules, from encoded features, onnxruntime on one thread", columns, rows)
    print(
        "\nLibRecommender's ALS needs interactions of a user: it has no answer for a new competition, so it is no peer."
    )
    run.finish()


if __name__ == "__main__":
    main()
