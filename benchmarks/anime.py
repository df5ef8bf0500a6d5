"""Three rankers of anime: implicit ALS, item2vec, and what titles, genres and types have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.harness import data
from benchmarks.heldout import cut, seen
from hanok.parts.embedding import SGNS, Corpus
from hanok.parts.factorization import ALS
from hanok.parts.ranking import Ranked, best

# chosen on the validation items of a split that no figure comes from
FACTORS = {"factors": 64, "alpha0": 0.1, "regularization": 0.01, "nu": 1.0, "iterations": 15}
VECTORS = {"vector_size": 64, "window": 5, "negative": 5, "sample": 0.0, "epochs": 20}

Ints = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Sides = dict[str, tuple[Floats32, Floats32]]


def interactions() -> csr_matrix:
    """Who watched what, (n_users, n_items)."""
    return seen("anime_history")


def splits(matrix: csr_matrix, seed: int) -> tuple[csr_matrix, csr_matrix, csr_matrix]:
    """60 % of each user's items to learn from, 20 % to choose by, 20 % to report on."""
    rest, test = cut(matrix, seed)
    train, valid = cut(rest, seed + 1000, 0.25)
    return train, valid, test


def contents() -> csr_matrix:
    """TF-IDF of title words, genres and type of each item, rows of length 1, (n_items, n_terms)."""
    watched = pl.read_parquet(data("anime_history", "interactions.parquet"))["item"].unique().sort().to_frame()
    told = pl.read_csv(data("anime_history", "items.tsv"), separator="\t", quote_char=None)
    texts = []
    for row in watched.join(told.with_columns(pl.col("item").cast(watched["item"].dtype)), "item", "left").iter_rows(
        named=True
    ):
        genres = [f"genre:{genre.strip()}" for genre in (row["genre"] or "").split(",")]
        texts.append("\n".join([*(row["name"] or "").lower().split(), *genres, f"type:{row['type']}"]))
    return TfidfVectorizer(analyzer=str.splitlines, min_df=2, sublinear_tf=True, dtype=np.float32).fit_transform(texts)


def als(train: csr_matrix, seed: int, **settings: float) -> tuple[Floats32, Floats32]:
    """Vectors of users and items."""
    model = ALS(**{**FACTORS, **settings}, seed=seed).fit(train)
    return model.user_factors, model.item_factors


def item2vec(train: csr_matrix, seed: int, **settings: float) -> tuple[Floats32, Floats32]:
    """A user is the mean of the IN vectors of what he has seen, an item its OUT vector.

    An item that nobody has seen in training is NaN: it has no vector, and its 0 would beat trained scores.
    """
    rng = np.random.default_rng(seed)
    users = np.repeat(np.arange(train.shape[0]), np.diff(train.indptr))
    tokens = train.indices[np.lexsort((rng.random(train.nnz), users))]  # the order says nothing
    model = SGNS(**{**VECTORS, **settings}, seed=seed).fit(Corpus(tokens, train.indptr), train.shape[1])
    means = (train @ model.vectors) / np.maximum(np.diff(train.indptr), 1)[:, None]
    unseen = np.bincount(tokens, minlength=train.shape[1]) == 0
    return means.astype(np.float32), np.where(unseen[:, None], np.float32(np.nan), model.context)


def fitted(train: csr_matrix, seed: int) -> Sides:
    """Vectors of users and items of the rankers that learn."""
    return {"als": als(train, seed), "item2vec": item2vec(train, seed)}


class Scorer:
    """Scores of every ranker for every item, user by user; items the user has seen are -inf."""

    def __init__(self, sides: Sides, terms: csr_matrix, train: csr_matrix, known: csr_matrix, noise: int) -> None:
        self._sides, self._train, self._known, self._noise = sides, train, known, noise
        self._terms, self._across = terms, terms.T.tocsr()

    def scores(self, user: int) -> dict[str, Floats32]:
        """Of one user: each ranker's (n_items,), and those of a ranker that guesses."""
        found = {name: items @ users[user] for name, (users, items) in self._sides.items()}
        found["content"] = (self._train[user] @ self._terms @ self._across).toarray().ravel()
        found["noise"] = np.random.default_rng([self._noise, user]).standard_normal(self._known.shape[1], np.float32)
        seen = self._known.indices[self._known.indptr[user] : self._known.indptr[user + 1]]
        for values in found.values():
            values[seen] = -np.inf
        return found


def listed(scorer: Scorer, users: Ints, depth: int, rankers: Sequence[str]) -> dict[str, Ranked]:
    """Candidates of a user are the first `depth` of each ranker; each ranker then ranks them all."""
    width = depth * len(rankers)
    ids = {name: np.full((len(users), width), -1) for name in rankers}
    values = {name: np.full((len(users), width), -np.inf, np.float32) for name in rankers}
    for row, user in enumerate(users):
        scores = scorer.scores(user)
        pool = np.unique(np.concatenate([best(scores[name], depth) for name in rankers]))
        for name in rankers:
            order = pool[best(scores[name][pool], len(pool))]
            ids[name][row, : len(order)], values[name][row, : len(order)] = order, scores[name][order]
    return {name: Ranked(ids[name], values[name]) for name in rankers}
