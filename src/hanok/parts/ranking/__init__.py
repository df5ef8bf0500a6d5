"""Ranked lists: the exact best k, several lists fused into one, and how good a list is.

`docs/parts/ranking.md` is the guide.
"""

from hanok.parts.ranking.fusion import Method, fuse, rrf, weighted_sum, wrf
from hanok.parts.ranking.metrics import coverage, diversity, hit_rate, hits, mrr, ndcg_at, novelty, recall_at
from hanok.parts.ranking.ranked import Ranked
from hanok.parts.ranking.topk import best, top_k

__all__ = [
    "Method",
    "Ranked",
    "best",
    "coverage",
    "diversity",
    "fuse",
    "hit_rate",
    "hits",
    "mrr",
    "ndcg_at",
    "novelty",
    "recall_at",
    "rrf",
    "top_k",
    "weighted_sum",
    "wrf",
]
