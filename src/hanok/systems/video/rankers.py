"""Three rankers: what the same people watch, what is watched in a row, and what is about the same matters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.run import Run
from hanok.parts.embedding import SGNS, Corpus
from hanok.parts.factorization import ALS
from hanok.parts.text import Index, Query, char_ngrams, normalise
from hanok.systems.video.config import Config
from hanok.systems.video.data import Bools, Catalogue, Data, Floats, Ints

Floats32 = npt.NDArray[np.float32]

NAMES = ("mf", "item2vec", "text")
"""The rankers, in the order in which their weights are kept."""

LATEST = 5
"""Videos at the end of a history whose texts are compared; those before weigh next to nothing."""

LEAST, PASSES = 1_000_000, 200
"""item2vec goes through so many views in all at least: of little data it makes more passes, up to the second."""

HOUR = 3600.0


class Rankers:
    """Scores of every video beside what was watched, by each ranker.

    Parameters
    ----------
    config : Config
    catalogue : Catalogue
    vectors : array (n_items, d), float32
        Of the factorisation, of length 1; zeros for a video nobody watched.
    sgns : SGNS
        Of item2vec; words are numbers of the catalogue.
    index : Index
        Over titles and texts.
    """

    def __init__(self, config: Config, catalogue: Catalogue, vectors: Floats32, sgns: SGNS, index: Index) -> None:
        self.config, self.catalogue = config, catalogue
        self.vectors, self.sgns, self.index = vectors, sgns, index

    @classmethod
    def fit(cls, config: Config, data: Data, run: Run) -> Self:
        """Learn from views and texts."""
        catalogue = data.catalogue
        factors = ALS(
            config.factors,
            alpha0=config.alpha0,
            regularization=config.regularization,
            nu=config.nu,
            iterations=config.iterations,
            workers=run.threads,
            seed=run.seed,
        ).fit(_matrix(data), run.stage("mf").report)
        corpus, counts = sessions(data, config.gap, config.min_count)
        sgns = SGNS(
            config.vector_size,
            window=config.window,
            negative=config.negative,
            ns_exponent=config.ns_exponent,
            sample=config.sample,
            epochs=max(config.epochs, min(PASSES, -(-LEAST // max(len(corpus.tokens), 1)))),
            workers=run.threads,
            seed=run.seed,
        )
        if (counts > 0).sum() > 1:
            sgns.fit(corpus, counts, report=run.stage("item2vec").report)
        else:  # too few views for it: it ranks nothing
            sgns.counts = np.zeros(len(catalogue), np.int64)
            sgns.vectors = sgns.context = np.zeros((len(catalogue), config.vector_size), np.float32)
        pieces = [_pieces(config, text) for text in catalogue.words]
        index = Index(ranker=config.text_ranker).fit(pieces)
        run.stage("text").report(len(pieces), len(pieces))
        return cls(config, catalogue, unit(factors.item_factors), sgns, index)

    def scores(self, watched: Sequence[int] | Ints, recency: float) -> Floats:
        """How well each video goes with what was watched, (n_rankers, n_items); -inf where a ranker cannot say.

        Parameters
        ----------
        watched : sequence of int
            Numbers of videos, the latest last.
        recency : float, 0 to 1
            What each counts beside the one after it.
        """
        seen = np.asarray(watched, np.int64)
        weights = (recency ** np.arange(len(seen))[::-1]).astype(np.float32)
        found = np.full((len(NAMES), len(self.catalogue)), -np.inf)
        found[0] = _near(seen, weights, self.vectors, self.vectors, self.factored)
        found[1] = _near(seen, weights, self.sgns.vectors, self.sgns.context, self.trained)
        found[2] = self._texts(seen[-LATEST:], weights[-LATEST:])
        return found

    @cached_property
    def factored(self) -> Bools:
        """Videos that somebody watched, (n_items,)."""
        return np.asarray(self.vectors.any(axis=1))

    @cached_property
    def trained(self) -> Bools:
        """Videos that item2vec has learnt, (n_items,): the others would score 0, which is more than most."""
        return np.asarray(self.sgns.counts > 0)

    def query(self, number: int) -> Query:
        """A video's text as a query."""
        return self.index.query(_pieces(self.config, self.catalogue.words[number]))

    def _texts(self, seen: Ints, weights: Floats32) -> Floats:
        total = np.zeros(len(self.catalogue))
        for number, weight in zip(seen.tolist(), weights.tolist(), strict=True):
            total += weight * self.index.scores(self.query(number))
        return np.where(total > 0, total, -np.inf)


def _near(seen: Ints, weights: Floats32, left: Floats32, right: Floats32, known: Bools) -> Floats32:
    """Products of the weighed sum of what was seen with every video; -inf where nothing is known."""
    there = known[seen]
    if not there.any():
        return np.full(len(known), -np.inf, np.float32)
    query = weights[there] @ left[seen[there]]
    return np.where(known, right @ query, np.float32(-np.inf))


def unit(vectors: Floats32) -> Floats32:
    """Vectors of length 1; zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)


def _matrix(data: Data) -> csr_matrix:
    """Who watched what, (n_users, n_items): 1, or how much it was liked where it was rated; the latest word counts."""
    shape = (len(data.names), len(data.catalogue))
    pairs, last = np.unique((data.users * shape[1] + data.items)[::-1], return_index=True)
    ratings = data.ratings[::-1][last].astype(np.float32)
    liked = ratings > 0
    return csr_matrix((ratings[liked], (pairs[liked] // shape[1], pairs[liked] % shape[1])), shape=shape)


def sessions(data: Data, gap: float, min_count: int) -> tuple[Corpus, Ints]:
    """Videos watched in a row, and how often each of them, (n_items,); a video watched twice in a row stands once.

    Parameters
    ----------
    data : Data
        Whose views.
    gap : float
        Hours without a view that end a session; 0 never ends one.
    min_count : int
        Videos with fewer views are left out.
    """
    often = np.bincount(data.items, minlength=len(data.catalogue)) >= min_count
    order = np.lexsort((data.times, data.users))
    order = order[often[data.items[order]]]
    users, items, times = data.users[order], data.items[order], data.times[order]
    new = np.ones(len(order), bool)
    new[1:] = users[1:] != users[:-1]
    if gap:
        new[1:] |= np.diff(times) > gap * HOUR
    keep = new.copy()
    keep[1:] |= items[1:] != items[:-1]
    session = np.cumsum(new)[keep]
    size = np.bincount(session, minlength=2)[1:]
    kept = items[keep][(size > 1)[session - 1]]
    corpus = Corpus(kept.astype(np.int32), np.concatenate(([0], np.cumsum(size[size > 1]))).astype(np.int64))
    return corpus, np.bincount(kept, minlength=len(data.catalogue)).astype(np.int64)


def _pieces(config: Config, text: str) -> list[str]:
    return char_ngrams(normalise(text), config.shortest, config.longest)
