"""The collaborative ranker: factors of readers and comics, how they are held short being found on validation."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.run import Run
from hanok.parts.factorization import ALS
from hanok.parts.ranking import ndcg_at, top_k
from hanok.systems.comics.asked import Asked, K
from hanok.systems.comics.config import Config

ALPHAS, RIDGES = (0.1, 0.3, 1.0), (0.003, 0.01, 0.03, 0.1)
"""Tried where nothing is given; on few reads the best is far from that on many."""


def factorize(matrix: csr_matrix, config: Config, asked: Asked, run: Run) -> ALS:
    """Fit; with `alpha0` and `regularization` as given, or else those of most ndcg on validation.

    Parameters
    ----------
    matrix : csr_matrix (n_users, n_items)
        Who read what.
    config : Config
        Settings of the factorization.
    asked : Asked
        Of validation.
    run : Run
        Is told how far it is.
    """
    alphas = ALPHAS if config.alpha0 is None else (config.alpha0,)
    ridges = RIDGES if config.regularization is None else (config.regularization,)
    tried = list(product(alphas, ridges))
    if not len(asked):
        tried = tried[:1]
    total = len(tried) * config.iterations
    fitted: list[tuple[float, ALS]] = []
    for alpha0, ridge in tried:
        als = ALS(
            config.factors,
            alpha0=alpha0,
            regularization=ridge,
            iterations=config.iterations,
            workers=run.threads,
            seed=run.seed,
        )
        done = len(fitted) * config.iterations
        als.fit(matrix, report=lambda step, _, done=done, **figures: run.report(done + step, total, **figures))
        fitted.append((_worth(als, asked) if len(tried) > 1 else 0.0, als))
    return max(fitted, key=lambda pair: pair[0])[1]


def _worth(als: ALS, asked: Asked) -> float:
    vectors = als.fold_in(asked.known.histories)
    found = top_k(vectors, als.item_factors, K, exclude=asked.known.hidden)
    return float(np.nan_to_num(ndcg_at(found.ids, asked.relevant, K)).mean())
