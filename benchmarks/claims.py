"""Three claims that the recommenders were built on: which hold on public data, each with its interval.

1. Weighted rank fusion (WRF) is better than reciprocal rank fusion (RRF), to which matrix factorisation alone was
   superior. 2. On restricted lists of items item2vec is better than matrix factorisation. 3. Japanese text is compared
   better with verbs and adjectives than with nouns and pronouns only.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix
from scipy.stats import spearmanr

from benchmarks.anime import Scorer, contents, fitted, interactions, listed, splits
from benchmarks.fusion import pooled
from benchmarks.harness import Benchmark, data, over_seeds, show
from hanok.core.bootstrap import paired
from hanok.parts.embedding import SGNS, Vocabulary
from hanok.parts.ranking import Fusion, ndcg_at, top_k, tune_weights
from hanok.parts.text import DocumentVectors, morphemes

K, DEPTH, USERS = 20, 100, 1000
RANKERS = ("als", "item2vec", "content")
SHARE = 0.05  # of the items, in a random list and in one of popular items
POS = ("nouns", "nouns+verbs", "all")
WORDS = {"window": 5, "negative": 5, "sample": 1e-3, "epochs": 5}

Floats = npt.NDArray[np.float64]
Scores = dict[str, Floats]
Row = tuple[str, dict[str, float], dict[str, float], dict[str, float]]


def main() -> None:
    """Run it."""
    bench = Benchmark("claims", __doc__ or "")
    bench.seeds = [20] if bench.quick else [20, 21, 22]
    n_users = 300 if bench.quick else USERS
    matrix, terms = interactions(), contents()
    runs = [anime(matrix, terms, seed, n_users) for seed in bench.seeds]
    rows = [
        compared("WRF, tuned > RRF, equal weights", runs, "wrf tuned", "rrf equal"),
        compared("matrix factorisation alone > RRF, equal weights", runs, "als", "rrf equal"),
        compared("WRF > RRF, both tuned", runs, "wrf tuned", "rrf tuned"),
        compared("WRF > RRF, both with equal weights", runs, "wrf equal", "rrf equal"),
        *(
            compared(f"item2vec > matrix factorisation, {part}", runs, f"item2vec, {part}", f"als, {part}")
            for part in ("random 5 %", "long tail", "popular 5 %", "all items")
        ),
        *words(bench.seeds, 3000 if bench.quick else None),
    ]
    for claim, ours, theirs, gain in rows:
        bench.keep(claim, {"left": ours, "right": theirs, "difference": gain, "verdict": verdict(gain)})
    show(
        "claims",
        ["claim", "left", "right", "difference", ""],
        [
            [
                claim,
                f"{ours['mean']:.4f}",
                f"{theirs['mean']:.4f}",
                f"{gain['value']:+.4f} [{gain['low']:+.4f}, {gain['high']:+.4f}]",
                verdict(gain),
            ]
            for claim, ours, theirs, gain in rows
        ],
    )
    ranks = np.concatenate([run["ranks"] for run in runs])
    quartiles = [int(q) for q in np.quantile(ranks, [0.25, 0.5, 0.75])]
    bench.keep("unrestricted rank of the first of a random 5 %, matrix factorisation", {"quartiles": quartiles})
    print(f"\n  of a random 5 %, the first that matrix factorisation gives has rank {quartiles} of all (quartiles)")
    bench.finish()


def anime(matrix: csr_matrix, terms: csr_matrix, seed: int, n_users: int) -> dict[str, Any]:
    """One split: N@20 of every ranking, per user, and the users who have something to find in it."""
    train, valid, test = splits(matrix, seed)
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(np.flatnonzero(np.diff(valid.indptr)))[:n_users]
    asked = np.sort(rng.permutation(np.flatnonzero(np.diff(test.indptr)))[: 2 * n_users])
    sides, known = fitted(train, seed), train + valid
    before = listed(Scorer(sides, terms, train, train, seed), chosen, DEPTH, RANKERS)
    after = listed(Scorer(sides, terms, train, known, seed), asked, DEPTH, RANKERS)
    found = {"als": ndcg_at(after["als"].ids, test[asked], K)}
    for method in ("rrf", "wrf"):
        equal = Fusion(method, dict.fromkeys(RANKERS, 1.0))
        tuned = tune_weights(before, valid[chosen], at=K, methods=[method]).fusion
        for name, fusion in (("equal", equal), ("tuned", tuned)):
            found[f"{method} {name}"] = ndcg_at(fusion.fuse(after, K).ids, test[asked], K)
    lists = restricted(train, rng)
    for name, items in lists.items():
        wanted = test[asked].multiply(np.isin(np.arange(test.shape[1]), items)).tocsr()
        for ranker, (left, right) in sides.items():
            ids = top_k(left[asked], right, K, candidates=items, exclude=known[asked]).ids
            found[f"{ranker}, {name}"] = ndcg_at(ids, wanted, K)
    left, right = sides["als"]
    first = top_k(left[asked], right, 1, candidates=lists["random 5 %"], exclude=known[asked]).scores[:, 0]
    scores = np.where(known[asked].toarray() > 0, -np.inf, left[asked] @ right.T)
    ranks = 1 + (scores > first[:, None] + 1e-6).sum(axis=1)
    return {"ndcg": found, "users": asked, "ranks": ranks}


def restricted(train: csr_matrix, rng: np.random.Generator) -> dict[str, npt.NDArray[np.int64]]:
    """Lists of items that recommendations may come from; all of them were seen in training."""
    counts = np.bincount(train.indices, minlength=train.shape[1])
    ordered = np.argsort(-counts, kind="stable")[: (counts > 0).sum()]
    n = int(SHARE * len(ordered))
    return {
        "random 5 %": rng.choice(ordered, n, replace=False),
        "long tail": ordered[len(ordered) // 5 :],
        "popular 5 %": ordered[:n],
        "all items": ordered,
    }


def compared(claim: str, runs: list[dict[str, Any]], ours: str, theirs: str) -> Row:
    """Of users who have something to find, each counted once by the mean of the splits."""
    gains, users, sides = [], [], []
    for run in runs:
        left, right = run["ndcg"][ours], run["ndcg"][theirs]
        some = np.isfinite(left)
        gains.append((left - right)[some])
        users.append(run["users"][some])
        sides.append((float(left[some].mean()), float(right[some].mean())))
    return claim, over_seeds([a for a, _ in sides]), over_seeds([b for _, b in sides]), pooled(gains, users)


def words(seeds: list[int], most: int | None) -> list[Row]:
    """Spearman of similarities with people's on the test pairs of JSTS: SIF means of SGNS vectors, by parts of speech.

    Vectors learn from the sentences of all parts, without their grades, and the other text of the folder.
    """
    pairs = {part: pl.read_csv(data("jglue_jsts", f"{part}.tsv"), separator="\t", quote_char=None) for part in PARTS}
    texts = [text for table in pairs.values() for column in SENTENCES for text in table[column].to_list()]
    texts = (texts + data("jglue_jsts", "extra_text.txt").read_text(encoding="utf-8").splitlines())[:most]
    grades = pairs["test"]["score"].to_numpy()
    similar: dict[str, Floats] = {}
    for pos in POS:
        corpus = [morphemes(text, pos) for text in texts]
        both = [[morphemes(text, pos) for text in pairs["test"][column].to_list()] for column in SENTENCES]
        vocabulary = Vocabulary.of(corpus, min_count=2)
        encoded = vocabulary.encode(corpus)
        columns = []
        for seed in seeds:
            model = SGNS(64, **WORDS, seed=seed).fit(encoded, vocabulary.counts)
            vectors = DocumentVectors(vocabulary.words, model.vectors, vocabulary.counts).fit(corpus)
            left, right = (vectors.transform(documents) for documents in both)
            columns.append((left * right).sum(axis=1).astype(np.float64))
        similar[pos] = np.column_stack([*columns, grades])
    rows = []
    for ours, theirs in (("nouns+verbs", "nouns"), ("all", "nouns+verbs")):
        found = paired(similar[ours], similar[theirs], agreement, resamples=300)
        gain = {"value": round(found.value, 5), "low": round(found.low, 5), "high": round(found.high, 5)}
        names = {"nouns": "nouns, pronouns", "nouns+verbs": "with verbs, adjectives", "all": "all words"}
        each = [over_seeds(agreements(similar[pos]).tolist()) for pos in (ours, theirs)]
        rows.append((f"{names[ours]} > {names[theirs]}", each[0], each[1], gain))
    return rows


PARTS, SENTENCES = ("train", "valid", "test"), ("sentence1", "sentence2")


def agreements(table: Floats) -> Floats:
    """Spearman of each seed's similarities with the grades in the last column."""
    return np.array([spearmanr(column, table[:, -1]).statistic for column in table[:, :-1].T])


def agreement(table: Floats) -> float:
    """Mean over seeds."""
    return float(agreements(table).mean())


def verdict(gain: dict[str, float]) -> str:
    """In words."""
    return "holds" if gain["low"] > 0 else "the opposite holds" if gain["high"] < 0 else "not shown"


if __name__ == "__main__":
    main()
