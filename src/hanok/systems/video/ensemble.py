"""One ranking out of three: fused lists, the weights tuned on validation, and the best single ranker where it wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from hanok.core.bootstrap import paired
from hanok.core.problem import Problem
from hanok.parts.ranking import Fusion, Method, Ranked, best, tune_weights
from hanok.systems.video.config import Config
from hanok.systems.video.data import Bools, Floats, Ints
from hanok.systems.video.folds import Questions
from hanok.systems.video.rankers import NAMES, Rankers

K = 20
"""Places that count when weights are tuned."""


class Ask(NamedTuple):
    """What is ranked for: numbers of videos.

    Parameters
    ----------
    watched : sequence of int
        The latest, or the source, last.
    hidden : sequence of int
        Not to be recommended.
    allowed : array or None
        The only ones that may be; None: all.
    """

    watched: Sequence[int] | Ints
    hidden: Sequence[int] | Ints = ()
    allowed: Ints | None = None


@dataclass(frozen=True)
class Blend:
    """How rankings are fused, and what was found when that was chosen.

    Parameters
    ----------
    fusion : Fusion
        Method and weight of each ranker.
    said : dict of str to float
        ndcg@20 on the validation questions: of each ranker, of equal weights, of tuned weights (judged on questions
        they were not tuned on), and the gain of the better ones over the best ranker with its interval. Empty if the
        weights were given.
    """

    fusion: Fusion
    said: dict[str, float]

    @property
    def alone(self) -> str | None:
        """The ranker that decides alone, if one does."""
        heavy = [name for name, weight in self.fusion.weights.items() if weight > 0]
        return heavy[0] if len(heavy) == 1 else None

    def __call__(self, lists: Sequence[Ranked], top: int) -> Ranked:
        """The fused list, or lists, of the first `top`."""
        return self.fusion.fuse(dict(zip(NAMES, lists, strict=True)), top)

    @classmethod
    def choose(cls, config: Config, rankers: Rankers, questions: Questions) -> Self:
        """As configured, or chosen on validation questions.

        Tuned weights, unless equal ones do as well; and the best ranker alone where these do not beat it for certain.
        """
        given = (config.mf_weight, config.item2vec_weight, config.text_weight)
        methods: tuple[Method, ...] = ("wsum", "rrf", "wrf") if config.fusion == "auto" else (config.fusion,)
        if config.weights == "given" or not len(questions):
            if not any(given):
                raise Problem("no_weight", "all three weights are 0; expected one above 0", "mf_weight")
            return cls(Fusion(methods[0], dict(zip(NAMES, given, strict=True))), {})
        lists = many(rankers, half_and_half(questions, config.repeat), config.recency, config.depth)
        found = tune_weights(
            dict(zip(NAMES, lists, strict=True)), wanted(questions, len(rankers.catalogue)), at=K, methods=methods
        )
        said = {name: float(values.mean()) for name, values in found.singles.items()}
        said |= {"equal weights": float(found.equal.mean()), "tuned weights": float(found.tuned.mean())}
        fusion, values = found.fusion, found.tuned
        if said["equal weights"] >= said["tuned weights"]:  # tuning on few questions learns their chance
            fusion, values = replace(fusion, weights=dict.fromkeys(NAMES, 1 / len(NAMES))), found.equal
        gain = paired(values, found.singles[found.best])
        said |= {"gain": gain.value, "gain low": gain.low, "gain high": gain.high}
        if gain.low <= 0:
            fusion = replace(fusion, weights={name: float(name == found.best) for name in NAMES})
        return cls(fusion, said)


def ranked(rankers: Rankers, ask: Ask, recency: float, depth: int) -> list[Ranked]:
    """The lists of all rankers, (n_rankers,), each of at most `depth` videos."""
    scores = rankers.scores(ask.watched, recency) if len(ask.watched) else np.full((len(NAMES), 0), -np.inf)
    if scores.shape[1]:
        scores[:, np.asarray(ask.hidden, np.int64)] = -np.inf
        if ask.allowed is not None:
            scores[:, ~_mask(ask.allowed, scores.shape[1])] = -np.inf
    lists = []
    for row in scores:
        ids = best(row, depth)
        lists.append(Ranked(ids, row[ids].astype(np.float32)))
    return lists


def many(rankers: Rankers, asks: Iterable[Ask], recency: float, depth: int) -> list[Ranked]:
    """The same for many questions: for each ranker (n_questions, depth), -1 where there are fewer."""
    asked = list(asks)
    ids = np.full((len(NAMES), len(asked), depth), -1, np.int64)
    scores = np.full(ids.shape, -np.inf, np.float32)
    for row, ask in enumerate(asked):
        for ranker, found in enumerate(ranked(rankers, ask, recency, depth)):
            ids[ranker, row, : len(found.ids)] = found.ids
            scores[ranker, row, : len(found.ids)] = found.scores
    return [Ranked(ids[ranker], scores[ranker]) for ranker in range(len(NAMES))]


def related(questions: Questions) -> list[Ask]:
    """What follows a source, nothing else being known."""
    return [Ask([source], [source]) for source in questions.sources.tolist()]


def personal(questions: Questions, repeat: bool) -> list[Ask]:
    """What follows a source, all the user watched before being known."""
    return [Ask(history, history[-1:] if repeat else history) for history in questions.histories]


def half_and_half(questions: Questions, repeat: bool) -> list[Ask]:
    """Every other question with the source alone: both uses count when weights are tuned."""
    pairs = zip(related(questions), personal(questions, repeat), strict=True)
    return [pair[place % 2] for place, pair in enumerate(pairs)]


def wanted(questions: Questions, n_items: int) -> csr_matrix:
    """The target of each question as a matrix, (n_questions, n_items)."""
    rows = np.arange(len(questions))
    return csr_matrix((np.ones(len(rows), np.float32), (rows, questions.targets)), shape=(len(rows), n_items))


def ndcg(ids: Ints, targets: Ints) -> Floats:
    """ndcg@20 of lists with one right video each, (n,): 1 / log2(1 + rank)."""
    rank = ranks(ids[:, :K], targets)
    return np.where(rank > 0, 1 / np.log2(1 + np.maximum(rank, 1)), 0.0)


def ranks(ids: Ints, targets: Ints) -> Ints:
    """The rank of each target in its list, from 1; 0 where it is not there."""
    found: Bools = ids == targets[:, None]
    return np.where(found.any(axis=1), found.argmax(axis=1) + 1, 0)


def _mask(numbers: Ints, size: int) -> Bools:
    inside = np.zeros(size, bool)
    inside[numbers] = True
    return inside
