"""Interactions of the data folder, cut per user, and how many of the hidden items a model ranks first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix

from benchmarks.harness import data
from hanok.parts.ranking import ndcg_at, recall_at, top_k

K = 20
FILES = {"anime_history": "interactions.parquet", "online_retail": "events.parquet"}

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]


def seen(name: str) -> csr_matrix:
    """Which user has to do with which item, once each: (n_users, n_items) of ones."""
    pairs = pl.read_parquet(data(name, FILES[name])).select("user", "item").unique(maintain_order=True)
    users, items = (pairs[column].rank("dense").to_numpy().astype(np.int64) - 1 for column in pairs.columns)
    found = csr_matrix((np.ones(len(users), np.float32), (users, items)))
    found.sort_indices()
    return found


def cut(matrix: csr_matrix, seed: int, share: float = 0.2) -> tuple[csr_matrix, csr_matrix]:
    """Hide a share of each user's items, rounded down: what is left, and what is hidden."""
    rng = np.random.default_rng(seed)
    lengths = np.diff(matrix.indptr)
    users = np.repeat(np.arange(matrix.shape[0]), lengths)
    order = np.lexsort((rng.random(matrix.nnz), users))  # within each user at random
    place = np.empty(matrix.nnz, np.int64)
    place[order] = np.arange(matrix.nnz) - matrix.indptr[users]
    hidden = place < np.floor(lengths * share)[users]

    def part(chosen: npt.NDArray[np.bool_]) -> csr_matrix:
        return csr_matrix((matrix.data[chosen], (users[chosen], matrix.indices[chosen])), shape=matrix.shape)

    return part(~hidden), part(hidden)


def judge(users: Floats32, items: Floats32, train: csr_matrix, hidden: csr_matrix) -> tuple[Floats, Floats]:
    """R@20 and N@20 of every user who has something hidden, (n,) each; what was trained on is not ranked."""
    asked = np.flatnonzero(np.diff(hidden.indptr))
    ids = top_k(users[asked], items, K, exclude=train[asked]).ids
    return recall_at(ids, hidden[asked], K), ndcg_at(ids, hidden[asked], K)


def popular(train: csr_matrix) -> tuple[Floats32, Floats32]:
    """Vectors of length 1 that rank by popularity."""
    return np.ones((train.shape[0], 1), np.float32), train.sum(axis=0).T.astype(np.float32)
