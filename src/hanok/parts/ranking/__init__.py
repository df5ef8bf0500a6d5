"""Ranked lists: the exact best k, several lists fused into one, and how good a list is.

`docs/parts/ranking.md` is the guide.
"""

from hanok.parts.ranking.fusion import Method, fuse, rrf, weighted_sum, wrf
from hanok.parts.ranking.metrics import coverage, diversity, hit_rate, hits, mrr, ndcg_at, novelty, recall_at
from hanok.parts.ranking.ranked import Ranked
from hanok.parts.ranking.topk import best, top_k
from hanok.parts.ranking.tune import Fusion, Tuned, leave_one_out, tune_weights

__all__ = [
    "Fusion",
    "Method",
    "Ranked",
    "Tuned",
    "best",
    "coverage",
    "diversity",
    "fuse",
    "hit_rate",
    "hits",
    "leave_one_out",
    "mrr",
    "ndcg_at",
    "novelty",
    "recall_at",
    "rrf",
    "top_k",
    "tune_weights",
    "weighted_sum",
    "wrf",
]
