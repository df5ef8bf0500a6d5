"""Choosing the settings of a `Responder` by responses that are hidden in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hanok.core.problem import Problem
from hanok.parts.graph import per_right
from hanok.parts.response.evidence import Evidence
from hanok.parts.response.kronecker import Spectrum
from hanok.parts.response.likeness import Likeness
from hanok.parts.response.settings import RESPONSES, STEPS, Settings
from hanok.parts.response.similarity import similar
from hanok.parts.response.targets import Targets

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Trial(NamedTuple):
    """Settings, and the sum of macro AUROC and macro AUPR on what was hidden."""

    settings: Settings
    score: float


def choose(
    scores_of: Callable[[Settings, Turn], Floats],
    evidence: Evidence,
    labels: Floats,
    splits: Sequence[Bools],
    similarities: Mapping[str, Sequence[Floats]],
    strengths: npt.ArrayLike | None,
    report: Callable[..., None] | None,
) -> list[Trial]:
    """Try settings one after the other, each step from the best so far; see `Responder.choose`.

    `scores_of` learns from what a turn does not hide, and gives scores of every pair, (n, n_right).
    """
    for name, matrices in similarities.items():
        if len(matrices) != 1 + len(splits):
            message = f"found {len(matrices)}; expected one for all and one for each of {len(splits)} splits"
            raise Problem("bad_similarity", message, f"similarities {name}")
    turns = [
        Turn(evidence, labels, split, {name: matrices[1 + i] for name, matrices in similarities.items()}, strengths)
        for i, split in enumerate(splits)
    ]
    judged = np.where(np.any(splits, axis=0), labels, np.nan) if turns else np.full(labels.shape, np.nan)
    if not len(turns) or len(np.unique(judged[np.isfinite(judged)])) < 2:
        raise Problem("bad_splits", f"{len(turns)} splits hide no responses of both kinds", "splits")
    plan = list(_plan(evidence, labels, splits, similarities, strengths))
    total = 1 + sum(len(options) for options in plan)
    tried: list[Trial] = []

    def attempt(settings: Settings) -> None:
        scores = np.zeros(labels.shape)
        for turn in turns:
            scores[turn.hidden] = scores_of(settings, turn)[turn.hidden]
        ranking = per_right(scores, judged)
        score = ranking.macro_auroc + ranking.macro_aupr
        tried.append(Trial(settings, float(score) if np.isfinite(score) else -np.inf))
        if report:
            report(len(tried), total, score=tried[-1].score)

    attempt(Settings(mix=1.0 if strengths is None else 0.35))
    for options in plan:
        best = max(tried, key=lambda trial: trial.score).settings
        for changes in options:
            settings = replace(best, **changes)
            if settings != best:
                attempt(settings)
    return tried


def _plan(
    evidence: Evidence,
    labels: Floats,
    splits: Sequence[Bools],
    similarities: Iterable[str],
    strengths: npt.ArrayLike | None,
) -> Iterator[list[dict[str, Any]]]:
    """Steps that can change anything here, each a list of changes."""
    known = np.isfinite(labels)
    partly = any((known & ~split)[split.any(axis=1)].any() for split in splits)  # nodes of which some pairs are known
    for place, (name, values) in enumerate(STEPS):
        if name == "sharing":
            if not partly and name in dict(STEPS[:place]):
                continue
            names = [RESPONSES, *similarities]
            yield [{"similarity": name, "sharing": share} for name in names for share in values]
            continue
        skipped = {
            "scale": not evidence.numbers.shape[1],
            "mix": strengths is None,
            "own": not partly,
            "threshold": not evidence.links.nnz,
        }
        if not skipped.get(name, False):
            yield [{name: value} for value in values]


class Turn:
    """One split: what is left to learn from, with what settings share computed once.

    Parameters
    ----------
    evidence, labels, strengths
        As of `Responder.choose`.
    similarities : mapping of str to array (n_right, n_right)
        Made without what is hidden.
    hidden : array (n, n_right), bool
        Pairs that are judged.

    Attributes
    ----------
    learnt : Evidence
        Of the nodes that have a response left.
    own : array (n,), int64
        Row of each node in `learnt`, -1 where it has none left.
    """

    def __init__(
        self,
        evidence: Evidence,
        labels: Floats,
        hidden: Bools,
        similarities: Mapping[str, Floats],
        strengths: npt.ArrayLike | None,
    ) -> None:
        if np.shape(hidden) != labels.shape:
            raise Problem("bad_splits", f"found shape {np.shape(hidden)}; expected {labels.shape}", "splits")
        left = np.where(hidden, np.nan, labels)
        rows = np.flatnonzero(np.isfinite(left).any(axis=1))
        self.evidence, self.hidden, self.learnt = evidence, np.asarray(hidden, bool), evidence.take(rows)
        self.own = np.full(len(labels), -1)
        self.own[rows] = np.arange(len(rows))
        self._similarities, self._labels = similarities, left[rows]
        self._strengths = None if strengths is None else np.asarray(strengths, np.float64)[rows]
        # each as a cache of its own, so that a turn that is forgotten takes them along
        self.targets = cache(self._targets)
        self.likeness = cache(self._likeness)
        self.right = cache(self._right)

    def _targets(self, mix: float) -> Targets:
        return Targets.of(self._labels, self._strengths, mix)

    def _likeness(self, scale: bool) -> tuple[Likeness, Spectrum]:
        likeness = Likeness.of(self.learnt, scale)
        return likeness, Spectrum.of(likeness.square())

    def _right(self, similarity: str, mix: float) -> tuple[Floats, Spectrum]:
        matrix = similar(similarity, self.targets(mix), self._similarities)
        return matrix, Spectrum.of(matrix)
